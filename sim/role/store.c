/* store.c - opening a store, and the functions of its workers. */
#include "role/holding.h"
#include "role/steps.h"
#include "engine/failure.h"
#include <math.h>
#include <string.h>

/* ---- what fits --------------------------------------------------------------------------------- */

static dt_status fits_sync(const dt_config *scenario, dt_arena *scratch) {
    dt_sync sync;
    dt_aggregate aggregate;
    DT_TRY(dt_sync_open(&sync, dt_config_get(scenario, "sync"), scratch));
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(scenario, "aggregate"), scratch));
    if (sync.type->merges || aggregate.type->partial) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\" needs the gradients of an iteration together, and with sync = \"%s\" each is "
                      "applied as it comes: expected sync = \"bsp\", or an aggregate that is a sum, such as \"weighted\"",
                      aggregate.type->is.name, sync.type->is.name);
}

/* A rule that compares whole vectors would compare each server's range by itself. */
static dt_status fits_aggregate(const dt_config *scenario, dt_arena *scratch) {
    const dt_config *servers = dt_config_at(scenario, "servers.count");
    dt_aggregate aggregate;
    if (servers == NULL || servers->number <= 1) return DT_OK;
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(scenario, "aggregate"), scratch));
    if (aggregate.type->partial || aggregate.type->merge != NULL) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\" compares whole vectors, and each of %.0f servers has a part of them alone: "
                      "expected servers = { count = 1 }, or an aggregate that looks at an entry at a time, such as \"median\"",
                      aggregate.type->is.name, servers->number);
}

static dt_status fits_optimiser(const dt_config *scenario, dt_arena *scratch) {
    const dt_config *servers = dt_config_at(scenario, "servers.count");
    dt_optimiser optimiser;
    if (servers == NULL || servers->number <= 1) return DT_OK;
    DT_TRY(dt_optimiser_open(&optimiser, dt_config_get(scenario, "optimiser"), NULL, 0, scratch));
    if (dt_optimiser_needs(&optimiser) == DT_SPAN_ANY) return DT_OK;
    return dt_fail_at(DT_EINVAL, "optimiser", "\"%s\"%s looks at more than an entry at a time, and each of %.0f servers has a part of "
                      "the model alone: expected servers = { count = 1 }, or an optimiser such as \"adam\" without clip_norm",
                      optimiser.type->is.name, optimiser.clip_norm > 0 ? " with clip_norm" : "", servers->number);
}

/* Each server steps its range, and a projection of the whole vector would not be that of its parts. */
static dt_status fits_project(const dt_config *scenario, dt_arena *scratch) {
    const dt_config *servers = dt_config_at(scenario, "servers.count");
    dt_project project;
    if (servers == NULL || servers->number <= 1) return DT_OK;
    DT_TRY(dt_project_open(&project, dt_config_get(scenario, "project"), scratch));
    if (!project.type->whole) return DT_OK;
    return dt_fail_at(DT_EINVAL, "project", "\"%s\" looks at the whole model, and each of %.0f servers has a part of it alone: expected "
                      "servers = { count = 1 }, or one that looks at an entry at a time, such as \"box\"", project.type->is.name, servers->number);
}

dt_status dt_stores_fit(const dt_config *scenario) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = fits_sync(scenario, scratch);
    if (status == DT_OK) status = fits_aggregate(scenario, scratch);
    if (status == DT_OK) status = fits_optimiser(scenario, scratch);
    if (status == DT_OK) status = fits_project(scenario, scratch);
    dt_arena_free(scratch);
    return status;
}

/* ---- opening ------------------------------------------------------------------------------------- */

/* Set up a store whose workers and servers are set. */
static void store_open(dt_store *s, dt_stores *all) {
    s->all = all;
    s->part = dt_arena_take(all->run, s->servers, sizeof *s->part);
    for (size_t k = 0; k < s->servers; k++) dt_store_part_open(s, k);
    s->versions = dt_arena_take(all->run, s->servers, sizeof *s->versions);
    s->got = dt_arena_take(all->run, s->workers * s->servers, sizeof *s->got);
    s->left = dt_arena_take(all->run, s->workers, sizeof *s->left);
    s->x = dt_arena_take(all->run, s->workers, sizeof *s->x);
    s->size = dt_arena_take(all->run, s->workers, sizeof *s->size);
    s->weight = dt_arena_take(all->run, s->workers, sizeof *s->weight);
    dt_durable_open(s);
}

/* Give store number `number` its workers and servers: those of a site, or all if there is one store. */
static void stores_assign(dt_stores *all, size_t number) {
    const dt_group *g = &all->team->group;
    dt_store *s = &all->store[number];
    size_t *worker = dt_arena_take(all->run, g->ranks, sizeof *worker);
    for (size_t r = 0; r < g->ranks; r++) {
        if (all->count > 1 && g->site[r] != number) continue;
        all->of[r] = number;
        all->index[r] = s->workers;
        worker[s->workers++] = r;
    }
    s->worker = worker;
    s->servers = g->servers / all->count;
    s->server = g->server + number * s->servers;
}

