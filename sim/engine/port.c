/* port.c - computing, sending and receiving: messages wait in memory, only time crosses SimGrid (crossing.c). */
#include "engine/crossing.h"
#include "engine/tell.h"
#include <limits.h>
#include <math.h>

static const double NEAR = 1e-9;        /* s: SimGrid's clock is no finer */

static dt_port *port_make(dt_engine *e, dt_port new, dt_arena *run) {
    dt_port *p = dt_arena_take(run, 1, sizeof *p);
    *p = new;
    p->engine = e;
    p->name = "actor";
    p->number = e->port_count++;
    p->next = e->ports;
    e->ports = p;
    return p;
}

dt_port *dt_port_new(dt_engine *e, size_t host, dt_port_kind kind, size_t index, dt_arena *run) {
    if (e->ports == NULL) e->home = host;
    dt_port *p = port_make(e, (dt_port){ .host = host, .kind = kind, .index = index, .hand = "" }, run);
    p->own = p;
    return p;
}

/* The hands stand in the order of their making. */
dt_port *dt_port_beside(dt_port *p, const char *name, dt_arena *run) {
    dt_port *own = p->own, **end = &own->hands;
    dt_port *hand = port_make(own->engine, (dt_port){ .host = own->host, .kind = own->kind, .index = own->index, .hand = name,
                                                      .own = own, .free = own->free, .down = own->down,
                                                      .site = own->site }, run);
    while (*end != NULL) end = &(*end)->next_hand;
    *end = hand;
    return hand;
}

void dt_port_set_free(dt_port *p) {
    p->free = true;
    for (dt_port *hand = p->hands; hand != NULL; hand = hand->next_hand) hand->free = true;
}

void dt_port_set_site(dt_port *p, size_t site) {
    p->site = site;
    for (dt_port *hand = p->hands; hand != NULL; hand = hand->next_hand) hand->site = site;
}

size_t dt_port_site(const dt_port *p) { return p->site; }
void dt_port_label(dt_port *p, long label) { p->label = label; }
dt_usage dt_port_usage(const dt_port *p) { return p->usage; }
dt_engine *dt_port_engine(const dt_port *p) { return p->engine; }
size_t dt_port_host(const dt_port *p) { return p->host; }
dt_port_kind dt_port_kind_of(const dt_port *p) { return p->kind; }
size_t dt_port_index(const dt_port *p) { return p->index; }
const char *dt_port_hand(const dt_port *p) { return p->hand; }
bool dt_port_taken(const dt_port *p) { return p->taken; }
size_t dt_port_number(const dt_port *p) { return p->number; }
dt_port *dt_engine_ports(const dt_engine *e) { return e->ports; }
dt_port *dt_port_next(const dt_port *p) { return p->next; }

const char *dt_port_title(const dt_port *p, dt_arena *run) {
    const char *kind = p->kind == DT_PORT_SERVER ? "server" : "worker";
    return p->hand[0] == '\0' ? dt_arena_text(run, "%s %zu", kind, p->index)
                              : dt_arena_text(run, "%s %zu's %s", kind, p->index, p->hand);
}

/* What a call returns that has had its effect, or has been aborted. */
static dt_status port_state(const dt_port *p) { return p->aborted ? DT_EDOWN : DT_OK; }

/* Every [time] call begins here. */
static dt_status port_enter(dt_port *p) {
    dt_clock_count(p->engine);
    return port_state(p);
}

/* ---- computing ----------------------------------------------------------------------------- */

/* The exec is told of by a status, whether it ends or is cancelled; sg_actor_execute would throw through us.
 * Others act while it is made and begun: only one that has begun may be cancelled. */
static void port_execute(dt_port *p, double flops) {
    sg_exec_t exec = sg_actor_exec_init(flops);
    sg_exec_start(exec);
    if (p->aborted) {
        sg_exec_cancel(exec);
        return;
    }
    p->exec = exec;
    sg_exec_wait(exec);
    p->exec = NULL;
}

