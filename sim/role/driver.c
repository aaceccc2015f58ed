/* driver.c - begins every role, and handles the failure and recovery of workers' hosts; no other file does.
 *
 *   state      until                                                   then
 *   acting     a [time] function returns DT_EDOWN: the host failed     missed
 *   acting     the role returns another status                         ended
 *   missed     faults.deadline is over: driver_leave, others go on     down
 *   missed     the host is up again                                    rejoining
 *   down       the host is up again                                    rejoining
 *   down       the training is over (DT_EOVER)                         ended
 *   rejoining  rejoin has fetched what the worker lacks: driver_join   acting, the role begins again
 *   rejoining  the host fails again (DT_EDOWN)                         missed
 *
 * While a worker is missed, others wait for it.  It rejoins with the model of its last finished round and what the strategy's
 * rejoin fetches from other workers.  If the strategy uses all-reduces, the worker contributes nothing to the next one, since
 * its model is older than that of the others; dt_worker_local has no effect until then. */
#include "role/role.h"
#include "role/holding.h"
#include "role/law.h"
#include "role/ended.h"
#include "engine/failure.h"
#include <string.h>

bool dt_role_timeless(const void *state, const dt_config *scenario) {
    (void)state;
    (void)scenario;
    return true;
}

size_t dt_role_actors(const dt_strategy *s, size_t workers, size_t servers) {
    size_t acting = s->type->actors != NULL ? s->type->actors(s->state, workers) : workers;
    return acting + (s->type->stores != DT_STORES_NONE ? servers : s->type->serve != NULL);
}

size_t dt_role_together(const dt_strategy *s, size_t workers) {
    return s->type->together != NULL ? s->type->together(s->state, workers) : workers;
}

dt_status dt_role_ended(dt_status status, const dt_port *port, dt_arena *run) {
    if (status == DT_EOVER) return DT_OK;
    if (status != DT_ELATE) return status;
    return dt_fail(DT_ELATE, "strategy: the role of %s ended, because a message that it waited for did not come in time",
                   dt_port_title(port, run));
}

/* The argument of an actor: the role, and the worker or server whose role it is. */
typedef struct part {
    const dt_strategy *strategy;
    dt_worker *worker;
    dt_server *server;
    dt_store  *store;
    size_t     number;      /* of a store's server */
    size_t     place;       /* of its range: durable.h */
} part;

/* No actor waits for the worker any more. */
static dt_status driver_leave(dt_worker *w) {
    if (w->team->collective != NULL) dt_collective_drop(w->team->collective, (size_t)w->rank);
    if (w->team->mixing != NULL) dt_mixing_leave(w);
    if (w->team->stores != NULL) dt_stores_leave(w->team->stores, (size_t)w->rank);
    if (w->team->replica != NULL) dt_replica_leave(w);
    return w->monitor->by_rank ? dt_monitor_leave(w->monitor, w->rank) : DT_OK;
}

static dt_status driver_join(dt_worker *w) {
    w->rejoining = w->team->collective != NULL;
    dt_status status = w->team->mixing != NULL ? dt_mixing_join(w) : DT_OK;
    if (w->monitor->by_rank) dt_monitor_join(w->monitor, w->rank, w->round + 1);
    return status;
}

/* [time] Wait from the failure of the host until the worker may act again.  Errors: DT_EDOWN, the host has failed again; DT_EOVER,
 * the host stays down, or the training is over. */
static dt_status driver_recover(const part *p) {
    dt_worker *w = p->worker;
    w->monitor->lost += w->undone;
    w->undone = 0;
    dt_worker_miss(w);                                              /* [time] */
    DT_TRY(driver_leave(w));
    DT_TRY(dt_worker_return(w));                                    /* [time] */
    if (!dt_monitor_goes_on(w->monitor, w->monitor->decided, 0)) return DT_EOVER;
    dt_worker_adopt(w, w->base);
    w->flying = 0;
    if (p->strategy->type->rejoin != NULL) DT_TRY(p->strategy->type->rejoin(p->strategy->state, w));    /* [time] */
    return driver_join(w);
}

/* [time] The role has ended while its host was down, because it did not pass DT_EDOWN on: no actor waits for it any more. */
static dt_status driver_part(dt_worker *w) {
    if (!dt_port_aborted(w->port)) return DT_OK;
    dt_worker_miss(w);
    return driver_leave(w);
}

/* The first worker to return after any worker has finished the last round ends the training: workers whose hosts are down are not
 * waited for. */
