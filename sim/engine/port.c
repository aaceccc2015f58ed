/* port.c - computing, sending and receiving: messages wait in memory, only time crosses SimGrid. */
#include "engine/door.h"
#include "engine/inside.h"
#include <math.h>

dt_port *dt_port_new(dt_engine *e, size_t host, long rank, dt_arena *run) {
    dt_port *p = dt_arena_take(run, 1, sizeof *p);
    *p = (dt_port){ .engine = e, .host = host, .rank = rank, .name = "actor", .next = e->ports };
    e->ports = p;
    return p;
}

dt_usage dt_port_usage(const dt_port *p) { return p->usage; }
dt_engine *dt_port_engine(const dt_port *p) { return p->engine; }
size_t dt_port_host(const dt_port *p) { return p->host; }
long dt_port_rank(const dt_port *p) { return p->rank; }

/* Tell the listener, if there is one. */
static void port_span(dt_port *p, dt_span_kind kind, long peer, double start_s, double end_s, double bytes) {
    dt_engine *e = p->engine;
    if (e->on_span != NULL && end_s > start_s)
        e->on_span(e->owner, &(dt_span){ kind, p->rank, peer, start_s, end_s, bytes });
}

/* ---- computing ----------------------------------------------------------------------------- */

void dt_port_compute(dt_port *p, double flops, dt_work *work, void *arg) {
    double start = simgrid_get_clock();
    if (work != NULL) {
        p->task.work = work;
        p->task.arg = arg;
        dt_pool_start(p->engine->pool, &p->task);
    }
    if (flops > 0) sg_actor_execute(flops);
    if (work != NULL) dt_pool_join(p->engine->pool, &p->task);
    p->usage.flops += flops;
    p->usage.compute_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_COMPUTE, DT_ANY, start, simgrid_get_clock(), 0);
}

void dt_port_sleep(dt_port *p, double seconds) {
    double start = simgrid_get_clock();
    if (seconds > 0) sg_actor_sleep_for(seconds);
    p->usage.wait_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_WAIT, DT_ANY, start, simgrid_get_clock(), 0);
}

/* ---- the inbox ----------------------------------------------------------------------------- */

static inbox_item *item_take(dt_engine *e, dt_port *from, dt_message m) {
    inbox_item *item = e->spare;
    if (item != NULL) e->spare = item->next;
    else item = dt_arena_take(e->run, 1, sizeof *item);
    m.from = from->rank;
    *item = (inbox_item){ .m = m, .sender = from, .departed_s = simgrid_get_clock() };
    return item;
}

static void item_give_back(dt_engine *e, inbox_item *item) {
    item->next = e->spare;
    e->spare = item;
}

static bool item_fits(const inbox_item *item, long from, long tag) {
    return (from == DT_ANY || item->m.from == from) && (tag == DT_ANY || item->m.tag == tag);
}

static void port_wake(dt_port *p) {
    if (p->wake != NULL) sg_sem_release(p->wake);
}

/* The message has arrived: into the inbox, and its receiver is woken if it waits for this one. */
static void port_deliver(dt_port *to, inbox_item *item) {
    item->next = NULL;
    if (to->last == NULL) to->first = item;
    else to->last->next = item;
    to->last = item;
    if (to->receiving && item_fits(item, to->want_from, to->want_tag)) {
        to->receiving = false;
        port_wake(to);
    }
}

/* [time] Between different hosts it takes time and is accounted for. */
static void port_carry(dt_port *from, dt_port *to, inbox_item *item) {
    dt_engine *e = from->engine;
    double bytes = item->m.bytes;
    item->departed_s = simgrid_get_clock();
    if (from->host != to->host) {
        from->usage.bytes_out += bytes;
        from->usage.messages_out++;
        e->on_the_way += bytes;
        dt_door_transfer(e->host[from->host].host, e->host[to->host].host, bytes);
        e->on_the_way -= bytes;
        e->bytes += bytes;
        to->usage.bytes_in += bytes;
        to->usage.messages_in++;
    }
    port_deliver(to, item);
}

void dt_port_send(dt_port *p, dt_port *to, dt_message m) {
    double start = simgrid_get_clock();
    port_carry(p, to, item_take(p->engine, p, m));
    p->usage.send_s += simgrid_get_clock() - start;
    port_span(p, DT_SPAN_SEND, to->rank, start, simgrid_get_clock(), m.bytes);
}

/* ---- posting ------------------------------------------------------------------------------- */

static void courier_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    courier *c = sg_actor_self_get_data();
    for (;;) {
        dt_port *from = c->from;
        port_carry(from, c->to, c->item);
        if (--from->on_the_way == 0 && from->flushing) {
            from->flushing = false;
            port_wake(from);
        }
        c->next = c->engine->idle;
        c->engine->idle = c;
        sg_sem_acquire(c->work);
    }
}

static void courier_send_out(dt_engine *e, dt_port *from, dt_port *to, inbox_item *item) {
    courier *c = e->idle;
    if (c != NULL) {
        e->idle = c->next;
        c->from = from;
        c->to = to;
        c->item = item;
        sg_sem_release(c->work);
        return;
    }
    c = dt_arena_take(e->run, 1, sizeof *c);
    *c = (courier){ .engine = e, .from = from, .to = to, .item = item, .work = sg_sem_init(0) };
    sg_actor_t made = sg_actor_init("courier", e->host[from->host].host);
    sg_actor_set_data(made, c);
    sg_actor_start(made, courier_main, 0, NULL);
    sg_actor_daemonize(made);
}

void dt_port_post(dt_port *p, dt_port *to, dt_message m) {
    inbox_item *item = item_take(p->engine, p, m);
    if (p->host == to->host) {
        port_deliver(to, item);
        return;
    }
    p->on_the_way++;
    if (m.meet && !(to->receiving && item_fits(item, to->want_from, to->want_tag))) {
        item->next = to->parked;
        to->parked = item;
        return;
    }
    courier_send_out(p->engine, p, to, item);
}

/* The port begins to wait: messages that were to meet it depart. */
static void port_unpark(dt_port *p) {
    inbox_item **slot = &p->parked;
    while (*slot != NULL) {
        inbox_item *item = *slot;
        if (item_fits(item, p->want_from, p->want_tag)) {
            *slot = item->next;
            courier_send_out(p->engine, item->sender, p, item);
        } else {
            slot = &item->next;
        }
    }
}

/* ---- waiting ------------------------------------------------------------------------------- */

/* [time] Sleep until woken or, if that comes first, the deadline; false on the latter. */
static bool port_wait(dt_port *p, double deadline) {
    if (p->wake == NULL) p->wake = sg_sem_init(0);
    if (deadline == HUGE_VAL) {
        sg_sem_acquire(p->wake);
        return true;
    }
    double left = deadline - simgrid_get_clock();
    return left > 0 && !sg_sem_acquire_timeout(p->wake, left);
}

void dt_port_flush(dt_port *p) {
    double start = simgrid_get_clock();
    while (p->on_the_way > 0) {
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
    while (!(got = port_take(p, from, tag, m, &departed)) && woken) {
        p->receiving = true;
        p->want_from = from;
        p->want_tag = tag;
        port_unpark(p);
        woken = port_wait(p, deadline);
        p->receiving = false;
    }
    port_account(p, start, departed, got ? m->from : DT_ANY, got ? m->bytes : 0);
    return got;
}
