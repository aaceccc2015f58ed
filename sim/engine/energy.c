/* energy.c - the energy of hosts, by SimGrid's plugin, and of links.
 * A link draws its idle power while it is on.  When it is busy it draws more, in proportion to its utilisation, up to its busy
 * power: over a transfer that is (busy - idle) * bytes / bandwidth [joules].  SimGrid's plugin for links has the same model,
 * but takes the last rate of a flow for all of its time, its latency included: 60 000 times too much for 72 bytes from
 * Virginia to Ireland.
 * Source: Heinrich et al. 2017, "Predicting the energy consumption of MPI applications at scale using only a single node"
 * (hosts). */
#include "engine/energy.h"
#include <math.h>
#include <simgrid/plugins/energy.h>
#include <stdio.h>

void dt_inside_settle(link_entry *l) {
    double now = simgrid_get_clock();
    if (!l->off) l->joules += l->idle_watts * (now - l->since_s);
    l->since_s = now;
}

static double link_joules(const link_entry *l) {
    return l->joules + (l->off ? 0 : l->idle_watts * (simgrid_get_clock() - l->since_s));
}

void dt_inside_power(dt_engine *e) {
    dt_engine_links(e);
    for (size_t i = 0; i < e->links; i++) {
        link_entry *l = &e->link[i];
        dt_bridge_link_watts(l->link, &l->idle_watts, &l->busy_watts);
        sg_link_set_data(l->link, l);
    }
    e->way_room = e->links < 4096 ? e->links : 4096;
    e->way = dt_arena_take(e->run, e->way_room, sizeof(sg_link_t));
}

void dt_inside_transmitted(dt_engine *e, size_t from, size_t to, double bytes) {
    double latency_s;
    if (!e->energy) return;
    size_t links = dt_bridge_route(e->host[from].host, e->host[to].host, e->way, e->way_room, &latency_s);
    for (size_t i = 0; i < links && i < e->way_room; i++) {
        link_entry *l = sg_link_get_data(e->way[i]);
        l->joules += (l->busy_watts - l->idle_watts) * bytes / sg_link_get_bandwidth(l->link);
    }
}

static const char *host_prop(const dt_engine *e, size_t host, const char *key) {
    return sg_host_get_property_value(e->host[host].host, key);
}

static double link_watts(const link_entry *l) { return l->busy_watts; }

/* The sum of a quantity over the links that a host's property "links" names, with blanks between; of a duplex link both
 * directions count. */
static double host_links(const dt_engine *e, size_t host, double (*of)(const link_entry *l)) {
    static const char *const parts[] = { "", "_UP", "_DOWN" };
    char name[128], part[136];
    int length = 0;
    double sum = 0;
    const char *names = host_prop(e, host, "links");
    for (; names != NULL && sscanf(names, "%127s%n", name, &length) == 1; names += length)
        for (int i = 0; i < 3; i++) {
            snprintf(part, sizeof part, "%s%s", name, parts[i]);
            const link_entry *l = dt_inside_link(e, part);
            if (l != NULL) sum += of(l);
        }
    return sum;
}

double dt_engine_host_joules(const dt_engine *e, size_t host) {
    if (!e->energy || host_prop(e, host, "wattage_per_state") == NULL) return NAN;
    return sg_host_get_consumed_energy(e->host[host].host) + host_links(e, host, link_joules);
}

double dt_engine_link_joules(const dt_engine *e, size_t link) {
    return e->energy ? link_joules(&e->link[link]) : NAN;
}

double dt_engine_host_watts(const dt_engine *e, size_t host) {
    if (!e->energy || host_prop(e, host, "wattage_per_state") == NULL) return NAN;
    return sg_host_get_wattmax_at(e->host[host].host, 0) + host_links(e, host, link_watts);
}

typedef struct telling {
    dt_engine *engine;
    void     (*tell)(void *owner, double time_s, double joules);
    void      *owner;
} telling;

static void energy_tell(void *arg) {
    telling *t = arg;
    t->tell(t->owner, simgrid_get_clock(), dt_engine_joules(t->engine));
}

void dt_engine_tell_joules(dt_engine *e, void (*tell)(void *owner, double time_s, double joules), void *owner) {
    if (!e->energy) return;
    telling *t = dt_arena_take(e->run, 1, sizeof *t);
    *t = (telling){ e, tell, owner };
    dt_bridge_soon(energy_tell, t);
}

double dt_engine_joules(dt_engine *e) {
    if (!e->energy) return NAN;
    double sum = 0;
    for (size_t i = 0; i < e->hosts; i++)
        if (host_prop(e, i, "wattage_per_state") != NULL) sum += sg_host_get_consumed_energy(e->host[i].host);
    for (size_t i = 0; i < e->links; i++) sum += dt_engine_link_joules(e, i);
    return sum;
}
