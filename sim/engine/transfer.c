/* transfer.c - messages in transit.  Each is carried over the network by a flow of SimGrid.  Where the flow fails (a link
 * went off) or the message is lost (message_loss), the message is sent again after the timeout, as TCP does it, until it
 * arrives or is dropped.  Its bytes count as sent each time, and as lost each time but the last.
 *
 * A message is in the engine's list in_transit exactly while its state is DT_FLOWING or DT_RETRYING.  A message that is
 * dropped in transit (`lost`) stays in the list until its flow or its timeout has ended, and is given back then. */
#include "engine/transfer.h"
#include "engine/energy.h"
#include <assert.h>

static void transfer_arrived(inbox_item *item, bool whole);

/* Begin a flow of the message, whose bytes are accounted for each time.  The flow may have ended when this returns, since
 * SimGrid lets other actors run meanwhile: the message is no longer DT_FLOWING then. */
static void transfer_begin(inbox_item *item) {
    dt_port *from = item->from;
    dt_engine *e = from->engine;
    sg_host_t here = e->host[from->host].host, there = e->host[item->to->host].host;
    from->usage.bytes_out += item->m.bytes;
    from->usage.messages_out++;
    e->on_the_way += item->m.bytes;
    item->sent_s = simgrid_get_clock();
    item->transmitted = 0;
    item->state = DT_FLOWING;
    if (from->free || item->to->free) {
        transfer_arrived(item, true);
        return;
    }
    if (e->links_off > 0 && dt_bridge_cut(here, there)) {
        transfer_arrived(item, false);
        return;
    }
    if (e->latencies) dt_transfer_follow(item);
    dt_bridge_flow *flow = dt_bridge_begin(here, there, item->m.bytes, item);
    item->flow = item->state == DT_FLOWING ? flow : NULL;
}

/* The list of messages in transit is linked both ways: with many workers it is long, and messages leave it in any order. */
void dt_transfer_depart(inbox_item *item) {
    dt_engine *e = item->from->engine;
    assert(item->state == DT_POSTED || item->state == DT_PENDING);
    assert(item->from->host != item->to->host);     /* a message to the own host takes no time */
    item->departed_s = simgrid_get_clock();
    item->before = NULL;
    item->next = e->in_transit;
    if (item->next != NULL) item->next->before = item;
    e->in_transit = item;
    item->from->in_transit++;
    item->to->in_transit++;
    transfer_begin(item);
}

void dt_transfer_count_lost(inbox_item *item) {
    item->from->usage.bytes_lost += item->m.bytes;
    item->from->usage.messages_lost++;
    item->from->engine->bytes_lost += item->m.bytes;
    item->from->engine->on_the_way -= item->m.bytes;
}

/* Take a message out of the list.  Its receiver may follow a sender that has returned, and this was the last message. */
static void transfer_leave(inbox_item *item) {
    dt_engine *e = item->from->engine;
    assert(item->flow == NULL && item->from->in_transit > 0 && item->to->in_transit > 0);
    if (item->before != NULL) item->before->next = item->next;
    else e->in_transit = item->next;
    if (item->next != NULL) item->next->before = item->before;
    item->from->in_transit--;
    item->to->in_transit--;
    dt_inbox_tell_follower(item->to, item->from);
}

bool dt_transfer_between(const dt_port *from, const dt_port *to) {
    if (from->in_transit > 0)
        for (const inbox_item *item = from->engine->in_transit; item != NULL; item = item->next)
            if (item->from == from && item->to == to) return true;
    for (const inbox_item *item = from->pending_there > 0 ? to->pending : NULL; item != NULL; item = item->next)
        if (item->from == from) return true;
    return false;
}

double dt_port_bytes_on_the_way(const dt_port *p) {
    double bytes = 0;
    for (const inbox_item *item = p->in_transit > 0 ? p->engine->in_transit : NULL; item != NULL; item = item->next)
        if (item->from == p && item->state == DT_FLOWING) bytes += item->m.bytes;
    return bytes;
}

