/* links.c - links that change while the simulation goes on. */
#include "engine/crossing.h"
#include "engine/energy.h"
#include <math.h>

/* What stalls a flow without dividing by nothing. */
static const double LEAST_BANDWIDTH = 1;    /* B/s */

void dt_engine_link_bandwidth(dt_engine *e, size_t link, double bandwidth) {
    if (e->energy) dt_crossing_settle(e);
    sg_link_set_bandwidth(e->link[link].link, fmax(bandwidth, LEAST_BANDWIDTH));
}

void dt_engine_link_latency(dt_engine *e, size_t link, double latency) {
    sg_link_set_latency(e->link[link].link, latency);
}

void dt_engine_link_switch(dt_engine *e, size_t link, bool on) {
    link_entry *l = &e->link[link];
    if (l->off == !on) return;
    dt_inside_settle(l);
    l->off = !on;
    e->links_off += on ? -1 : 1;
    dt_door_link_switch(l->link, on);
}