dt_status dt_port_compute(dt_port *p, double flops, dt_work *work, void *arg) {
    DT_TRY(port_enter(p));
    double start = simgrid_get_clock();
    if (work != NULL) {
        p->task.work = work;
        p->task.arg = arg;
        dt_pool_start(p->engine->pool, &p->task);
    }
    if (flops > 0 && !p->free) port_execute(p, flops);
    if (work != NULL) dt_pool_join(p->engine->pool, &p->task);
    if (!p->aborted) p->usage.flops += flops;
    p->usage.compute_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_COMPUTE, NULL, start, simgrid_get_clock(), 0);
    return port_state(p);
}

/* ---- waiting for anything ------------------------------------------------------------------- */

static dt_status port_deadline(void *arg) {
    dt_port *p = arg;
    if (p->deadline > simgrid_get_clock() + NEAR) return DT_OK;
    p->deadline = HUGE_VAL;
    dt_inbox_wake(p);
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

/* ---- sending ------------------------------------------------------------------------------- */

/* To a port that is off: sent in vain. */
static bool port_in_vain(dt_port *to, inbox_item *item) {
    if (!to->down) return false;
    dt_engine *e = to->engine;
    if (item->from->host != to->host) {
        item->from->usage.bytes_out += item->m.bytes;
        item->from->usage.messages_out++;
        e->on_the_way += item->m.bytes;
        dt_crossing_count_lost(item);
    }
    dt_inbox_drop(e, item);
    return true;
}

dt_status dt_port_send(dt_port *p, dt_port *to, dt_message m) {
    double start = simgrid_get_clock();
    inbox_item *item = dt_inbox_item(p, to, m);
    dt_status status = port_enter(p);
    if (status != DT_OK) {
        dt_inbox_drop(p->engine, item);
        return status;
    }
    if (port_in_vain(to, item)) return DT_OK;
    if (p->host == to->host) {
        dt_inbox_deliver(to, item);
        return DT_OK;
    }
    item->alone = true;
    p->sending = item;
    dt_crossing_depart(item);
    while (p->sending != NULL && !p->aborted) port_wait(p, HUGE_VAL);
    p->usage.send_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_SEND, to, start, simgrid_get_clock(), m.bytes);
    return port_state(p);
}

static void port_count_parked(inbox_item *item, long change) {
    item->from->parked_there += change;
    item->to->parked_here += change;
}

void dt_port_post(dt_port *p, dt_port *to, dt_message m) {
    if (p->aborted) dt_vec_drop(m.vec);
    else dt_port_post_from_host(p, to, m);
}

void dt_port_post_from_host(dt_port *p, dt_port *to, dt_message m) {
    inbox_item *item = dt_inbox_item(p, to, m);
    if (port_in_vain(to, item)) return;
    if (p->host == to->host) {
        dt_inbox_deliver(to, item);
        return;
    }
    p->on_the_way++;
    if (m.meet && !(to->receiving && dt_inbox_fits(item, to->want_from, to->want_tag))) {
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
        if (dt_inbox_fits(item, p->want_from, p->want_tag)) {
            *slot = item->next;
            port_count_parked(item, -1);
            dt_crossing_depart(item);
        } else {
            slot = &item->next;
        }
    }
}

/* ---- waiting ------------------------------------------------------------------------------- */

dt_status dt_port_flush(dt_port *p) {
    double start = simgrid_get_clock();
    DT_TRY(port_enter(p));
    while (p->on_the_way > 0 && !p->aborted) {
        p->flushing = true;
        port_wait(p, HUGE_VAL);
    }
    p->usage.send_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_SEND, NULL, start, simgrid_get_clock(), 0);
    return port_state(p);
}

