/* inbox.c - messages in memory: they are made and used again here, and wait in the inbox of a port until they are taken.
 * An actor that waits sleeps on the semaphore of its port; whoever brings what it waits for wakes it. */
#include "engine/inbox.h"
#include "engine/tell.h"
#include <assert.h>
#include <math.h>

static const double NEAR = 1e-9;        /* s: SimGrid's clock is no finer */

/* Messages that are no longer needed are used again, so that memory does not grow with the number of messages of a run. */
inbox_item *dt_inbox_item(dt_port *from, dt_port *to, dt_message m) {
    dt_engine *e = from->engine;
    inbox_item *item = e->spare;
    assert(item == NULL || item->state == DT_SPARE);
    if (item != NULL) e->spare = item->next;
    else item = dt_arena_take(e->run, 1, sizeof *item);
    m.from = from;
    *item = (inbox_item){ .m = m, .from = from, .to = to, .label = from->label, .state = DT_POSTED,
                          .posted_s = simgrid_get_clock() };
    item->departed_s = item->posted_s;
    return item;
}

static void item_give_back(dt_engine *e, inbox_item *item) {
    assert(item->state != DT_SPARE && item->flow == NULL);
    item->state = DT_SPARE;
    item->next = e->spare;
    e->spare = item;
}

void dt_inbox_drop(dt_engine *e, inbox_item *item) {
    dt_vec_drop(item->m.vec);
    dt_vec_drop(item->m.second);
    item_give_back(e, item);
}

bool dt_inbox_fits(const inbox_item *item, const dt_port *from, long tag) {
    return (from == NULL || item->from == from) && (tag == DT_ANY || item->m.tag == tag);
}

/* ---- waiting and waking ---------------------------------------------------------------------
 * A wake that comes while the actor does not sleep is kept by the semaphore, so none is ever missed.  It may end a later wait
 * early, which is why every wait stands in a loop that looks at the state of the port. */

/* The alarm of a deadline.  An alarm cannot be taken back: one of an earlier wait comes too early for the deadline in effect,
 * or finds none, and does nothing. */
static dt_status inbox_deadline(void *arg) {
    dt_port *p = arg;
    if (p->deadline > simgrid_get_clock() + NEAR) return DT_OK;
    p->deadline = HUGE_VAL;
    dt_inbox_wake(p);
    return DT_OK;
}

bool dt_inbox_wait(dt_port *p, double deadline) {
    if (p->wake == NULL) p->wake = sg_sem_init(0);
    if (deadline < simgrid_get_clock() + NEAR) return false;
    p->deadline = deadline;
    dt_engine_at(p->engine, deadline, inbox_deadline, p);
    sg_sem_acquire(p->wake);
    p->deadline = HUGE_VAL;
    return deadline > simgrid_get_clock() + NEAR;
}

void dt_inbox_wake(dt_port *p) {
    if (p->wake != NULL) sg_sem_release(p->wake);
}

/* ---- the inbox ------------------------------------------------------------------------------ */

/* A receiver is woken at most once for a message: it is no longer DT_RECEIVING afterwards.  A message that does not fit what it
 * waits for stays in the inbox until a later receive takes it. */
void dt_inbox_deliver(dt_port *to, inbox_item *item) {
    assert(item->to == to && (item->state == DT_POSTED || item->state == DT_FLOWING));
    item->state = DT_ARRIVED;
    item->next = NULL;
    to->engine->events++;
    item->arrived_s = simgrid_get_clock();
    if (to->last == NULL) to->first = item;
    else to->last->next = item;
    to->last = item;
    if (to->waiting == DT_RECEIVING && dt_inbox_fits(item, to->want_from, to->want_tag)) {
        to->waiting = DT_RUNNING;
        dt_inbox_wake(to);
    }
}

bool dt_inbox_take(dt_port *p, const dt_port *from, long tag, dt_message *m, double *departed_s) {
    inbox_item *before = NULL;
    for (inbox_item *item = p->first; item != NULL; before = item, item = item->next) {
        assert(item->state == DT_ARRIVED && item->to == p);
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

void dt_inbox_count_pending(inbox_item *item, long change) {
    item->from->pending_there += change;
    item->to->pending_here += change;
    assert(item->from->pending_there >= 0 && item->to->pending_here >= 0);
}

/* ---- messages that are dropped --------------------------------------------------------------- */

bool dt_inbox_chosen(const dt_inbox_choice *which, const inbox_item *item) {
    return (item->from == which->p || item->to == which->p) && item->m.tag >= which->first && item->m.tag <= which->last;
}

/* The bytes of a message that has arrived count as received, also where it is dropped: it did use the network. */
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

/* ---- receives that end without a message ----------------------------------------------------- */

/* The receive returns DT_ELATE, as at its deadline. */
static void inbox_cancel(dt_port *p) {
    assert(p->waiting == DT_RECEIVING);
    p->waiting = DT_RUNNING;
    p->cancelled = true;
    dt_inbox_wake(p);
}

bool dt_port_cancel_receive(dt_port *p, const dt_port *from) {
    if (p->waiting != DT_RECEIVING || p->want_from != from) return false;
    inbox_cancel(p);
    return true;
}

void dt_inbox_tell_follower(dt_port *p, const dt_port *from) {
    if (p->following == from && !from->acting && p->waiting == DT_RECEIVING) inbox_cancel(p);
}
