/* occupancy.c - the key load, and the shares of hosts over time: pieces of a profile, as far as work that has begun reaches. */
#include "role/occupancy.h"
#include "base/near.h"
#include "profile/profile.h"
#include <fnmatch.h>
#include <math.h>
#include <string.h>

enum { LOOKED_AT = 64 };        /* values of a profile that are checked before the run */

typedef struct piece { double end_s, share; } piece;

/* The load of one host: its pieces from now on, in a ring.  A piece that has been drawn stays until its time is over, since work
 * may be broken off and begin anew before the end of what it reached to. */
typedef struct host {
    const dt_profile *profile;
    dt_profile_draws  draws;
    long              rank, index;
    piece            *ahead;        /* [room] from first on */
    size_t            first, count, room;
    double            end_s;        /* of the last of them */
} host;

struct dt_occupancy { host **host; /* [ranks]; NULL: nobody else uses that host */ dt_arena *run; };

/* ---- the key ------------------------------------------------------------------------------------- */

const dt_param dt_occupancy_params[] = {
    DT_TABLE_PARAM(dt_occupied, share, "1", "profile", "share of a host that others use, 0 to 1, or a number for all the time; steps "
                   "take 1 / (1 - share) times as long meanwhile; above 0.99 it counts as 0.99"),
    { 0 }
};

/* A number is a share for all the time. */
static const dt_config *load_profile(const dt_config *node, dt_arena *arena) {
    if (node->kind != DT_CONFIG_NUMBER) return node;
    dt_config *steps = dt_config_new(arena);
    dt_config_set_text(steps, NULL, "steps", arena);
    dt_config_set_number(dt_config_set_table(steps, "times", arena), NULL, 0, arena);
    dt_config_set_number(dt_config_set_table(steps, "values", arena), NULL, node->number, arena);
    return steps;
}

static dt_status load_item(const char *pattern, const dt_config *share, const char *path, dt_config *list, dt_arena *arena) {
    dt_profile profile;
    dt_config *item = dt_config_set_table(list, NULL, arena);
    dt_config_set_text(item, NULL, pattern, arena);
    DT_TRY(dt_profile_open(&profile, share, path, "1", arena));
    return dt_room_resolve(&dt_profile_room, share, path, sizeof(dt_profile_common), item, "share", arena);
}

static dt_status load_listed(const dt_config *node, dt_config *list, dt_arena *arena) {
    dt_occupied l = { NULL };
    const char *pattern = node->kind == DT_CONFIG_TABLE ? dt_config_name(node) : NULL;
    if (pattern == NULL)
        return dt_fail_at(DT_EINVAL, "load", "expected a share, a profile such as { \"steps\", ... }, or { { \"pattern\", share = "
                          "profile }, ... }, got %s in a list", dt_config_json(node, arena));
    dt_config *written = dt_config_new(arena);
    for (const dt_config *c = node->first; c != NULL; c = c->next)
        dt_config_set_copy(written, c->key, c->key == NULL ? c : load_profile(c, arena), arena);
    DT_TRY(dt_param_fill((dt_target){ dt_occupancy_params, &l }, (dt_target){ 0 }, written, "load", arena));
    if (l.share == NULL) return dt_fail_at(DT_EINVAL, "load.share", "expected the share of hosts called \"%s\" that others use, got "
                                           "nothing", pattern);
    return load_item(pattern, l.share, "load.share", list, arena);
}

dt_status dt_occupancy_resolve(const dt_config *given, dt_config *out, dt_arena *arena) {
    dt_config *list = dt_config_set_table(out, "load", arena);
    if (given->kind != DT_CONFIG_TABLE || dt_config_name(given) != NULL)
        return load_item("*", load_profile(given, arena), "load", list, arena);
    for (const dt_config *c = given->first; c != NULL; c = c->next) DT_TRY(load_listed(c, list, arena));
    return DT_OK;
}

/* ---- opening ------------------------------------------------------------------------------------- */

/* Pieces without length are nothing. */
static dt_piece host_draw(host *h) {
    dt_piece next;
    do next = dt_profile_piece(h->profile, &h->draws, h->rank, h->index++); while (!(next.seconds > 0));
    return next;
}

static void host_begin(host *h, uint64_t seed, size_t number, dt_arena *run) {
    h->draws = dt_profile_streams(run, seed, (long)number, "load");
    h->index = dt_profile_first(h->profile, &h->draws);
}

/* A load in percent is refused by its first values. */
static dt_status host_check(const host *h, uint64_t seed, size_t number, dt_arena *run) {
    host trial = *h;
    host_begin(&trial, seed, number, run);
    for (int i = 0; i < LOOKED_AT; i++) {
        dt_piece next = host_draw(&trial);
        if (next.value > 1) return dt_fail_at(DT_EINVAL, "load", "expected shares from 0 to 1, got %g", next.value);
        if (isinf(next.seconds)) return DT_OK;
    }
    return DT_OK;
}

