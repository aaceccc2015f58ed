/* deadlock.c - who waits for whom, when nobody can go on. */
#include "engine/inside.h"

typedef struct wait { dt_port *port; size_t seen; } wait;      /* seen: by the walk of that number; 0: by none */
typedef struct waits { wait *of; long most; } waits;            /* of [most + 2], by rank + 1 */

static waits waits_list(const dt_engine *e) {
    waits w = { NULL, -1 };
    for (dt_port *p = e->ports; p != NULL; p = p->next)
        if (p->rank > w.most) w.most = p->rank;
    w.of = dt_arena_take(e->run, (size_t)w.most + 2, sizeof *w.of);
    for (dt_port *p = e->ports; p != NULL; p = p->next)
        if (p->receiving && p->rank >= -1) w.of[p->rank + 1].port = p;
    return w;
}

/* The one that p waits for, if that one waits too. */
static wait *waits_next(const waits *w, const dt_port *p) {
    bool known = p->want_from >= -1 && p->want_from <= w->most;
    return known && w->of[p->want_from + 1].port != NULL ? &w->of[p->want_from + 1] : NULL;
}

/* Somebody on a circle of waiting, or NULL.  Each walk follows who waits for whom until it knows its way. */
static dt_port *waits_circle(const waits *w) {
    for (size_t i = 0; i < (size_t)w->most + 2; i++) {
        wait *at = &w->of[i];
        if (at->port == NULL) continue;
        while (at != NULL && at->seen == 0) {
            at->seen = i + 1;
            at = waits_next(w, at->port);
        }
        if (at != NULL && at->seen == i + 1) return at->port;
    }
    return NULL;
}

static const char *deadlock_circle(const dt_engine *e, const waits *w, const dt_port *first) {
    enum { SHOWN = 8 };
    const char *list = first->name;
    long length = 0;
    for (const dt_port *p = first; length == 0 || p != first; length++) {
        const dt_port *next = waits_next(w, p)->port;
        const char *on = next == first ? "" : ", which";
        if (length < SHOWN) list = dt_arena_text(e->run, "%s waits for %s%s", list, next->name, on);
        p = next;
    }
    if (length > SHOWN) list = dt_arena_text(e->run, "%s waits on, through %ld more and back to %s", list,
                                             length - SHOWN, first->name);
    return dt_arena_text(e->run, "%s, in a circle", list);
}

static const char *deadlock_wish(const dt_engine *e, const dt_port *p) {
    if (p->blocked) return dt_arena_text(e->run, "%s waits for its host to come back", p->name);
    if (p->flushing) return dt_arena_text(e->run, "%s waits for %ld of its messages to arrive", p->name, p->on_the_way);
    if (p->want_from == DT_ANY) return dt_arena_text(e->run, "%s waits for a message from anyone", p->name);
    return dt_arena_text(e->run, "%s waits for a message from rank %ld", p->name, p->want_from);
}

static const char *deadlock_list(const dt_engine *e) {
    enum { SHOWN = 4 };
    const char *list = "";
    long waiting = 0;
    for (const dt_port *p = e->ports; p != NULL; p = p->next) {
        if (!p->receiving && !p->flushing && !p->blocked) continue;
        if (++waiting <= SHOWN)
            list = dt_arena_text(e->run, "%s%s%s", list, waiting == 1 ? "" : "; ", deadlock_wish(e, p));
    }
    return waiting <= SHOWN ? list : dt_arena_text(e->run, "%s; and %ld more", list, waiting - SHOWN);
}

const char *dt_engine_waits(const dt_engine *e) {
    waits w = waits_list(e);
    const dt_port *circle = waits_circle(&w);
    return circle != NULL ? deadlock_circle(e, &w, circle) : deadlock_list(e);
}

dt_status dt_engine_deadlock(const dt_engine *e) {
    return dt_fail(DT_EDEADLOCK, "%ld actors wait for ever: %s", e->alive, dt_engine_waits(e));
}