void dt_transfer_tell_sender(dt_port *from, const inbox_item *item) {
    assert(item->alone || from->on_the_way > 0);
    if (!item->alone && --from->on_the_way == 0 && from->waiting == DT_FLUSHING) {
        from->waiting = DT_RUNNING;
        dt_inbox_wake(from);
    } else if (item->alone && from->sending == item) {
        assert(from->waiting == DT_SENDING);
        from->waiting = DT_RUNNING;
        from->sending = NULL;
        dt_inbox_wake(from);
    }
}

/* The end of a message that was dropped in transit. */
static void transfer_lose(inbox_item *item) {
    transfer_leave(item);
    dt_transfer_tell_sender(item->from, item);
    dt_inbox_drop(item->from->engine, item);
}

/* The alarm of the timeout after which a message is sent again. */
static dt_status transfer_again(void *arg) {
    inbox_item *item = arg;
    assert(item->state == DT_RETRYING);
    if (item->lost) transfer_lose(item);
    else transfer_begin(item);
    return DT_OK;
}

/* The stream of random numbers that decides which messages of a port are lost.  Server i has the number -1 - i, so that the
 * numbers of workers are their ranks; each hand has a stream of its own. */
static dt_rng *transfer_stream(const dt_port *from) {
    const dt_engine *e = from->engine;
    long index = (long)from->index, number = from->kind == DT_PORT_SERVER ? -1 - index : index;
    const char *purpose = from->hand[0] == '\0' ? "loss" : dt_arena_text(e->run, "loss of the %s", from->hand);
    return dt_rng_stream(e->run, e->loss.seed, number, purpose);
}

/* Draw whether a message that has been transmitted is lost, with the probability loss.share of the setup. */
static bool transfer_is_lost(dt_port *from) {
    dt_engine *e = from->engine;
    if (!(e->loss.share > 0)) return false;
    if (from->loss == NULL) from->loss = transfer_stream(from);
    return gsl_rng_uniform(from->loss) < e->loss.share;
}

/* A flow of the message is over.  A message that has been dropped is given back; one that has failed or is lost is sent again
 * after the timeout; any other is delivered.  A message on a free port gets here without a flow. */
static void transfer_arrived(inbox_item *item, bool whole) {
    dt_port *from = item->from, *to = item->to;
    dt_engine *e = from->engine;
    if (e->ended) return;
    assert(item->state == DT_FLOWING);
    item->flow = NULL;
    if (item->lost || !whole || transfer_is_lost(from)) {
        dt_transfer_count_lost(item);
        item->state = DT_RETRYING;
        if (item->lost) transfer_lose(item);
        else dt_engine_at(e, simgrid_get_clock() + e->loss.timeout_s, transfer_again, item);
        return;
    }
    transfer_leave(item);
    e->on_the_way -= item->m.bytes;
    e->bytes += item->m.bytes;
    if (from->site != to->site) e->bytes_between += item->m.bytes;
    from->usage.bytes_arrived += item->m.bytes;
    to->usage.bytes_in += item->m.bytes;
    to->usage.messages_in++;
    dt_inbox_deliver(to, item);
    dt_transfer_tell_sender(from, item);
}

/* Count the energy of what has been transmitted since the last call: all bytes but left. */
static void transfer_transmitted(inbox_item *item, double left) {
    double done = item->m.bytes - left;
    dt_inside_transmitted(item->from->engine, item->from->host, item->to->host, done - item->transmitted);
    item->transmitted = done;
}

void dt_transfer_ended(void *arg, bool whole, double left) {
    transfer_transmitted(arg, left);
    transfer_arrived(arg, whole);
}

void dt_transfer_settle(dt_engine *e) {
    for (inbox_item *item = e->in_transit; item != NULL; item = item->next)
        if (item->flow != NULL) transfer_transmitted(item, dt_bridge_left(item->flow));
}

/* After `ended` is set, SimGrid's news of cancelled flows are ignored: the actors that they concern may be gone. */
void dt_transfer_stop(dt_engine *e) {
    e->ended = true;
    for (inbox_item *item = e->in_transit; item != NULL; item = item->next)
        if (item->flow != NULL) dt_bridge_cancel(item->flow);
}
