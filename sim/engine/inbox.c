/* inbox.c - messages that have arrived wait here in memory until they are taken. */
#include "engine/inbox.h"
#include "engine/tell.h"
#include <math.h>

inbox_item *dt_inbox_item(dt_port *from, dt_port *to, dt_message m) {
    dt_engine *e = from->engine;
    inbox_item *item = e->spare;
    if (item != NULL) e->spare = item->next;
    else item = dt_arena_take(e->run, 1, sizeof *item);
    m.from = from;
    *item = (inbox_item){ .m = m, .from = from, .to = to, .label = from->label, .posted_s = simgrid_get_clock() };
    item->departed_s = item->posted_s;
    return item;
}

static void item_give_back(dt_engine *e, inbox_item *item) {
    item->next = e->spare;
    e->spare = item;
}

void dt_inbox_drop(dt_engine *e, inbox_item *item) {
    dt_vec_drop(item->m.vec);
    item_give_back(e, item);
}

bool dt_inbox_fits(const inbox_item *item, const dt_port *from, long tag) {
    return (from == NULL || item->from == from) && (tag == DT_ANY || item->m.tag == tag);
}

void dt_inbox_wake(dt_port *p) {
    if (p->wake != NULL) sg_sem_release(p->wake);
}

void dt_inbox_deliver(dt_port *to, inbox_item *item) {
    item->next = NULL;
    to->engine->events++;
    item->arrived_s = simgrid_get_clock();
    if (to->last == NULL) to->first = item;
    else to->last->next = item;
    to->last = item;
    if (to->receiving && dt_inbox_fits(item, to->want_from, to->want_tag)) {
        to->receiving = false;
        dt_inbox_wake(to);
    }
}

bool dt_inbox_take(dt_port *p, const dt_port *from, long tag, dt_message *m, double *departed_s) {
    inbox_item *before = NULL;
    for (inbox_item *item = p->first; item != NULL; before = item, item = item->next) {
        if (!dt_inbox_fits(item, from, tag)) continue;
        *(before == NULL ? &p->first : &before->next) = item->next;
        if (p->last == item) p->last = before;
        *m = item->m;
        *departed_s = item->departed_s;
        dt_tell_flight(p, item, simgrid_get_clock());
        item_give_back(p->engine, item);
        return true;
    }
    return false;
}

bool dt_inbox_chosen(const dt_inbox_choice *which, const inbox_item *item) {
    return (item->from == which->p || item->to == which->p) && item->m.tag >= which->first && item->m.tag <= which->last;
}

void dt_inbox_drop_arrived(dt_port *p, const dt_inbox_choice *which) {
    inbox_item **slot = &p->first;
    p->last = NULL;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (!dt_inbox_chosen(which, item)) {
            p->last = item;
            slot = &item->next;
            continue;
        }
        *slot = item->next;
        dt_tell_flight(p, item, NAN);
        dt_inbox_drop(p->engine, item);
    }
}

/* ---- waits that are given up --------------------------------------------------------------- */

static void inbox_cancel(dt_port *p) {
    p->receiving = false;
    p->cancelled = true;
    dt_inbox_wake(p);
}

bool dt_port_cancel_receive(dt_port *p, const dt_port *from) {
    if (!p->receiving || p->want_from != from) return false;
    inbox_cancel(p);
    return true;
}

void dt_inbox_tell_follower(dt_port *p, const dt_port *from) {
    if (p->following == from && !from->acting && p->receiving) inbox_cancel(p);
}
