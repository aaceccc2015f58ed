/* links.c - links that change while the simulation goes on. */
#include "engine/transfer.h"
#include "engine/energy.h"
#include <math.h>

/* The least values of a link: they stall a flow, and SimGrid divides by neither of them as by 0. */
static const double LEAST_BANDWIDTH = 1, LEAST_LATENCY = 1e-9;     /* B/s, s: a flow weighs what its latency is */

void dt_engine_link_bandwidth(dt_engine *e, size_t link, double bandwidth) {
    if (e->energy) dt_transfer_settle(e);
    sg_link_set_bandwidth(e->link[link].link, fmax(bandwidth, LEAST_BANDWIDTH));
}

/* ---- latencies ------------------------------------------------------------------------------
 * If the latency of a link changes while a flow is in its latency phase, SimGrid never starts to transmit the flow's bytes (it
 * assumes that the flow's weight is known).  Setting the bandwidth of the link, to any value, makes SimGrid recompute its
 * flows, so that is done when the latency phase is over. */

void dt_transfer_follow(inbox_item *item) {
    const dt_engine *e = item->from->engine;
    double latency_s;
    sg_link_t first = NULL;
    size_t links = dt_bridge_route(e->host[item->from->host].host, e->host[item->to->host].host, &first, 1, &latency_s);
    double factor = dt_bridge_factor("network/latency-factor", item->m.bytes);
    item->moving_s = links > 0 ? simgrid_get_clock() + factor * latency_s : 0;
    item->first = first;
}

static dt_status link_look_again(void *link) {
    sg_link_set_bandwidth(link, sg_link_get_bandwidth(link));
    return DT_OK;
}

void dt_engine_link_latency(dt_engine *e, size_t link, double latency) {
    static const double AFTER = 1e-8;       /* s: the clock is no finer than a tenth of it */
    double now = simgrid_get_clock();
    sg_link_set_latency(e->link[link].link, fmax(latency, LEAST_LATENCY));
    for (inbox_item *item = e->in_transit; item != NULL; item = item->next) {
        if (item->flow == NULL || item->moving_s <= now) continue;
        dt_engine_at(e, item->moving_s + AFTER, link_look_again, item->first);
        item->moving_s = 0;
    }
}

void dt_engine_link_switch(dt_engine *e, size_t link, bool on) {
    link_entry *l = &e->link[link];
    if (l->off == !on) return;
    dt_inside_settle(l);
    l->off = !on;
    e->links_off += on ? -1 : 1;
    dt_bridge_link_switch(l->link, on);
}