static dt_status driver_work(void *arg) {
    const part *p = arg;
    const dt_strategy *s = p->strategy;
    dt_worker *w = p->worker;
    dt_status status = s->type->work(s->state, w);
    while (status == DT_EDOWN) {
        status = driver_recover(p);
        if (status == DT_OK) status = s->type->work(s->state, w);
    }
    if (status == DT_OK) status = driver_part(w);
    if (w->team->mixing != NULL) dt_mixing_leave(w);            /* a worker that has ended sends no more copies */
    status = dt_role_ended(status, w->port, w->run);
    if (!dt_monitor_goes_on(w->monitor, w->monitor->decided, 0)) dt_engine_finish(w->team->group.engine);
    return status;
}

static dt_status driver_serve(void *arg) {
    const part *p = arg;
    dt_server *s = p->server;
    return dt_role_ended(p->strategy->type->serve(p->strategy->state, s), s->port, s->run);
}

/* All workers, for the law that those which have finished equally many rounds have equal models. */
typedef struct crew { dt_worker **worker; size_t count; } crew;

/* Their models are one shared vector, or vectors of the same bits. */
static bool crew_same(const dt_worker *a, const dt_worker *b) {
    const dt_vec *x = a->base, *y = b->base;
    return x == y || x->x == NULL || y->x == NULL || memcmp(x->x, y->x, x->n * sizeof *x->x) == 0;
}

static dt_status crew_agrees(const void *owner) {
    const crew *c = owner;
    const dt_worker *first = NULL;
    for (size_t r = 0; r < c->count; r++)
        if (first == NULL || c->worker[r]->round > first->round) first = c->worker[r];
    for (size_t r = 0; r < c->count; r++)
        if (c->worker[r]->round == first->round && !crew_same(c->worker[r], first))
            return dt_fail(DT_EAUDIT, "workers %ld and %ld have finished round %ld with two models", first->rank,
                           c->worker[r]->rank, first->round);
    return DT_OK;
}

static dt_status driver_clocks(const void *stores) {
    long overrun = dt_stores_overrun(stores);
    return overrun == 0 ? DT_OK : dt_fail(DT_EAUDIT, "a worker was %ld iterations farther ahead than its synchronisation allows",
                                          overrun);
}

static dt_status driver_workers(const dt_strategy *s, const dt_training *g, crew **out) {
    crew *all = *out = dt_arena_take(g->run, 1, sizeof *all);
    *all = (crew){ dt_arena_take(g->run, g->team->group.ranks, sizeof(dt_worker *)), g->team->group.ranks };
    if (s->type->agrees) dt_law_add(g->monitor, "replicas", crew_agrees, all);
    for (size_t rank = 0; rank < g->team->group.ranks; rank++) {
        dt_worker *w = all->worker[rank] = dt_arena_take(g->run, 1, sizeof *w);
        part *p = dt_arena_take(g->run, 1, sizeof *p);
        *p = (part){ .strategy = s, .worker = w };
        DT_TRY(dt_worker_open(w, (long)rank, g->learning, g->pace, g->team, g->monitor, g->x, g->run));
        if (g->team->mixing != NULL) dt_mixing_enter(w);
        dt_engine_spawn(g->team->group.engine, dt_arena_text(g->run, "worker %zu", rank), w->port, driver_work, p, false);
    }
    return DT_OK;
}

static const dt_server *driver_server(const dt_strategy *s, const dt_training *g) {
    dt_server *server = dt_arena_take(g->run, 1, sizeof *server);
    part *p = dt_arena_take(g->run, 1, sizeof *p);
    dt_server_open(server, g->learning, g->pace, g->team, g->monitor, g->x, g->run);
    *p = (part){ .strategy = s, .server = server };
    dt_engine_spawn(g->team->group.engine, "server", server->port, driver_serve, p, false);
    return server;
}

static dt_status driver_keep(void *arg) {
    const part *p = arg;
    const dt_strategy_type *type = p->strategy->type;
    return type->keep != NULL ? type->keep(p->strategy->state, p->store, p->number) : dt_store_serve(p->store, p->number);
}

/* The same where servers may fail: several places may serve a range. */
static dt_status driver_hold(void *arg) {
    const part *p = arg;
    dt_status status = dt_durable_act(p->store, p->number, p->place, driver_keep, arg);
    return status == DT_EOVER ? DT_OK : status;
}

static void driver_place(const part *like, size_t at, const dt_training *g) {
    part *p = dt_arena_take(g->run, 1, sizeof *p);
    dt_port *port = dt_durable_port(like->store, like->number, at);
    *p = *like;
    p->place = at;
    dt_engine_spawn(g->team->group.engine, dt_port_title(port, g->run), port, driver_hold, p, true);
}

