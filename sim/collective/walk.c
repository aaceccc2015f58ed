/* walk.c - the times of what was noted: each member goes through its words until it waits, as its actor would (engine/port.c).
 *
 *   posted --> flying --> arrived --> taken         a message; one that meets is pending until its receiver waits for it */
#include "collective/ahead.h"
#include <assert.h>
#include <math.h>
#include <string.h>

static const size_t MEMBER = SIZE_MAX / 2;      /* ids from here on are members that are due, those below messages */

static const dt_port *walk_port(const dt_ongoing *o, size_t rank) { return o->port[rank]; }

size_t dt_ahead_way(dt_ahead *a, const dt_ongoing *o, size_t from, size_t to) {
    size_t here = dt_port_host(walk_port(o, from)), there = dt_port_host(walk_port(o, to));
    return here == there ? SIZE_MAX : dt_fluid_way(a->fluid, here, there);
}

void dt_ahead_arrive(dt_ahead *a, dt_arrival arrival) {
    dt_arrival *at = &a->arrival[a->arrivals++ % a->arrival_room];
    if (a->arrivals > a->arrival_room) {        /* so long ago that hardly anybody has ended before */
        a->bytes += at->bytes;
        a->between += at->between;
    }
    *at = arrival;
}

static void walk_ready(dt_ahead *a, size_t r) {
    a->walker[r].asleep = false;
    a->ready[a->readies++] = r;
}

/* ---- messages ------------------------------------------------------------------------------------ */

static size_t walk_message(dt_ahead *a, dt_ahead_message m) {
    size_t i = a->spare;
    if (i != SIZE_MAX) a->spare = a->message[i].next;
    else if (a->messages == a->message_room) {
        dt_ahead_message *old = a->message;
        a->message_room = a->message_room == 0 ? 1024 : 2 * a->message_room;
        a->message = dt_arena_take(a->collective->run, a->message_room, sizeof *old);
        if (old != NULL) memcpy(a->message, old, a->messages * sizeof *old);
    }
    if (i == SIZE_MAX) i = a->messages++;
    a->message[i] = m;
    return i;
}

static void walk_depart(dt_ahead *a, const dt_ongoing *o, size_t i) {
    dt_ahead_message *m = &a->message[i];
    dt_usage *used = &a->walker[m->from].used;
    m->departed_s = dt_fluid_now(a->fluid);
    used->bytes_out += m->bytes;
    used->messages_out++;
    dt_fluid_send(a->fluid, dt_ahead_way(a, o, m->from, m->to), m->bytes, i);
}

static bool walk_fits(const dt_walker *w, const dt_ahead_message *m) { return m->from == w->from && m->tag == w->tag; }

static bool walk_waits(const dt_walker *w, const dt_ahead_message *m) {
    return w->asleep && w->waits == DT_OP_RECEIVE && walk_fits(w, m);
}

static void walk_take(dt_ahead *a, size_t i) {
    a->message[i].next = a->spare;
    a->spare = i;
}

static void walk_deliver(dt_ahead *a, size_t i) {
    dt_ahead_message *m = &a->message[i];
    dt_walker *to = &a->walker[m->to];
    double now = dt_fluid_now(a->fluid);
    if (!walk_waits(to, m)) {
        m->next = to->arrived;
        to->arrived = i;
        return;
    }
    double split = fmin(fmax(m->departed_s, to->start_s), now);
    to->used.wait_s += split - to->start_s;
    to->used.send_s += now - split;
    size_t r = m->to;
    walk_take(a, i);
    walk_ready(a, r);
}

static void walk_post(dt_ahead *a, const dt_ongoing *o, size_t r, const dt_op *op) {
    size_t i = walk_message(a, (dt_ahead_message){ r, op->other, SIZE_MAX, op->tag, op->amount, dt_fluid_now(a->fluid) });
    dt_walker *to = &a->walker[op->other];
    if (dt_port_host(walk_port(o, r)) == dt_port_host(walk_port(o, op->other))) {
        walk_deliver(a, i);
        return;
    }
    a->walker[r].flying++;
    if (op->kind == DT_OP_MEET && !walk_waits(to, &a->message[i])) {
        a->message[i].next = to->pending;
        to->pending = i;
        return;
    }
    walk_depart(a, o, i);
}

static void walk_arrived(dt_ahead *a, const dt_ongoing *o, size_t i) {
    const dt_ahead_message m = a->message[i];
    dt_walker *from = &a->walker[m.from], *to = &a->walker[m.to];
    double now = dt_fluid_now(a->fluid);
    bool apart = dt_port_site(walk_port(o, m.from)) != dt_port_site(walk_port(o, m.to));
    from->used.bytes_arrived += m.bytes;
    to->used.bytes_in += m.bytes;
    to->used.messages_in++;
    dt_ahead_arrive(a, (dt_arrival){ now, m.bytes, apart ? m.bytes : 0 });
    walk_deliver(a, i);
    if (--from->flying > 0 || !from->asleep || from->waits != DT_OP_FLUSH) return;
    from->used.send_s += now - from->start_s;
    walk_ready(a, m.from);
}

/* ---- words --------------------------------------------------------------------------------------- */

static void walk_sleep(dt_ahead *a, size_t r, dt_op_kind waits) {
    a->walker[r].asleep = true;
    a->walker[r].waits = waits;
    a->walker[r].start_s = dt_fluid_now(a->fluid);
}