/* Time in a receive: waiting until the message departed, communicating while it was on its way. */
static void port_account(dt_port *p, double start, double departed, const dt_port *peer,
                         double bytes) {
    double now = simgrid_get_clock(), split = departed < start ? start : departed > now ? now : departed;
    p->usage.wait_s += split - start;
    p->usage.send_s += now - split;
    dt_tell_span(p, DT_SPAN_WAIT, peer, start, split, 0);
    dt_tell_span(p, DT_SPAN_SEND, peer, split, now, bytes);
}

dt_status dt_port_receive(dt_port *p, const dt_port *from, long tag, double deadline, dt_message *m) {
    double start = simgrid_get_clock(), departed = HUGE_VAL;
    bool got, woken = true;
    DT_TRY(port_enter(p));
    while (!(got = dt_inbox_take(p, from, tag, m, &departed)) && woken && !p->aborted) {
        p->receiving = true;
        p->want_from = from;
        p->want_tag = tag;
        port_unpark(p);
        p->cancelled = false;
        woken = port_wait(p, deadline) && !p->cancelled;
        p->receiving = false;
    }
    port_account(p, start, departed, got ? m->from : NULL, got ? m->bytes : 0);
    return got ? DT_OK : p->aborted ? DT_EDOWN : DT_ELATE;
}

/* It can send no more: its actor has returned, and nothing of it for p is on the way. */
static bool port_ended(const dt_port *from, const dt_port *p) {
    return !from->acting && !dt_crossing_between(from, p);
}

dt_status dt_port_follow(dt_port *p, const dt_port *from, long tag, dt_message *m) {
    dt_status status;
    p->following = from;
    p->engine->followers++;
    do {
        double deadline = port_ended(from, p) ? 0 : HUGE_VAL;
        status = dt_port_receive(p, from, tag, deadline, m);
    } while (status == DT_ELATE && !port_ended(from, p));
    p->engine->followers--;
    p->following = NULL;
    return status == DT_ELATE ? DT_EOVER : status;
}

/* All who settle go on together. */
static void port_settled_all(dt_engine *e) {
    dt_port *p = e->settling;
    e->settling = NULL;
    for (dt_port *next; p != NULL; p = next) {
        next = p->next_settling;
        p->listed = false;
        if (p->settling) dt_inbox_wake(p);
        p->settling = false;
    }
}

/* Once a moment has passed in which nobody called and nothing came.  Else one of them looks again, after the others have
 * acted: what is called soon from here would be called before that. */
static void port_settled(void *arg) {
    dt_engine *e = arg;
    dt_port *one = e->settling;
    while (one != NULL && !one->settling) one = one->next_settling;
    if (one == NULL || e->events == e->settled_events) {
        port_settled_all(e);
        return;
    }
    e->unsettled = true;
    dt_inbox_wake(one);
}

static void port_look(dt_engine *e) {
    e->unsettled = false;
    e->settled_events = e->events;
    dt_engine_soon(e, port_settled, e);
}

/* One that is aborted stays in the list, and may settle again. */
static void port_settle(dt_port *p) {
    dt_engine *e = p->engine;
    dt_port **end = &e->settling;
    p->settling = true;
    if (p->listed) return;
    while (*end != NULL) end = &(*end)->next_settling;
    *end = p;
    p->next_settling = NULL;
    p->listed = true;
    if (e->settling == p) port_look(e);
}

dt_status dt_port_settle(dt_port *p) {
    DT_TRY(port_enter(p));
    port_settle(p);
    while (p->settling && !p->aborted) {
        port_wait(p, HUGE_VAL);
        if (p->engine->unsettled) port_look(p->engine);
    }
    return port_state(p);
}

/* ---- failures ------------------------------------------------------------------------------- */

bool dt_port_up(const dt_port *p) { return !p->down; }
bool dt_port_aborted(const dt_port *p) { return p->aborted; }
double dt_port_last_seen(const dt_port *p) { return p->own->last_seen_s; }
void dt_port_set_last_seen(dt_port *p, double since_s) { p->own->last_seen_s = since_s; }

