/* network.c - links and routes, and the latency and bandwidth that the network model gives a message on a route.
 * Source: SimGrid's network models CM02 (Casanova, Marchal 2002) and LV08 (Velho, Legrand 2009). */
#include "engine/transfer.h"
#include "engine/energy.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xbt/config.h>

enum { LONG_ROUTE = 64 };
static const double ENDLESS = 1e18;     /* B/s: SimGrid reckons with finite numbers only */

void dt_inside_make_ideal(const dt_engine_ideal *ideal) {
    if (!ideal->latency && !ideal->bandwidth) return;
    size_t links = sg_link_count();
    sg_link_t *list = sg_link_list();
    for (size_t i = 0; i < links; i++) {
        if (ideal->latency) sg_link_set_latency(list[i], 0);
        if (ideal->bandwidth) sg_link_set_bandwidth(list[i], ENDLESS);
    }
    free(list);
}

/* ---- links --------------------------------------------------------------------------------- */

static int link_order(const void *a, const void *b) {
    return strverscmp(((const link_entry *)a)->name, ((const link_entry *)b)->name);
}

size_t dt_engine_links(dt_engine *e) {
    if (e->link != NULL) return e->links;
    e->links = sg_link_count();
    sg_link_t *list = sg_link_list();
    e->link = dt_arena_take(e->run, e->links + 1, sizeof *e->link);
    for (size_t i = 0; i < e->links; i++) e->link[i] = (link_entry){ .link = list[i], .name = sg_link_get_name(list[i]) };
    free(list);
    qsort(e->link, e->links, sizeof *e->link, link_order);
    return e->links;
}

const link_entry *dt_inside_link(const dt_engine *e, const char *name) {
    const link_entry key = { .name = name };
    return bsearch(&key, e->link, e->links, sizeof key, link_order);
}

dt_link dt_engine_link(const dt_engine *e, size_t link) {
    sg_link_t l = e->link[link].link;
    return (dt_link){ e->link[link].name, sg_link_get_bandwidth(l), sg_link_get_latency(l) };
}

/* ---- routes -------------------------------------------------------------------------------- */

void dt_engine_try(dt_engine *e, size_t from, size_t to) {
    if (from != to) dt_bridge_begin(e->host[from].host, e->host[to].host, 1, NULL);
}

double dt_engine_window(const dt_engine *e) {
    (void)e;
    return fmax(sg_cfg_get_double("network/TCP-gamma"), 0);
}

/* LV08 multiplies the latency of a route by a factor above 1 and its bandwidth by one below 1; a platform's own configuration
 * may set others.  Both models bound the rate of a flow by one window in twice the latency (without its factor), and multiply
 * that bound by the bandwidth factor, too.  A route without links has no bound. */
static void route_follow_model(dt_route *route, const dt_engine *e, double latency_s, double bytes) {
    double window = route->links > 0 ? dt_engine_window(e) : 0;
    double most = window > 0 && latency_s > 0 ? window / (2 * latency_s) : HUGE_VAL;
    double share = dt_bridge_factor("network/bandwidth-factor", bytes);
    route->latency_s = dt_bridge_factor("network/latency-factor", bytes) * latency_s;
    route->bandwidth = share * fmin(route->capacity, most);
    route->capacity *= share;
}

/* How often a route counts link i: a flow that crosses a shared link twice gets half of its bandwidth. */
static double route_times(const sg_link_t *link, size_t links, size_t i) {
    double times = 0;
    for (size_t k = 0; k < links; k++) times += link[k] == link[i];
    return sg_link_is_shared(link[i]) ? times : 1;
}

dt_route dt_engine_route(dt_engine *e, size_t from, size_t to, double bytes, dt_arena *run) {
    sg_link_t found[LONG_ROUTE], *link = found;
    double latency_s;
    sg_host_t here = e->host[from].host, there = e->host[to].host;
    size_t links = dt_bridge_route(here, there, found, LONG_ROUTE, &latency_s);
    if (links > LONG_ROUTE) {
        link = dt_arena_take(run, links, sizeof(sg_link_t));
        dt_bridge_route(here, there, link, links, &latency_s);
    }
    size_t *number = dt_arena_take(run, links + 1, sizeof *number);
    dt_route route = { .capacity = ENDLESS, .link = number, .links = links };
    dt_engine_links(e);
    for (size_t i = 0; i < links; i++) {
        number[i] = (size_t)(dt_inside_link(e, sg_link_get_name(link[i])) - e->link);
        route.capacity = fmin(route.capacity, sg_link_get_bandwidth(link[i]) / route_times(link, links, i));
    }
    route_follow_model(&route, e, latency_s, bytes);
    return route;
}
