/* deadlock.c - the report of who waits for whom, when no actor can go on. */
#include "engine/inside.h"
#include <stdlib.h>

typedef struct waits { dt_port **port; size_t count; } waits;      /* [count] who waits for a message */

/* Ports in the order of their numbers in a record: server i has -1 - i, a worker its rank. */
static int waits_order(const void *a, const void *b) {
    const dt_port *left = *(dt_port *const *)a, *right = *(dt_port *const *)b;
    long l = left->kind == DT_PORT_SERVER ? -1 - (long)left->index : (long)left->index;
    long r = right->kind == DT_PORT_SERVER ? -1 - (long)right->index : (long)right->index;
    return l != r ? (l > r) - (l < r) : (left->number > right->number) - (left->number < right->number);
}

static waits waits_list(const dt_engine *e) {
    waits w = { dt_arena_take(e->run, e->port_count, sizeof(dt_port *)), 0 };
    for (dt_port *p = e->ports; p != NULL; p = p->next) {
        p->seen = 0;
        if (p->waiting == DT_RECEIVING) w.port[w.count++] = p;
    }
    qsort(w.port, w.count, sizeof *w.port, waits_order);
    return w;
}

/* The port that p waits for, if that one waits for a message, too. */
static dt_port *waits_next(const dt_port *p) {
    return p->want_from != NULL && p->want_from->waiting == DT_RECEIVING ? (dt_port *)p->want_from : NULL;
}

/* A port on a circle of ports that wait for each other, or NULL.  A walk from each port follows who waits for whom, until it
 * meets a port that this walk has seen (a circle) or that an earlier one has (none, or known). */
static dt_port *waits_circle(const waits *w) {
    for (size_t i = 0; i < w->count; i++) {
        dt_port *at = w->port[i];
        while (at != NULL && at->seen == 0) {
            at->seen = i + 1;
            at = waits_next(at);
        }
        if (at != NULL && at->seen == i + 1) return at;
    }
    return NULL;
}

/* The name that an actor was begun with; of a hand the title, which says whose it is. */
static const char *waits_name(const dt_port *p) {
    return p->hand[0] == '\0' ? p->name : dt_port_title(p, p->engine->run);
}

static const char *deadlock_circle(const dt_engine *e, const dt_port *first) {
    enum { SHOWN = 8 };
    const char *list = waits_name(first);
    long length = 0;
    for (const dt_port *p = first; length == 0 || p != first; length++) {
        const dt_port *next = waits_next(p);
        const char *on = next == first ? "" : ", which";
        if (length < SHOWN) list = dt_arena_text(e->run, "%s waits for %s%s", list, waits_name(next), on);
        p = next;
    }
    if (length > SHOWN) list = dt_arena_text(e->run, "%s waits on, through %ld more and back to %s", list,
                                             length - SHOWN, waits_name(first));
    return dt_arena_text(e->run, "%s, in a circle", list);
}

static const char *deadlock_wish(const dt_engine *e, const dt_port *p) {
    const char *name = waits_name(p);
    if (p->waiting == DT_BLOCKED && !p->down)
        return dt_arena_text(e->run, "%s stays away though its host is up (as stragglers do without faults.stragglers.delay)", name);
    if (p->waiting == DT_BLOCKED) return dt_arena_text(e->run, "%s waits for its host to come back", name);
    if (p->waiting == DT_FLUSHING) return dt_arena_text(e->run, "%s waits for %ld of its messages to arrive", name, p->on_the_way);
    if (p->held) return dt_arena_text(e->run, "%s waits for the others of its exchange", name);
    if (p->want_from == NULL) return dt_arena_text(e->run, "%s waits for a message from anyone", name);
    return dt_arena_text(e->run, "%s waits for a message from %s", name, dt_port_title(p->want_from, e->run));
}

static const char *deadlock_list(const dt_engine *e) {
    enum { SHOWN = 4 };
    const char *list = "";
    long waiting = 0;
    for (const dt_port *p = e->ports; p != NULL; p = p->next) {
        if (p->waiting != DT_RECEIVING && p->waiting != DT_FLUSHING && p->waiting != DT_BLOCKED && !p->held) continue;
        if (++waiting <= SHOWN)
            list = dt_arena_text(e->run, "%s%s%s", list, waiting == 1 ? "" : "; ", deadlock_wish(e, p));
    }
    if (waiting == 0) return "no actor waits for another";
    return waiting <= SHOWN ? list : dt_arena_text(e->run, "%s; and %ld more", list, waiting - SHOWN);
}

const char *dt_engine_waits(const dt_engine *e) {
    waits w = waits_list(e);
    const dt_port *circle = waits_circle(&w);
    return circle != NULL ? deadlock_circle(e, circle) : deadlock_list(e);
}

dt_status dt_engine_deadlock(const dt_engine *e) {
    return dt_fail(DT_EDEADLOCK, "%ld actors wait for ever: %s", e->alive, dt_engine_waits(e));
}