void dt_port_wake(dt_port *p) {
    if (!p->blocked) return;
    p->blocked = false;
    p->woken = true;
    dt_inbox_wake(p);
}

dt_status dt_port_block(dt_port *p, double deadline) {
    double start = simgrid_get_clock();
    bool woken = true;
    dt_clock_count(p->engine);
    p->woken = false;
    while (!p->woken && !p->engine->finished && woken) {
        p->blocked = true;
        woken = port_wait(p, deadline);
        p->blocked = false;
    }
    p->usage.off_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_OFF, NULL, start, simgrid_get_clock(), 0);
    return p->engine->finished ? DT_EOVER : p->woken ? DT_OK : DT_ELATE;
}

void dt_port_wake_all(dt_engine *e) {
    for (dt_port *p = e->ports; p != NULL; p = p->next) dt_port_wake(p);
}

dt_status dt_port_sleep(dt_port *p, double seconds) {
    double start = simgrid_get_clock();
    DT_TRY(port_enter(p));
    p->sleeping = true;
    while (!p->aborted && port_wait(p, start + seconds)) {}
    p->sleeping = false;
    p->usage.wait_s += simgrid_get_clock() - start;
    dt_tell_span(p, DT_SPAN_WAIT, NULL, start, simgrid_get_clock(), 0);
    return port_state(p);
}

static void port_drop_parked(dt_port *at, const dt_inbox_choice *which) {
    inbox_item **slot = &at->parked;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (!dt_inbox_chosen(which, item)) {
            slot = &item->next;
            continue;
        }
        *slot = item->next;
        port_count_parked(item, -1);
        dt_crossing_tell_sender(item->from, item);
        dt_inbox_drop(at->engine, item);
    }
}

void dt_port_drop_messages(dt_port *p, long first, long last) {
    dt_engine *e = p->engine;
    const dt_inbox_choice which = { p, first, last };
    for (inbox_item *item = p->crossing > 0 ? e->crossing : NULL, *next; item != NULL; item = next) {
        next = item->next;
        if (!dt_inbox_chosen(&which, item)) continue;
        dt_transfer *transfer = item->transfer;
        item->lost = true;
        item->transfer = NULL;
        if (transfer != NULL) dt_door_cancel(transfer);
    }
    for (dt_port *at = p->parked_here + p->parked_there > 0 ? e->ports : NULL; at != NULL; at = at->next)
        port_drop_parked(at, &which);
    dt_inbox_drop_arrived(p, &which);
}

static void port_abort_one(dt_port *p) {
    bool waits = p->receiving || p->flushing || p->sleeping || p->settling || p->sending != NULL;
    p->aborted = true;
    p->receiving = p->flushing = p->settling = false;
    p->sending = NULL;
    if (p->exec != NULL) dt_door_break(p->exec);
    else if (p->blocked) dt_port_wake(p);
    else if (waits) dt_inbox_wake(p);
}

void dt_port_abort(dt_port *p) {
    port_abort_one(p);
    for (dt_port *hand = p->hands; hand != NULL; hand = hand->next_hand) port_abort_one(hand);
}

dt_status dt_port_reset(dt_port *p) {
    p->aborted = p->down;
    return port_state(p);
}

static void port_fail_one(dt_port *p) {
    dt_port_drop_messages(p, LONG_MIN, LONG_MAX);
    port_abort_one(p);
}

void dt_port_fail(dt_port *p) {
    dt_port *own = p->own;
    own->down = true;
    own->last_seen_s = simgrid_get_clock();
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) hand->down = true;
    port_fail_one(own);
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) port_fail_one(hand);
}

void dt_port_recover(dt_port *p) {
    dt_port *own = p->own;
    own->down = false;
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) hand->down = false;
    dt_port_wake(own);
    for (dt_port *hand = own->hands; hand != NULL; hand = hand->next_hand) dt_port_wake(hand);
}