/* The servers of stores are actors that do not keep the simulation running: it ends with the workers. */
static void driver_stores(const dt_strategy *s, const dt_training *g) {
    const dt_team *team = g->team;
    for (size_t i = 0; i < dt_stores_count(team->stores); i++)
        for (size_t k = 0; k < dt_store_servers(dt_stores_at(team->stores, i)); k++) {
            part *p = dt_arena_take(g->run, 1, sizeof *p);
            *p = (part){ .strategy = s, .store = dt_stores_at(team->stores, i), .number = k };
            dt_port *port = dt_store_port(p->store, k);
            size_t places = dt_durable_places(p->store, k);
            if (places == 0) dt_engine_spawn(team->group.engine, dt_port_title(port, g->run), port, driver_keep, p, true);
            for (size_t at = 0; at < places; at++) driver_place(p, at, g);
        }
}

/* The last evaluation: of the common model, taken from the worker that has finished most rounds; or of the models that differ, by
 * rank.  A client keeps no model. */
static dt_status driver_end(const dt_strategy *s, const dt_training *g, const crew *all, const dt_server *server) {
    dt_vec **each = dt_arena_take(g->run, g->team->group.ranks, sizeof(dt_vec *)), *x = server != NULL ? server->x : NULL;
    long farthest = -1;
    if (g->team->stores != NULL) return dt_stores_end(g->team->stores);
    for (size_t r = 0; all != NULL && r < all->count; r++) {
        each[r] = all->worker[r]->base;
        if (each[r] == NULL || all->worker[r]->round <= farthest) continue;
        farthest = all->worker[r]->round;
        x = each[r];
    }
    return dt_monitor_end(g->monitor, x == NULL ? NULL : x->x, s->type->judged == DT_JUDGED_MEAN ? each : NULL);
}

static void driver_models(const dt_strategy *s, const dt_training *training) {
    size_t count = training->team->group.ranks, *of = NULL;
    if (s->type->models != NULL) {
        of = dt_arena_take(training->run, count, sizeof *of);
        count = s->type->models(s->state, training->team, of);
    }
    dt_models_open(training->monitor, training->x, count, of);
}

/* The compressor that sums packets in all-reduces. */
static dt_status driver_merger(const dt_training *g) {
    const dt_learning *l = g->learning;
    dt_compress *merger = dt_arena_take(g->run, 1, sizeof *merger);
    dt_rng *rng = dt_rng_stream(g->run, l->seed, 0, "merger");
    DT_TRY(dt_compress_open(merger, g->team->compress, l->block, l->blocks, rng, g->run));
    dt_collective_merge_by(g->team->collective, merger);
    return DT_OK;
}

dt_status dt_role_run(const dt_strategy *s, const dt_training *training) {
    training->monitor->own_rounds = s->type->own_rounds;
    training->monitor->judged = s->type->judged;
    training->monitor->each &= s->type->judged == DT_JUDGED_MEAN;
    dt_metric_open(&training->monitor->columns, training->learning->shards->own_start != NULL, training->monitor->each, s->type->columns);
    if (training->team->privacy != NULL) dt_metric_append(&training->monitor->columns, dt_metrics_private);
    if (training->team->secure != NULL) dt_metric_append(&training->monitor->columns, dt_metrics_secure);
    training->monitor->zeros = (size_t)(training->team->privacy != NULL) + (training->team->secure != NULL ? DT_METRICS_SECURE : 0);
    training->monitor->reports = training->monitor->columns.more;
    driver_models(s, training);
    DT_TRY(dt_monitor_open(training->monitor, training->x->x));
    if (training->team->collective != NULL) DT_TRY(driver_merger(training));
    if (s->type->mixes) training->team->mixing = dt_mixing_new(training->team, training->run);
    if (s->type->stores != DT_STORES_NONE) {
        training->team->stores = dt_stores_new(training->team, training->learning, training->monitor, training->x,
                                            s->type->stores == DT_STORES_BY_SITE, training->run);
        dt_law_add(training->monitor, "clocks", driver_clocks, training->team->stores);
        if (training->team->durability != NULL) dt_law_add(training->monitor, "durability", dt_durable_law, training->team->stores);
        driver_stores(s, training);
    }
    if (s->type->layered) DT_TRY(dt_layered_new(&training->team->layered, training->learning, training->pace, training->team, training->monitor, training->run));
    if (s->type->replicates) training->team->replica = dt_replica_new(training->learning, training->team, training->x, training->run);
    crew *all = NULL;
    const dt_server *server = s->type->serve != NULL ? driver_server(s, training) : NULL;
    if (s->type->work != NULL) DT_TRY(driver_workers(s, training, &all));
    DT_TRY(dt_engine_run(training->team->group.engine));
    return driver_end(s, training, all, server);
}
