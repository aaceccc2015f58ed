/* placement.c - places workers and servers on hosts.
 * Workers take the hosts that match the pattern, in natural order, or one of every site in turn; if there are more workers than
 * hosts, they begin again with the first host.  Hosts called server, server-1, ..., and those whose property role is server, are
 * left to servers, whether the run has so many or not, so that a sweep over the number of servers keeps its workers where they
 * are.  Nobody runs on hosts whose role is storage. */
#include "run/placement.h"
#include "base/near.h"
#include "run/survey.h"
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* The hosts that workers and servers can run on. */
typedef struct layout {
    const dt_setting *setting;
    dt_engine        *engine;
    dt_arena         *run;
    size_t           *server, servers;      /* [servers] hosts for servers alone */
    size_t           *place, places;        /* [places] hosts for workers */
    size_t            workers;
    const char      **site_name;            /* [sites] sites of workers */
    size_t            sites;
} layout;

static const char *layout_name(const layout *h, size_t host) { return dt_engine_host_name(h->engine, host); }

/* ---- hosts --------------------------------------------------------------------------------- */

static dt_survey_host layout_role(const layout *h, size_t host) {
    return dt_survey_role(dt_engine_host_property(h->engine, host, "role"));
}

/* Find the host that the key server names, or those called server, server-1, ..., else those of that role. */
static dt_status layout_servers(layout *h) {
    const char *name = h->setting->server;
    h->server = dt_arena_take(h->run, DT_SERVER_HOSTS, sizeof *h->server);
    if (name != NULL && !dt_engine_host_find(h->engine, name, h->server))
        return dt_fail_at(DT_ENOTFOUND, "server", "the platform has no host \"%s\"; its first is \"%s\"", name, layout_name(h, 0));
    h->servers = name != NULL;
    if (name != NULL) return DT_OK;
    while (h->servers < DT_SERVER_HOSTS && dt_engine_host_find(h->engine, h->servers == 0 ? "server" : dt_arena_text(h->run,
           "server-%zu", h->servers), &h->server[h->servers])) h->servers++;
    for (size_t i = 0, named = h->servers; named == 0 && i < dt_engine_hosts(h->engine) && h->servers < DT_SERVER_HOSTS; i++)
        if (layout_role(h, i) == DT_ROLE_SERVER) h->server[h->servers++] = i;
    return DT_OK;
}

static bool layout_serves(const layout *h, size_t host) {
    if (layout_role(h, host) == DT_ROLE_SERVER) return true;
    for (size_t i = 0; i < h->servers; i++)
        if (h->server[i] == host) return true;
    return false;
}

static dt_status layout_nowhere(const layout *h) {
    enum { SHOWN = 3 };
    size_t hosts = dt_engine_hosts(h->engine);
    const char **names = dt_arena_take(h->run, hosts, sizeof *names), *list = "", *near = NULL, *on = h->setting->on;
    for (size_t i = 0; i < hosts; i++) {
        names[i] = layout_name(h, i);
        if (i < SHOWN) list = dt_arena_text(h->run, "%s%s%s", list, i > 0 ? ", " : "", names[i]);
        if (near == NULL && fnmatch(on, names[i], FNM_CASEFOLD) == 0) near = names[i];
    }
    if (hosts > SHOWN) list = dt_arena_text(h->run, "%s and %zu more", list, hosts - SHOWN);
    if (near == NULL) near = dt_nearest(on, names, hosts);
    return dt_fail_at(DT_ENOTFOUND, "workers.on", "no host of the platform has a name like \"%s\"%s (its hosts are %s)", on,
                      dt_did_you_mean(near), list);
}

/* Find the hosts that workers may run on, in order; those of servers are left out, unless there is no other. */
static dt_status layout_places(layout *h) {
    size_t hosts = dt_engine_hosts(h->engine), kept = 0;
    h->place = dt_arena_take(h->run, hosts, sizeof *h->place);
    size_t *reserved = dt_arena_take(h->run, hosts, sizeof *reserved);
    for (size_t i = 0; i < hosts; i++) {
        if (h->setting->on != NULL && fnmatch(h->setting->on, layout_name(h, i), 0) != 0) continue;
        if (layout_role(h, i) == DT_ROLE_STORAGE) continue;
        if (layout_serves(h, i)) reserved[kept++] = i;
        else h->place[h->places++] = i;
    }
    if (h->places > 0) return DT_OK;
    h->place = reserved;
    h->places = kept;
    return kept > 0 ? DT_OK : layout_nowhere(h);
}

/* A host for workers: how many before it are in its site. */
typedef struct place { const char *site; size_t host, at, turn; } place;

static int place_by_site(const void *a, const void *b) {
    const place *x = a, *y = b;
    int names = strcmp(x->site, y->site);
    return names != 0 ? names : (x->at > y->at) - (x->at < y->at);
}

static int place_by_turn(const void *a, const void *b) {
    const place *x = a, *y = b;
    return x->turn != y->turn ? (x->turn > y->turn) - (x->turn < y->turn) : (x->at > y->at) - (x->at < y->at);
}

