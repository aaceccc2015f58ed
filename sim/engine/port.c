/* port.c - computing, sending and receiving: messages wait in memory, only time crosses SimGrid (crossing.c). */
#include "engine/crossing.h"
#include <limits.h>
#include <math.h>

static const double NEAR = 1e-9;        /* s: SimGrid's clock is no finer */

dt_port *dt_port_new(dt_engine *e, size_t host, long rank, dt_arena *run) {
    dt_port *p = dt_arena_take(run, 1, sizeof *p);
    *p = (dt_port){ .engine = e, .host = host, .rank = rank, .name = "actor", .next = e->ports };
    if (e->ports == NULL) e->home = host;
    e->ports = p;
    return p;
}

dt_usage dt_port_usage(const dt_port *p) { return p->usage; }
dt_engine *dt_port_engine(const dt_port *p) { return p->engine; }
size_t dt_port_host(const dt_port *p) { return p->host; }
long dt_port_rank(const dt_port *p) { return p->rank; }
void dt_port_set_free(dt_port *p) { p->free = true; }

/* Tell the listener, if there is one. */
static void port_span(dt_port *p, dt_span_kind kind, long peer, double start_s, double end_s, double bytes) {
    dt_engine *e = p->engine;
    if (e->on_span != NULL && end_s > start_s)
        e->on_span(e->owner, &(dt_span){ kind, p->rank, peer, start_s, end_s, bytes });
}

/* ---- computing ----------------------------------------------------------------------------- */

/* The exec is told of by a status, whether it ends or is cancelled; sg_actor_execute would throw through us.
 * Others act while it is made and begun: only one that has begun may be cancelled. */
static void port_execute(dt_port *p, double flops) {
    sg_exec_t exec = sg_actor_exec_init(flops);
    sg_exec_start(exec);
    if (p->broken) {
        sg_exec_cancel(exec);
        return;
    }
    p->exec = exec;
    sg_exec_wait(exec);
    p->exec = NULL;
}

bool dt_port_compute(dt_port *p, double flops, dt_work *work, void *arg) {
    if (p->broken) return false;
    double start = simgrid_get_clock();
    if (work != NULL) {
        p->task.work = work;
        p->task.arg = arg;
        dt_pool_start(p->engine->pool, &p->task);
    }
    if (flops > 0 && !p->free) port_execute(p, flops);
    if (work != NULL) dt_pool_join(p->engine->pool, &p->task);
    if (!p->broken) p->usage.flops += flops;
    p->usage.compute_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_COMPUTE, DT_ANY, start, simgrid_get_clock(), 0);
    return !p->broken;
}

/* ---- the inbox ----------------------------------------------------------------------------- */

static inbox_item *item_take(dt_port *from, dt_port *to, dt_message m) {
    dt_engine *e = from->engine;
    inbox_item *item = e->spare;
    if (item != NULL) e->spare = item->next;
    else item = dt_arena_take(e->run, 1, sizeof *item);
    m.from = from->rank;
    *item = (inbox_item){ .m = m, .from = from, .to = to, .posted_s = simgrid_get_clock() };
    item->departed_s = item->posted_s;
    return item;
}

static void item_give_back(dt_engine *e, inbox_item *item) {
    item->next = e->spare;
    e->spare = item;
}

void dt_inside_drop(dt_engine *e, inbox_item *item) {
    dt_vec_drop(item->m.vec);
    item_give_back(e, item);
}

static bool item_fits(const inbox_item *item, long from, long tag) {
    return (from == DT_ANY || item->m.from == from) && (tag == DT_ANY || item->m.tag == tag);
}

void dt_inside_wake(dt_port *p) {
    if (p->wake != NULL) sg_sem_release(p->wake);
}

static dt_status port_deadline(void *arg) {
    dt_port *p = arg;
    if (p->deadline > simgrid_get_clock() + NEAR) return DT_OK;
    p->deadline = HUGE_VAL;
    dt_inside_wake(p);
    return DT_OK;
}

/* [time] Sleep until woken (perhaps for nothing: look again) or, if that comes first, the deadline; false on the latter. */
static bool port_wait(dt_port *p, double deadline) {
    if (p->wake == NULL) p->wake = sg_sem_init(0);
    if (deadline < simgrid_get_clock() + NEAR) return false;
    p->deadline = deadline;
    dt_engine_at(p->engine, deadline, port_deadline, p);
    sg_sem_acquire(p->wake);
    p->deadline = HUGE_VAL;
    return deadline > simgrid_get_clock() + NEAR;
}