dt_stores *dt_stores_new(const dt_team *team, const dt_learning *learning, dt_monitor *monitor, dt_vec *x, bool by_site,
                         dt_arena *run) {
    const dt_group *g = &team->group;
    dt_stores *all = dt_arena_take(run, 1, sizeof *all);
    *all = (dt_stores){ .learning = learning, .team = team, .monitor = monitor, .sync = team->sync, .run = run, .x = x, .changes = 1,
                        .count = by_site && g->sites > 1 ? g->sites : 1, .depth = dt_sync_depth(team->sync),
                        .ending = dt_sync_ends(team->sync) };
    all->ordered = all->depth != 1 || all->ending.spare > 0;
    all->of = dt_arena_take(run, g->ranks, sizeof *all->of);
    all->index = dt_arena_take(run, g->ranks, sizeof *all->index);
    all->store = dt_arena_take(run, all->count, sizeof *all->store);
    all->mirror = dt_arena_take(run, g->servers, sizeof(void *));
    if (all->count == 1 && g->servers > 1 && learning->learn) all->model = dt_arena_take(run, x->n, sizeof *all->model);
    for (size_t i = 0; i < all->count; i++) {
        stores_assign(all, i);
        store_open(&all->store[i], all);
    }
    return all;
}

size_t dt_stores_count(const dt_stores *all) { return all->count; }
dt_store *dt_stores_at(const dt_stores *all, size_t number) { return &all->store[number]; }
dt_store *dt_stores_of(const dt_stores *all, size_t rank) { return &all->store[all->of[rank]]; }
void dt_store_add(dt_store *s, size_t server, const dt_store_more *more) { s->part[server].more = *more; }

/* ---- functions of a worker ------------------------------------------------------------------------- */

dt_store *dt_worker_store(const dt_worker *w) { return dt_stores_of(w->team->stores, (size_t)w->rank); }

bool dt_store_goes_on(const dt_store *s) {
    dt_engine_turn(s->all->team->group.engine);
    return !s->all->over;
}

/* The server's share of the bytes of a whole packet. */
static double store_share(const dt_store *s, const dt_keeper *p, double bytes) {
    return ceil(bytes * ((double)p->range.count / (double)s->all->x->n) - 1e-6);
}

/* Send every server a message of that kind; sent NULL: it has no gradient. */
static void store_post(dt_store *s, dt_worker *w, int kind, dt_vec *sent, double bytes) {
    size_t i = s->all->index[w->rank];
    for (size_t k = 0; k < s->servers; k++) {
        dt_keeper *p = &s->part[k];
        dt_message m = { .tag = ++p->number[i] * DT_STORE_KINDS + kind, .value = w->batch_samples,
                         .note[DT_STORE_COMPUTED] = w->batch_s, .bytes = sent == NULL ? 0 : store_share(s, p, bytes), .vec = sent == NULL ? NULL : dt_vec_keep(sent) };
        dt_durable_ask(p, w, i, m);
    }
}

/* Returns the model made of the values in these messages, one from each server; the caller has one count.  Workers that have
 * pulled the same versions share it. */
static dt_vec *store_assemble(dt_store *s, const dt_message *got) {
    size_t servers = s->servers;
    bool same = s->whole != NULL;
    if (servers == 1) return dt_vec_keep(got[0].vec);
    for (size_t k = 0; k < servers; k++) same = same && s->versions[k] == (long)got[k].value;
    if (same) return dt_vec_keep(s->whole);
    dt_vec *whole = dt_vec_take(s->all->learning->vectors);
    for (size_t k = 0; k < servers; k++) {
        const dt_slice *range = &s->part[k].range;
        if (whole->x != NULL) memcpy(whole->x + range->first, got[k].vec->x, range->count * sizeof(float));
        s->versions[k] = (long)got[k].value;
    }
    dt_vec_drop(s->whole);
    s->whole = dt_vec_keep(whole);
    return whole;
}

/* [time] Wait for the values that were asked for last.  The worker is then in the round of the store. */
static dt_status store_take(dt_store *s, dt_worker *w) {
    size_t i = s->all->index[w->rank], servers = s->servers, k = 0;
    dt_message *got = s->got + i * servers;
    dt_status status = DT_OK;
    for (; k < servers && status == DT_OK; k++) {
        dt_keeper *p = &s->part[k];
        status = dt_durable_receive(p, w, i, p->number[i] * DT_STORE_KINDS + DT_STORE_VALUES, &got[k]);
    }
    if (status == DT_OK) {
        dt_vec *x = store_assemble(s, got);
        dt_worker_adopt(w, x);
        dt_vec_drop(x);
        w->round = s->all->round;
        w->undone = 0;
    }
    for (size_t j = 0; j < (status == DT_OK ? k : k - 1); j++) dt_vec_drop(got[j].vec);
    return status;
}

/* [time] Send g to all servers without waiting.  It is compressed if there is one store; if there are several, compression is for
 * what the stores send each other. */
static dt_status store_send(dt_store *s, dt_worker *w, int kind, dt_vec *g) {
    double bytes = 4.0 * (double)g->n;
    dt_vec *sent;
    if (s->all->count == 1) {
        DT_TRY(dt_worker_charge_packet(w));
        s->all->merge_flops = dt_compress_merge_flops(&w->compress);
        sent = dt_worker_encode(w, &w->compress, g, NULL, &bytes);
    } else {
        sent = dt_worker_tell(w, g, NULL);
    }
    store_post(s, w, kind, sent, bytes);
    dt_vec_drop(sent);
    return DT_OK;
}

dt_status dt_store_push(dt_store *s, dt_worker *w, dt_vec *g) {
    DT_TRY(store_send(s, w, DT_STORE_PUSH, g));
    DT_TRY(dt_port_flush(w->port));
    w->undone = 0;
    return DT_OK;
}

dt_status dt_store_pull(dt_store *s, dt_worker *w) {
    store_post(s, w, DT_STORE_PULL, NULL, 0);
    return store_take(s, w);
}

dt_status dt_store_swap(dt_store *s, dt_worker *w, dt_vec *g) {
    DT_TRY(store_send(s, w, DT_STORE_SWAP, g));
    return store_take(s, w);
}
