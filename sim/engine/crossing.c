/* crossing.c - messages on the network: each crosses it as a transfer, and again where that failed or it was lost. */
#include "engine/crossing.h"
#include "engine/energy.h"

static void crossing_arrived(inbox_item *item, bool whole);

/* It takes time, and is accounted for each time that it is sent.  It may have ended already when this returns. */
static void crossing_begin(inbox_item *item) {
    dt_port *from = item->from;
    dt_engine *e = from->engine;
    sg_host_t here = e->host[from->host].host, there = e->host[item->to->host].host;
    from->usage.bytes_out += item->m.bytes;
    from->usage.messages_out++;
    e->on_the_way += item->m.bytes;
    item->sent_s = simgrid_get_clock();
    item->carried = 0;
    item->begun = true;
    if (from->free || item->to->free) {
        crossing_arrived(item, true);
        return;
    }
    if (e->links_off > 0 && dt_door_cut(here, there)) {
        crossing_arrived(item, false);
        return;
    }
    if (e->latencies) dt_crossing_follow(item);
    dt_transfer *transfer = dt_door_begin(here, there, item->m.bytes, item);
    item->transfer = item->begun ? transfer : NULL;
}

void dt_crossing_depart(inbox_item *item) {
    dt_engine *e = item->from->engine;
    item->departed_s = simgrid_get_clock();
    item->before = NULL;
    item->next = e->crossing;
    if (item->next != NULL) item->next->before = item;
    e->crossing = item;
    item->from->crossing++;
    item->to->crossing++;
    crossing_begin(item);
}

void dt_crossing_count_lost(inbox_item *item) {
    item->from->usage.bytes_lost += item->m.bytes;
    item->from->usage.messages_lost++;
    item->from->engine->bytes_lost += item->m.bytes;
    item->from->engine->on_the_way -= item->m.bytes;
}

static void crossing_leave(inbox_item *item) {
    dt_engine *e = item->from->engine;
    if (item->before != NULL) item->before->next = item->next;
    else e->crossing = item->next;
    if (item->next != NULL) item->next->before = item->before;
    item->from->crossing--;
    item->to->crossing--;
    dt_inbox_tell_follower(item->to, item->from);
}

bool dt_crossing_between(const dt_port *from, const dt_port *to) {
    if (from->crossing > 0)
        for (const inbox_item *item = from->engine->crossing; item != NULL; item = item->next)
            if (item->from == from && item->to == to) return true;
    for (const inbox_item *item = from->parked_there > 0 ? to->parked : NULL; item != NULL; item = item->next)
        if (item->from == from) return true;
    return false;
}

double dt_port_bytes_on_the_way(const dt_port *p) {
    double bytes = 0;
    for (const inbox_item *item = p->crossing > 0 ? p->engine->crossing : NULL; item != NULL; item = item->next)
        if (item->from == p && item->begun) bytes += item->m.bytes;
    return bytes;
}

void dt_crossing_tell_sender(dt_port *from, const inbox_item *item) {
    if (!item->alone && --from->on_the_way == 0 && from->flushing) {
        from->flushing = false;
        dt_inbox_wake(from);
    } else if (item->alone && from->sending == item) {
        from->sending = NULL;
        dt_inbox_wake(from);
    }
}

static void crossing_lose(inbox_item *item) {
    crossing_leave(item);
    dt_crossing_tell_sender(item->from, item);
    dt_inbox_drop(item->from->engine, item);
}

static dt_status crossing_again(void *arg) {
    inbox_item *item = arg;
    if (item->lost) crossing_lose(item);
    else crossing_begin(item);
    return DT_OK;
}

/* Servers come before worker 0; a hand draws by itself. */
static dt_rng *crossing_stream(const dt_port *from) {
    const dt_engine *e = from->engine;
    long index = (long)from->index, number = from->kind == DT_PORT_SERVER ? -1 - index : index;
    const char *purpose = from->hand[0] == '\0' ? "loss" : dt_arena_text(e->run, "loss of the %s", from->hand);
    return dt_rng_stream(e->run, e->loss.seed, number, purpose);
}

static bool crossing_unlucky(dt_port *from) {
    dt_engine *e = from->engine;
    if (!(e->loss.share > 0)) return false;
    if (from->loss == NULL) from->loss = crossing_stream(from);
    return gsl_rng_uniform(from->loss) < e->loss.share;
}

static void crossing_arrived(inbox_item *item, bool whole) {
    dt_port *from = item->from, *to = item->to;
    dt_engine *e = from->engine;
    if (e->ended) return;
    item->begun = false;
    item->transfer = NULL;
    if (item->lost || !whole || crossing_unlucky(from)) {
        dt_crossing_count_lost(item);
        if (item->lost) crossing_lose(item);
        else dt_engine_at(e, simgrid_get_clock() + e->loss.timeout_s, crossing_again, item);
        return;
    }
    crossing_leave(item);
    e->on_the_way -= item->m.bytes;
    e->bytes += item->m.bytes;
    if (from->site != to->site) e->bytes_between += item->m.bytes;
    from->usage.bytes_arrived += item->m.bytes;
    to->usage.bytes_in += item->m.bytes;
    to->usage.messages_in++;
    dt_inbox_deliver(to, item);
    dt_crossing_tell_sender(from, item);
}

/* All but left of its bytes have crossed. */
static void crossing_carried(inbox_item *item, double left) {
    double carried = item->m.bytes - left;
    dt_inside_carried(item->from->engine, item->from->host, item->to->host, carried - item->carried);
    item->carried = carried;
}

void dt_crossing_ended(void *arg, bool whole, double left) {
    crossing_carried(arg, left);
    crossing_arrived(arg, whole);
}

void dt_crossing_settle(dt_engine *e) {
    for (inbox_item *item = e->crossing; item != NULL; item = item->next)
        if (item->transfer != NULL) crossing_carried(item, dt_door_left(item->transfer));
}

void dt_crossing_stop(dt_engine *e) {
    e->ended = true;
    for (inbox_item *item = e->crossing; item != NULL; item = item->next)
        if (item->transfer != NULL) dt_door_cancel(item->transfer);
}
