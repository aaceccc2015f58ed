/* links.c - links that change while the simulation goes on, and the energy of hosts and links by SimGrid's plugins.
 * Source: Heinrich et al. 2017 (hosts), SimGrid's link energy plugin (power linear in the use of a link). */
#include "engine/inside.h"
#include <math.h>
#include <simgrid/plugins/energy.h>
#include <stdio.h>
#include <string.h>

/* What stalls a flow without dividing by nothing. */
static const double LEAST_BANDWIDTH = 1;    /* B/s */

void dt_engine_link_bandwidth(dt_engine *e, size_t link, double bandwidth) {
    sg_link_set_bandwidth(e->link[link].link, fmax(bandwidth, LEAST_BANDWIDTH));
}

void dt_engine_link_latency(dt_engine *e, size_t link, double latency) {
    sg_link_set_latency(e->link[link].link, latency);
}

void dt_engine_link_switch(dt_engine *e, size_t link, bool on) {
    link_entry *l = &e->link[link];
    if (l->off == !on) return;
    l->off = !on;
    e->links_off += on ? -1 : 1;
    dt_door_link_switch(l->link, on);
}

/* ---- energy -------------------------------------------------------------------------------- */

static const char *host_prop(const dt_engine *e, size_t host, const char *key) {
    return dt_engine_host_property(e, host, key);
}

/* The links that a host's property "links" names, with blanks between, one after another; NULL: no more. */
static sg_link_t host_link(const char **names) {
    char name[128];
    int length = 0;
    if (*names == NULL || sscanf(*names, "%127s%n", name, &length) != 1) return NULL;
    *names += length;
    return sg_link_by_name(name);
}

double dt_engine_host_joules(const dt_engine *e, size_t host) {
    if (!e->energy || host_prop(e, host, "wattage_per_state") == NULL) return NAN;
    if (!(simgrid_get_clock() > 0)) return 0;       /* before the start SimGrid 4.0 has no accounts of links yet */
    double sum = sg_host_get_consumed_energy(e->host[host].host);
    const char *names = host_prop(e, host, "links");
    for (sg_link_t link; (link = host_link(&names)) != NULL;) sum += sg_link_get_consumed_energy(link);
    return sum;
}

double dt_engine_link_joules(const dt_engine *e, size_t link) {
    if (!e->energy) return NAN;
    return simgrid_get_clock() > 0 ? sg_link_get_consumed_energy(e->link[link].link) : 0;
}

double dt_engine_host_watts(const dt_engine *e, size_t host) {
    if (!e->energy || host_prop(e, host, "wattage_per_state") == NULL) return NAN;
    double sum = sg_host_get_wattmax_at(e->host[host].host, 0);
    const char *names = host_prop(e, host, "links");
    for (sg_link_t link; (link = host_link(&names)) != NULL;) sum += dt_door_link_watts(link);
    return sum;
}

typedef struct telling {
    dt_engine *engine;
    void     (*tell)(void *owner, double time_s, double joules);
    void      *owner;
} telling;

static void links_tell(void *arg) {
    telling *t = arg;
    t->tell(t->owner, simgrid_get_clock(), dt_engine_joules(t->engine));
}

void dt_engine_tell_joules(dt_engine *e, void (*tell)(void *owner, double time_s, double joules), void *owner) {
    if (!e->energy) return;
    telling *t = dt_arena_take(e->run, 1, sizeof *t);
    *t = (telling){ e, tell, owner };
    dt_door_soon(links_tell, t);
}

double dt_engine_joules(dt_engine *e) {
    if (!e->energy) return NAN;
    if (!(simgrid_get_clock() > 0)) return 0;
    double sum = 0;
    for (size_t i = 0; i < e->hosts; i++)
        if (host_prop(e, i, "wattage_per_state") != NULL) sum += sg_host_get_consumed_energy(e->host[i].host);
    dt_engine_links(e);
    for (size_t i = 0; i < e->links; i++) sum += dt_engine_link_joules(e, i);
    return sum;
}