void dt_inside_deliver(dt_port *to, inbox_item *item) {
    item->next = NULL;
    item->arrived_s = simgrid_get_clock();
    if (to->last == NULL) to->first = item;
    else to->last->next = item;
    to->last = item;
    if (to->receiving && item_fits(item, to->want_from, to->want_tag)) {
        to->receiving = false;
        dt_inside_wake(to);
    }
}

/* ---- sending ------------------------------------------------------------------------------- */

/* To a port that is off: sent in vain. */
static bool port_in_vain(dt_port *to, inbox_item *item) {
    if (!to->off) return false;
    dt_engine *e = to->engine;
    if (item->from->host != to->host) {
        item->from->usage.bytes_out += item->m.bytes;
        item->from->usage.messages_out++;
        e->on_the_way += item->m.bytes;
        dt_crossing_count_lost(item);
    }
    dt_inside_drop(e, item);
    return true;
}

void dt_port_send(dt_port *p, dt_port *to, dt_message m) {
    double start = simgrid_get_clock();
    inbox_item *item = item_take(p, to, m);
    if (p->broken) {
        dt_inside_drop(p->engine, item);
        return;
    }
    if (port_in_vain(to, item)) return;
    if (p->host == to->host) {
        dt_inside_deliver(to, item);
        return;
    }
    item->alone = true;
    p->sending = item;
    dt_crossing_depart(item);
    while (p->sending != NULL && !p->broken) port_wait(p, HUGE_VAL);
    p->usage.send_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_SEND, to->rank, start, simgrid_get_clock(), m.bytes);
}

static void port_count_parked(inbox_item *item, long change) {
    item->from->parked_there += change;
    item->to->parked_here += change;
}

void dt_port_post(dt_port *p, dt_port *to, dt_message m) {
    if (p->broken) dt_vec_drop(m.vec);
    else dt_port_post_from_host(p, to, m);
}

void dt_port_post_from_host(dt_port *p, dt_port *to, dt_message m) {
    inbox_item *item = item_take(p, to, m);
    if (port_in_vain(to, item)) return;
    if (p->host == to->host) {
        dt_inside_deliver(to, item);
        return;
    }
    p->on_the_way++;
    if (m.meet && !(to->receiving && item_fits(item, to->want_from, to->want_tag))) {
        item->next = to->parked;
        to->parked = item;
        port_count_parked(item, 1);
        return;
    }
    dt_crossing_depart(item);
}

/* The port begins to wait: messages that were to meet it depart. */
static void port_unpark(dt_port *p) {
    inbox_item **slot = &p->parked;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (item_fits(item, p->want_from, p->want_tag)) {
            *slot = item->next;
            port_count_parked(item, -1);
            dt_crossing_depart(item);
        } else {
            slot = &item->next;
        }
    }
}

/* ---- waiting ------------------------------------------------------------------------------- */

void dt_port_flush(dt_port *p) {
    double start = simgrid_get_clock();
    while (p->on_the_way > 0 && !p->broken) {
        p->flushing = true;
        port_wait(p, HUGE_VAL);
    }
    p->usage.send_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_SEND, DT_ANY, start, simgrid_get_clock(), 0);
}

static bool port_take(dt_port *p, long from, long tag, dt_message *m, double *departed_s) {
    inbox_item *before = NULL;
    for (inbox_item *item = p->first; item != NULL; before = item, item = item->next) {
        if (!item_fits(item, from, tag)) continue;
        *(before == NULL ? &p->first : &before->next) = item->next;
        if (p->last == item) p->last = before;
        *m = item->m;
        *departed_s = item->departed_s;
        dt_inside_flight(p, item, simgrid_get_clock());
        item_give_back(p->engine, item);
        return true;
    }
    return false;
}

/* Time in a receive: waiting until the message departed, communicating while it was on its way. */
static void port_account(dt_port *p, double start, double departed, long peer, double bytes) {
    double now = simgrid_get_clock(), split = departed < start ? start : departed > now ? now : departed;
    p->usage.wait_s += split - start;
    p->usage.send_s += now - split;
    port_span(p, DT_SPAN_WAIT, peer, start, split, 0);
    port_span(p, DT_SPAN_SEND, peer, split, now, bytes);
}

bool dt_port_receive(dt_port *p, long from, long tag, double deadline, dt_message *m) {
    double start = simgrid_get_clock(), departed = HUGE_VAL;
    bool got, woken = true;
    if (p->broken) return false;
    while (!(got = port_take(p, from, tag, m, &departed)) && woken && !p->broken) {
        p->receiving = true;
        p->want_from = from;
        p->want_tag = tag;
        port_unpark(p);
        p->released = false;
        woken = port_wait(p, deadline) && !p->released;
        p->receiving = false;
    }
    port_account(p, start, departed, got ? m->from : DT_ANY, got ? m->bytes : 0);
    return got;
}