/* One host of every site, then a second of every site, and so on. */
static void layout_spread(layout *h) {
    place *places = dt_arena_take(h->run, h->places, sizeof *places);
    for (size_t i = 0; i < h->places; i++) {
        const char *site = dt_engine_host_property(h->engine, h->place[i], h->setting->sites);
        places[i] = (place){ site == NULL ? "" : site, h->place[i], i, 0 };
    }
    qsort(places, h->places, sizeof *places, place_by_site);
    for (size_t i = 1; i < h->places; i++)
        if (strcmp(places[i].site, places[i - 1].site) == 0) places[i].turn = places[i - 1].turn + 1;
    qsort(places, h->places, sizeof *places, place_by_turn);
    for (size_t i = 0; i < h->places; i++) h->place[i] = places[i].host;
}

static dt_status layout_open(layout *h, const dt_setting *setting, dt_engine *e, dt_arena *run) {
    *h = (layout){ .setting = setting, .engine = e, .run = run };
    DT_TRY(layout_servers(h));
    DT_TRY(layout_places(h));
    if (setting->order != NULL && strcmp(setting->order, "spread") == 0) layout_spread(h);
    h->workers = setting->workers > 0 ? (size_t)setting->workers : h->places;
    return DT_OK;
}

dt_status dt_placement_count(const dt_setting *setting, dt_engine *e, size_t *places, dt_arena *run) {
    layout h;
    DT_TRY(layout_open(&h, setting, e, run));
    *places = h.places;
    return DT_OK;
}

/* ---- sites --------------------------------------------------------------------------------- */