/* One that has arrived is taken; else the pending ones that fit depart.  Does it wait? */
static bool walk_receive(dt_ahead *a, const dt_ongoing *o, size_t r, const dt_op *op) {
    dt_walker *w = &a->walker[r];
    w->from = op->other;
    w->tag = op->tag;
    for (size_t *slot = &w->arrived; *slot != SIZE_MAX; slot = &a->message[*slot].next) {
        size_t i = *slot;
        if (!walk_fits(w, &a->message[i])) continue;
        *slot = a->message[i].next;
        walk_take(a, i);
        return false;
    }
    walk_sleep(a, r, DT_OP_RECEIVE);
    for (size_t *slot = &w->pending; *slot != SIZE_MAX;) {
        size_t i = *slot;
        if (walk_fits(w, &a->message[i])) {
            *slot = a->message[i].next;
            walk_depart(a, o, i);
        } else {
            slot = &a->message[i].next;
        }
    }
    return true;
}

static bool walk_compute(dt_ahead *a, const dt_ongoing *o, size_t r, double flops) {
    dt_walker *w = &a->walker[r];
    double seconds = flops / dt_engine_host_speed(o->collective->group->engine, dt_port_host(walk_port(o, r)));
    w->used.flops += flops;
    if (!(flops > 0)) return false;
    w->used.compute_s += seconds;
    walk_sleep(a, r, DT_OP_COMPUTE);
    dt_fluid_at(a->fluid, dt_fluid_now(a->fluid) + seconds, MEMBER + r);
    return true;
}

static bool walk_word(dt_ahead *a, const dt_ongoing *o, size_t r, const dt_op *op) {
    switch (op->kind) {
    case DT_OP_POST: case DT_OP_MEET: walk_post(a, o, r, op); return false;
    case DT_OP_RECEIVE: return walk_receive(a, o, r, op);
    case DT_OP_COMPUTE: return walk_compute(a, o, r, op->amount);
    default:
        if (a->walker[r].flying > 0) walk_sleep(a, r, DT_OP_FLUSH);
        return a->walker[r].flying > 0;
    }
}

/* The next word of a circle, which says it step by step; false: the circle is over. */
static bool circle_word(dt_walker *w, const dt_circle *c, dt_op *op) {
    enum { SENDS, RECEIVES, FLUSHES, ADDS, PHASES };
    if (w->step + 1 >= c->ranks) return false;
    size_t piece = (c->first + c->ranks - w->step) % c->ranks, got = (piece + c->ranks - 1) % c->ranks;
    *op = (dt_op){ .tag = c->tag + (long)w->step };
    switch (w->phase) {
    case SENDS: op->kind = DT_OP_POST; op->other = c->next; op->amount = c->bytes[piece < c->more]; break;
    case RECEIVES: op->kind = DT_OP_RECEIVE; op->other = c->before; break;
    case FLUSHES: op->kind = DT_OP_FLUSH; break;
    default: op->kind = DT_OP_COMPUTE; op->amount = c->flops[got < c->more]; break;
    }
    if (++w->phase == PHASES) {
        w->phase = 0;
        w->step++;
    }
    return true;
}

static bool walk_circle(dt_ahead *a, const dt_ongoing *o, size_t r) {
    dt_op op;
    while (circle_word(&a->walker[r], &a->circle[a->op[a->walker[r].at].other], &op))
        if (walk_word(a, o, r, &op)) return true;
    return false;
}

static void walk_go(dt_ahead *a, const dt_ongoing *o, size_t r) {
    dt_walker *w = &a->walker[r];
    while (w->at < w->end) {
        const dt_op *op = &a->op[w->at];
        if (op->kind == DT_OP_CIRCLE && a->round && w->step == 0 && w->phase == 0) {
            w->now_s = dt_fluid_now(a->fluid);
            walk_sleep(a, r, DT_OP_CIRCLE);
            a->gathered++;
            return;
        }
        if (op->kind == DT_OP_CIRCLE) {
            if (walk_circle(a, o, r)) return;
            w->step = w->phase = 0;
            w->at++;
        } else {
            w->at++;
            if (walk_word(a, o, r, op)) return;
        }
    }
    w->ended = true;
    w->now_s = dt_fluid_now(a->fluid);
}

/* All stand before a circle of all of them. */
static bool walk_around(dt_ahead *a, dt_ongoing *o) {
    if (!dt_ahead_circle(a, o)) return false;
    a->gathered = 0;
    for (size_t r = 0; r < o->count; r++) {
        a->walker[r].at++;
        a->walker[r].waits = DT_OP_COMPUTE;
        dt_fluid_at(a->fluid, a->time[r], MEMBER + r);
    }
    return true;
}

static bool walk_all(dt_ahead *a, dt_ongoing *o) {
    size_t id;
    dt_fluid_begin(a->fluid);
    a->messages = a->arrivals = a->gathered = a->readies = 0;
    a->spare = SIZE_MAX;
    a->bytes = a->between = 0;
    for (size_t r = 0; r < o->count; r++) {
        dt_fluid_at(a->fluid, a->enter_s[r], MEMBER + r);
        a->walker[r] = (dt_walker){ .at = a->first[r], .end = a->first[r + 1], .asleep = true, .waits = DT_OP_COMPUTE, .arrived = SIZE_MAX,
                                    .pending = SIZE_MAX };
    }
    while (dt_fluid_next(a->fluid, &id)) {
        if (id >= MEMBER) walk_ready(a, id - MEMBER);
        else walk_arrived(a, o, id);
        while (a->readies > 0) walk_go(a, o, a->ready[--a->readies]);
        if (a->gathered == o->count && !walk_around(a, o)) return false;
    }
    return true;
}

void dt_ahead_walk(dt_ahead *a, dt_ongoing *o) {
    a->round = dt_ahead_round(a, o);
    if (!walk_all(a, o)) {
        a->round = false;
        walk_all(a, o);
    }
    for (size_t r = 0; r < o->count; r++) assert(a->walker[r].ended);
}