/* ---- breaking and mending ------------------------------------------------------------------ */

bool dt_port_up(const dt_port *p) { return !p->off; }
bool dt_port_aborted(const dt_port *p) { return p->broken; }
double dt_port_last_seen(const dt_port *p) { return p->unheard_s; }
void dt_port_set_last_seen(dt_port *p, double since_s) { p->unheard_s = since_s; }

void dt_port_wake(dt_port *p) {
    if (!p->resting) return;
    p->resting = false;
    p->called = true;
    dt_inside_wake(p);
}

bool dt_port_block(dt_port *p, double deadline) {
    double start = simgrid_get_clock();
    bool woken = true;
    p->called = false;
    while (!p->called && !p->engine->dismissed && woken) {
        p->resting = true;
        woken = port_wait(p, deadline);
        p->resting = false;
    }
    p->usage.off_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_OFF, DT_ANY, start, simgrid_get_clock(), 0);
    return p->called && !p->engine->dismissed;
}

void dt_port_wake_all(dt_engine *e) {
    for (dt_port *p = e->ports; p != NULL; p = p->next) dt_port_wake(p);
}

void dt_port_sleep(dt_port *p, double seconds) {
    double start = simgrid_get_clock();
    p->sleeping = true;
    while (!p->broken && port_wait(p, start + seconds)) {}
    p->sleeping = false;
    p->usage.wait_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_WAIT, DT_ANY, start, simgrid_get_clock(), 0);
}

/* What is to be taken away: all with such tags that p sent or was to get. */
typedef struct purge { const dt_port *p; long first, last; } purge;

static bool purge_fits(const purge *what, const inbox_item *item) {
    return (item->from == what->p || item->to == what->p) && item->m.tag >= what->first && item->m.tag <= what->last;
}

static void port_purge_parked(dt_port *at, const purge *what) {
    inbox_item **slot = &at->parked;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (!purge_fits(what, item)) {
            slot = &item->next;
            continue;
        }
        *slot = item->next;
        port_count_parked(item, -1);
        dt_crossing_tell_sender(item->from, item);
        dt_inside_drop(at->engine, item);
    }
}

static void port_purge_arrived(dt_port *p, const purge *what) {
    inbox_item **slot = &p->first;
    p->last = NULL;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (!purge_fits(what, item)) {
            p->last = item;
            slot = &item->next;
            continue;
        }
        *slot = item->next;
        dt_inside_flight(p, item, NAN);
        dt_inside_drop(p->engine, item);
    }
}

void dt_port_drop_messages(dt_port *p, long first, long last) {
    dt_engine *e = p->engine;
    const purge what = { p, first, last };
    for (inbox_item *item = p->crossing > 0 ? e->crossing : NULL, *next; item != NULL; item = next) {
        next = item->next;
        if (!purge_fits(&what, item)) continue;
        dt_transfer *transfer = item->transfer;
        item->lost = true;
        item->transfer = NULL;
        if (transfer != NULL) dt_door_cancel(transfer);
    }
    for (dt_port *at = p->parked_here + p->parked_there > 0 ? e->ports : NULL; at != NULL; at = at->next)
        port_purge_parked(at, &what);
    port_purge_arrived(p, &what);
}

void dt_port_abort(dt_port *p) {
    bool waits = p->receiving || p->flushing || p->sleeping || p->sending != NULL;
    p->broken = true;
    p->receiving = p->flushing = false;
    p->sending = NULL;
    if (p->exec != NULL) dt_door_break(p->exec);
    else if (p->resting) dt_port_wake(p);
    else if (waits) dt_inside_wake(p);
}

bool dt_port_reset(dt_port *p) {
    p->broken = p->off;
    return !p->off;
}

void dt_port_switch(dt_port *p, bool on) {
    p->off = !on;
    if (on) {
        dt_port_wake(p);
        return;
    }
    p->unheard_s = simgrid_get_clock();
    dt_port_drop_messages(p, LONG_MIN, LONG_MAX);
    dt_port_abort(p);
}

bool dt_port_cancel_receive(dt_port *p, long from) {
    if (!p->receiving || p->want_from != from) return false;
    p->receiving = false;
    p->released = true;
    dt_inside_wake(p);
    return true;
}