static int name_order(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* No worker's host has the property: name one that it has. */
static dt_status sites_unknown(const layout *h) {
    enum { MOST = 64 };
    const char *key[MOST], *sites = h->setting->sites;
    size_t count = dt_engine_host_properties(h->engine, h->place[0], key, MOST);
    if (count > MOST) count = MOST;
    if (count == 0)
        return dt_fail_at(DT_EINVAL, "sites", "no host has the property \"%s\" (%s has none at all)", sites,
                          layout_name(h, h->place[0]));
    qsort(key, count, sizeof *key, name_order);
    const char *near = dt_nearest(sites, key, count);
    return dt_fail_at(DT_EINVAL, "sites", "no host has the property \"%s\"%s", sites,
                      near != NULL ? dt_did_you_mean(near) : dt_arena_text(h->run, " (%s has \"%s\")", layout_name(h, h->place[0]), key[0]));
}

/* The number of a host's site; h->sites if it has none, or one without workers. */
static size_t site_of(const layout *h, size_t host) {
    const char *name = dt_engine_host_property(h->engine, host, h->setting->sites);
    for (size_t s = 0; name != NULL && s < h->sites; s++)
        if (strcmp(h->site_name[s], name) == 0) return s;
    return h->sites;
}

/* Sites are numbered by their first workers. */
static dt_status sites_find(layout *h, dt_group *g) {
    size_t *site = dt_arena_take(h->run, h->workers, sizeof *site), known = 0;
    size_t used = h->workers < h->places ? h->workers : h->places;
    h->site_name = dt_arena_take(h->run, used, sizeof *h->site_name);
    for (size_t w = 0; w < used; w++) known += dt_engine_host_property(h->engine, h->place[w], h->setting->sites) != NULL;
    if (known == 0) return sites_unknown(h);
    for (size_t w = 0; w < h->workers; w++) {
        size_t host = h->place[w % h->places];
        const char *name = dt_engine_host_property(h->engine, host, h->setting->sites);
        if (name == NULL)
            return dt_fail_at(DT_EINVAL, "sites", "host %s has no property \"%s\", and others have", layout_name(h, host),
                              h->setting->sites);
        site[w] = w < h->places ? site_of(h, host) : site[w - h->places];
        if (site[w] == h->sites) h->site_name[h->sites++] = name;
    }
    g->site = site;
    g->sites = h->sites;
    g->site_name = h->site_name;
    return DT_OK;
}

/* ---- servers ------------------------------------------------------------------------------- */

/* A single server without a host of its own runs on the first worker's; several servers must have hosts of their own. */
static dt_status servers_own(const layout *h, size_t count, size_t *host) {
    if (h->setting->server == NULL && count > (h->servers > 0 ? h->servers : 1))
        return dt_fail_at(DT_EINVAL, "servers.count", "expected at most %zu, as many hosts as the platform has of the names "
                          "server, server-1, server-2, ..., got %zu (the key servers of lan and the key each of wan make such hosts; "
                          "each machine of gpus has one; with on = \"workers\" none are required)", h->servers > 0 ? h->servers : 1, count);
    for (size_t i = 0; i < count; i++) host[i] = h->servers > 0 ? h->server[i] : h->place[0];
    return DT_OK;
}

static dt_status servers_on_workers(const layout *h, size_t count, size_t *host) {
    size_t used = h->workers < h->places ? h->workers : h->places;
    if (count > used)
        return dt_fail_at(DT_EINVAL, "servers.count", "expected at most %zu, the number of the workers' hosts, got %zu", used,
                          count);
    memcpy(host, h->place, count * sizeof *host);
    return DT_OK;
}

/* The servers of one site: all on its hosts for servers if it has any, else on the hosts of its first workers. */
static dt_status servers_of_site(const layout *h, const dt_group *g, size_t site, size_t count, size_t *host) {
    size_t own = 0, beside = 0, used = h->workers < h->places ? h->workers : h->places;
    for (size_t i = 0; i < h->servers && own < count; i++)
        if (site_of(h, h->server[i]) == site) host[own++] = h->server[i];
    if (own == count) return DT_OK;
    if (own > 0)
        return dt_fail_at(DT_EINVAL, "servers.count", "expected at most %zu, as many hosts of the names server, server-1, ... as "
                          "the site %s has, got %zu", own, g->site_name[site], count);
    for (size_t w = 0; w < used && beside < count; w++)
        if (g->site[w] == site) host[beside++] = h->place[w];
    if (beside == count) return DT_OK;
    return dt_fail_at(DT_EINVAL, "servers.count", "expected at most %zu, the number of the workers' hosts in the site %s, got %zu",
                      beside, g->site_name[site], count);
}

static dt_status servers_place(const layout *h, const dt_group *g, size_t count, size_t *host) {
    const char *on = h->setting->servers.on;
    if (strcmp(on, "own") == 0) return servers_own(h, count, host);
    if (strcmp(on, "workers") == 0) return servers_on_workers(h, count, host);
    for (size_t s = 0; s < g->sites; s++) DT_TRY(servers_of_site(h, g, s, count, host + s * count));
    return DT_OK;
}

static dt_status servers_make(const layout *h, dt_group *g) {
    size_t count = (size_t)h->setting->servers.count;
    g->servers = strcmp(h->setting->servers.on, "sites") == 0 ? count * g->sites : count;
    size_t *host = dt_arena_take(h->run, g->servers, sizeof *host), *site = dt_arena_take(h->run, g->servers, sizeof *site);
    dt_port **port = dt_arena_take(h->run, g->servers, sizeof *port);
    DT_TRY(servers_place(h, g, count, host));
    for (size_t i = 0; i < g->servers; i++) {
        port[i] = dt_port_new(h->engine, host[i], DT_PORT_SERVER, i, h->run);
        if (g->site == NULL) continue;
        site[i] = site_of(h, host[i]);
        dt_port_set_site(port[i], site[i]);
    }
    g->server = port;
    if (g->site != NULL) g->server_site = site;
    return DT_OK;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static void placement_workers(const layout *h, dt_group *g) {
    dt_port **port = dt_arena_take(h->run, h->workers, sizeof *port);
    for (size_t w = 0; w < h->workers; w++) {
        port[w] = dt_port_new(h->engine, h->place[w % h->places], DT_PORT_WORKER, w, h->run);
        if (g->site != NULL) dt_port_set_site(port[w], g->site[w]);
    }
    g->port = port;
    g->ranks = h->workers;
}

static void placement_reach(dt_placement *s, dt_arena *run) {
    const dt_group *g = &s->group;
    size_t *reach = dt_arena_take(run, g->ranks, sizeof *reach), *first = dt_arena_take(run, g->sites, sizeof *first);
    for (size_t i = g->servers; i-- > 0;)
        if (g->server_site != NULL && g->server_site[i] < g->sites) first[g->server_site[i]] = i;
    for (size_t w = 0; w < g->ranks; w++) reach[w] = dt_port_host(g->server[g->site == NULL ? 0 : first[g->site[w]]]);
    s->reach = reach;
}

/* True if a server runs on the host of a worker. */
static bool placement_beside(const layout *h, const dt_group *g) {
    size_t used = h->workers < h->places ? h->workers : h->places;
    for (size_t i = 0; i < g->servers; i++)
        for (size_t w = 0; w < used; w++)
            if (h->place[w] == dt_port_host(g->server[i])) return true;
    return false;
}

dt_status dt_placement_make(dt_placement *s, const dt_setting *setting, dt_engine *e, dt_arena *run) {
    layout h;
    DT_TRY(layout_open(&h, setting, e, run));
    *s = (dt_placement){ .group = { .engine = e, .sites = 1 }, .places = h.places };
    dt_group *g = &s->group;
    if (setting->sites[0] != '\0') DT_TRY(sites_find(&h, g));
    placement_workers(&h, g);
    DT_TRY(servers_make(&h, g));
    placement_reach(s, run);
    s->beside = strcmp(setting->servers.on, "own") != 0 && placement_beside(&h, g);
    return DT_OK;
}

dt_status dt_placement_fits(const dt_placement *s, const dt_faults *faults) {
    if (!s->beside || (faults->crash == NULL && faults->availability == NULL && faults->battery == NULL)) return DT_OK;
    return dt_fail_at(DT_EINVAL, "servers.on", "a server runs on a worker's host, and a server's host does not fail: expected "
                      "on = \"own\", or faults without %s", faults->crash != NULL ? "crash" : faults->availability != NULL ?
                      "availability" : "battery");
}

const char *dt_placement_site(const dt_group *g, const dt_port *p) {
    size_t site = dt_port_site(p);
    return g->site == NULL || site >= g->sites ? "" : g->site_name[site];
}