static const char *worker_host(const dt_group *g, size_t rank) { return dt_engine_host_name(g->engine, dt_port_host(g->port[rank])); }

static dt_status load_unknown(const dt_group *g, const char *pattern, dt_arena *run) {
    const char **name = dt_arena_take(run, g->ranks, sizeof *name);
    for (size_t r = 0; r < g->ranks; r++) name[r] = worker_host(g, r);
    const char *near = dt_nearest(pattern, name, g->ranks);
    if (near != NULL) return dt_fail_at(DT_EINVAL, "load", "no worker's host is called \"%s\"%s", pattern, dt_did_you_mean(near));
    return dt_fail_at(DT_EINVAL, "load", "no worker's host is called \"%s\"; that of the first is \"%s\"", pattern, name[0]);
}

/* The load of the host of a worker that is on the same host as one before it, or a new one. */
static host *load_host(const dt_occupancy *l, const dt_group *g, size_t rank, const dt_profile *profile, dt_arena *run) {
    for (size_t r = 0; r < rank; r++)
        if (l->host[r] != NULL && dt_port_host(g->port[r]) == dt_port_host(g->port[rank])) return l->host[r];
    host *h = dt_arena_take(run, 1, sizeof *h);
    h->profile = profile;
    return h;
}

static dt_status load_follow(dt_occupancy *l, const dt_config *item, const dt_group *g, uint64_t seed, dt_arena *run) {
    const char *pattern = dt_config_name(item);
    dt_profile *profile = dt_arena_take(run, 1, sizeof *profile);
    size_t users = 0;
    bool fits = false;
    DT_TRY(dt_profile_open(profile, dt_config_get(item, "share"), "load.share", "1", run));
    for (size_t r = 0; r < g->ranks; r++) {
        if (fnmatch(pattern, worker_host(g, r), 0) != 0) continue;
        fits = true;
        if (l->host[r] != NULL) continue;
        host *h = l->host[r] = load_host(l, g, r, profile, run);
        if (h->draws.rng != NULL) continue;
        h->rank = (long)users++;
        DT_TRY(dt_profile_fit(profile, "load.share", users));
        DT_TRY(host_check(h, seed, dt_port_host(g->port[r]), run));
        host_begin(h, seed, dt_port_host(g->port[r]), run);
    }
    return fits ? DT_OK : load_unknown(g, pattern, run);
}

dt_status dt_occupancy_open(dt_occupancy **load, const dt_config *resolved, const dt_group *group, uint64_t seed, dt_arena *run) {
    dt_occupancy *l = *load = dt_arena_take(run, 1, sizeof *l);
    *l = (dt_occupancy){ dt_arena_take(run, group->ranks, sizeof(host *)), run };
    for (const dt_config *c = resolved->first; c != NULL; c = c->next) DT_TRY(load_follow(l, c, group, seed, run));
    return DT_OK;
}

/* ---- the load over time ---------------------------------------------------------------------------- */

static piece *host_piece(const host *h, size_t k) { return &h->ahead[(h->first + k) % h->room]; }

/* Draw one more piece. */
static void host_extend(host *h, dt_arena *run) {
    if (h->count == h->room) {
        size_t room = h->room == 0 ? 8 : 2 * h->room;
        piece *more = dt_arena_take(run, room, sizeof *more);
        for (size_t k = 0; k < h->count; k++) more[k] = *host_piece(h, k);
        h->ahead = more;
        h->room = room;
        h->first = 0;
    }
    dt_piece next = host_draw(h);
    h->end_s += next.seconds;
    h->count++;
    *host_piece(h, h->count - 1) = (piece){ h->end_s, fmin(next.value, DT_OCCUPANCY_MOST) };
}

/* Piece number k of those that are not over. */
static piece host_at(host *h, size_t k, double now_s, dt_arena *run) {
    while (h->count > 0 && host_piece(h, 0)->end_s <= now_s) {
        h->first = (h->first + 1) % h->room;
        h->count--;
    }
    while (h->count <= k) {
        host_extend(h, run);
        if (h->count == 1 && host_piece(h, 0)->end_s <= now_s) h->count = 0;
    }
    return *host_piece(h, k);
}

double dt_occupancy_lasts(dt_occupancy *load, size_t rank, double now_s, double seconds) {
    if (load == NULL || load->host[rank] == NULL) return seconds;
    double from = now_s, left = seconds;
    for (size_t k = 0; ; k++) {
        piece p = host_at(load->host[rank], k, now_s, load->run);
        double gain = (1 - p.share) * (p.end_s - from);
        if (gain >= left) return from - now_s + left / (1 - p.share);
        left -= gain;
        from = p.end_s;
    }
}
