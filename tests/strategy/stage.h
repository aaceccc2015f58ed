/* stage.h - a whole training on a star of equal hosts, for the laws of strategies: small data given row by row,
 * every mark and its model kept. */
#ifndef DT_TESTS_STRATEGY_STAGE_H
#define DT_TESTS_STRATEGY_STAGE_H

#include "tests/engine/apart.h"

#include <math.h>

#include "engine/failure.h"
#include "fault/fault.h"
#include "role/durable.h"
#include "role/law.h"
#include "role/loading.h"
#include "strategy/strategy.h"

enum { STAGE_MARKS = 20000, STAGE_N = 64, STAGE_SERVERS = 16 };

typedef struct stage_log {
    dt_status status;
    char      reason[256];
    int       marks;
    double    end_s, bytes, in_use, samples, late;     /* samples: used by all workers; late: updates that were dropped */
    long      overrun;                              /* dt_stores_overrun */
    long      merged, merged_ages, oldest;          /* updates, the sum of their ages, and the largest */
    long      from_future;                               /* updates merged before the model that they started from */
    long      lost[STAGE_SERVERS], restored, taken_over, copied, checkpoints;      /* lost: pushes to each server's range; see durable.h */
    double    unaccounted_bytes, unaccounted_s;     /* sent or spent, and not found again: the most of any worker */
    dt_mark   mark[STAGE_MARKS];
    size_t    rows, table;                  /* of the strategy's tables; which of them the last row was of */
    dt_cell   row[STAGE_N];                 /* the first cells of the first rows */
    float     x[STAGE_MARKS][STAGE_N];      /* the model at each mark, if it is small enough */
} stage_log;

/* Does the strategy have a parameter of that name? */
static inline bool stage_has(const dt_strategy_type *type, const char *param) {
    for (const dt_param *p = type->is.params; p != NULL && p->name != NULL; p++)
        if (strcmp(p->name, param) == 0) return true;
    return false;
}

/* Choices of one training; NULL or 0: the room's preset. */
typedef struct stage_choice {
    const dt_config *strategy, *model, *optimiser, *outer, *schedule, *collective, *compress, *project, *aggregate, *topology, *sync, *queue,
                    *seconds, *split, *faults, *attack, *load, *privacy, *secure, *code;      /* the last three NULL: none */
    const dt_strategy_type *type;   /* instead of strategy: one that a test brings, whose state is NULL */
    const dt_data   *data;
    dt_stop   stop;
    dt_every  every;
    size_t    workers, batch, accumulate;
    size_t    servers;      /* with hosts of their own behind those of the workers; 0: one */
    size_t    sites;        /* worker w is in site w % sites, with as many servers each; 0: one */
    bool      beside;       /* servers are on the hosts of the workers */
    bool      free_servers; /* what they send and receive takes no time */
    double    slow;         /* of the last worker: how many times slower it computes; 0: 1 */
    double    edge_weight;  /* of every edge of the graph; 0: by the Metropolis rule */
    bool      blank;        /* nothing is learnt */
    dt_hook   hook;         /* looks at every mark */
    const dt_durability *durability;        /* what is done so that servers may fail; how often they do is faults.servers */
    size_t    gone;         /* this worker goes at once, for good; 0: none */
    double    gone_s;       /* not at once, but at this time; 0: at once */
    uint64_t  fault_seed;         /* seed of the faults; 0: 1 */
    int       threads;
    apart_star star;        /* hosts 0: one a worker and one for the server, no latency, endless bandwidth */
    stage_log *log;
} stage_choice;

/* { name, key = number, ... }; ends with NULL. */
static inline const dt_config *pick(dt_arena *arena, const char *name, ...) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, name, arena);
    va_list list;
    va_start(list, name);
    for (const char *key = va_arg(list, const char *); key != NULL; key = va_arg(list, const char *))
        dt_config_set_number(table, key, va_arg(list, double), arena);
    va_end(list);
    return table;
}

static inline const dt_config *with_bool(const dt_config *table, const char *key, bool value, dt_arena *arena) {
    dt_config *holder = dt_config_new(arena);
    dt_config *copy = dt_config_set_copy(holder, "copy", table, arena);
    dt_config_set_bool(copy, key, value, arena);
    return copy;
}

typedef struct stage_keeper { stage_log *log; float *x; size_t n; } stage_keeper;

static inline dt_status stage_take_mark(void *owner, const dt_mark *mark, bool *stop) {
    stage_keeper *k = owner;
    (void)stop;
    if (k->log->marks == STAGE_MARKS) return DT_OK;
    if (k->n <= STAGE_N) memcpy(k->log->x[k->log->marks], k->x, k->n * sizeof(float));
    k->log->mark[k->log->marks++] = *mark;
    return DT_OK;
}

static inline void stage_take_row(void *owner, size_t table, const dt_cell *row) {
    stage_log *log = ((stage_keeper *)owner)->log;
    if (log->rows < STAGE_N) log->row[log->rows] = row[0];
    log->table = table;
    log->rows++;
}

static inline double stage_progress(const void *owner) { return ((const dt_monitor *)owner)->samples - ((const dt_monitor *)owner)->lost; }

static inline dt_status stage_gone(void *port) {
    dt_port_fail(port);
    return DT_OK;
}

static dt_team *stage_team;

static inline dt_status stage_server(void *owner, size_t server, bool up) {
    (void)owner;
    if (!up) return dt_durable_failed(stage_team->stores, server);
    dt_durable_returned(stage_team->stores, server);
    return DT_OK;
}

static inline void stage_durable(void *owner, const dt_durable_event *e) {
    stage_log *log = owner;
    if (!dt_store_goes_on(dt_stores_at(stage_team->stores, 0))) return;        /* the last model has been looked at */
    log->lost[e->range] += e->pushes;
    log->restored += strcmp(e->what, "restored") == 0;
    log->taken_over += strcmp(e->what, "takeover") == 0;
    log->copied += strcmp(e->what, "copied") == 0;
    log->checkpoints += strcmp(e->what, "checkpoint") == 0;
}

/* The durability of the choice, which tells the log of its events. */
static inline void stage_endures(apart *a, const stage_choice *c, dt_team *team) {
    if (c->durability == NULL) return;
    dt_durability *d = dt_arena_take(a->arena, 1, sizeof *d);
    *d = *c->durability;
    d->on_event = stage_durable;
    d->owner = c->log;
    team->durability = d;
    stage_team = team;
}

/* What others use of the hosts, called h-0 and so on; load NULL: nothing. */
static inline dt_status stage_load(const stage_choice *c, dt_team *team, dt_arena *run) {
    dt_config *out = dt_config_new(run);
    if (c->load == NULL) return DT_OK;
    DT_TRY(dt_occupancy_resolve(c->load, out, run));
    return dt_occupancy_open(&team->load, dt_config_get(out, "load"), &team->group, 1, run);
}

static inline dt_status stage_late(apart *a, const dt_faults *faults, dt_pace *pace) {
    dt_fault_stragglers s;
    if (faults->stragglers == NULL) return DT_OK;
    dt_fault_read_stragglers(faults->stragglers, &s, a->arena);
    pace->late = (dt_stragglers){ .count = (size_t)s.count, .every = s.every, .forever = s.delay == NULL, .seed = 1,
                                    .rng = dt_rng_stream(a->arena, 1, 0, "straggler") };
    return dt_distribution_open(&pace->late.delay, s.delay, "delay", a->arena);
}

/* What goes wrong; faults NULL: nothing. */
static inline dt_status stage_faults(apart *a, const stage_choice *c, dt_team *team, dt_pace *pace, dt_monitor *monitor) {
    dt_config *out = dt_config_new(a->arena);
    dt_faults *faults = dt_arena_take(a->arena, 1, sizeof *faults);
    if (c->faults == NULL) {
        dt_fault_watch(&(dt_fault_setup){ .engine = a->engine, .progress = stage_progress, .owner = monitor }, a->arena);
        return DT_OK;
    }
    DT_TRY(dt_fault_resolve(c->faults, out, a->arena));
    dt_fault_read(dt_config_get(out, "faults"), faults, a->arena);
    team->deadline = faults->deadline;
    DT_TRY(stage_late(a, faults, pace));
    size_t *reach = dt_arena_take(a->arena, c->workers, sizeof *reach);
    for (size_t w = 0; w < c->workers; w++) reach[w] = c->workers;
    dt_fault_setup setup = { .faults = faults, .engine = a->engine, .port = team->group.port, .ranks = c->workers,
                             .server = reach, .seed = c->fault_seed == 0 ? 1 : c->fault_seed,
                             .progress = stage_progress, .owner = monitor };
    if (c->durability != NULL) {
        setup.servers = team->group.server;
        setup.server_count = team->group.servers;
        setup.on_server = stage_server;
    }
    if (c->gone > 0) dt_engine_at(a->engine, c->gone_s > 0 ? c->gone_s : 1e-6, stage_gone, team->group.port[c->gone]);
    return dt_fault_begin(&setup, a->arena);
}

static inline void stage_account(apart *a, const dt_team *team, stage_log *log) {
    double sent = 0;
    for (dt_port *p = dt_engine_ports(a->engine); p != NULL; p = dt_port_next(p)) {
        dt_usage u = dt_port_usage(p);
        sent += u.bytes_out;
        if (u.present_s > 0 && !dt_port_taken(p))       /* it does not act any more */
            log->unaccounted_s = fmax(log->unaccounted_s,
                                      fabs(u.present_s - u.compute_s - u.wait_s - u.send_s - u.off_s));
    }
    if (team->stores != NULL) log->overrun = dt_stores_overrun(team->stores);
    log->unaccounted_bytes = sent - dt_engine_bytes(a->engine) - dt_engine_bytes_lost(a->engine) -
                             dt_engine_bytes_on_the_way(a->engine);
}

static inline dt_group stage_group(apart *a, const stage_choice *c) {
    size_t servers = c->servers == 0 ? 1 : c->servers, sites = c->sites == 0 ? 1 : c->sites;
    dt_port **port = dt_arena_take(a->arena, c->workers, sizeof *port), **server = dt_arena_take(a->arena, servers, sizeof *server);
    size_t *site = dt_arena_take(a->arena, c->workers, sizeof *site);
    for (size_t w = 0; w < c->workers; w++) {
        port[w] = dt_port_new(a->engine, w, DT_PORT_WORKER, w, a->arena);
        site[w] = w % sites;
    }
    for (size_t k = 0; k < servers; k++) {
        server[k] = dt_port_new(a->engine, c->beside ? k : c->workers + k, DT_PORT_SERVER, k, a->arena);
        if (c->free_servers) dt_port_set_free(server[k]);
    }
    return (dt_group){ .engine = a->engine, .port = port, .ranks = c->workers, .server = server, .servers = servers, .site = site,
                       .sites = sites };
}

/* A mixing matrix with the same weight on every edge; 0: it stays as it is. */
static inline void stage_weigh(dt_topology *t, double weight) {
    for (size_t i = 0; weight > 0 && i < t->graphs; i++)
        for (size_t w = 0; w < t->workers; w++) {
            dt_graph *g = &t->graph[i];
            for (size_t k = g->start[w]; k < g->start[w + 1]; k++) g->weight[k] = weight;
            g->self[w] = 1 - weight * (double)(g->start[w + 1] - g->start[w]);
        }
}

static inline dt_status stage_play(apart *a, const stage_choice *c) {
    dt_arena *run = a->arena;
    dt_sync sync;
    dt_queue queue;
    dt_privacy privacy;
    dt_secure secure;
    dt_shards shards;
    dt_samples samples = { c->data->train.rows, c->data->shape.classes, c->data->train.y, NULL };
    dt_model model;
    dt_optimiser optimiser, outer;
    dt_project project;
    dt_schedule schedule;
    dt_aggregate aggregate;
    dt_topology topology;
    dt_strategy strategy;
    dt_pace pace = { .factor = NULL, .fixed = c->seconds != NULL };
    double *factor = dt_arena_take(run, c->workers, sizeof *factor);
    for (size_t w = 0; w < c->workers; w++) factor[w] = w + 1 == c->workers && c->slow > 0 ? c->slow : 1;
    pace.factor = factor;
    DT_TRY(dt_split_make(c->split, &samples, c->workers, 1, &shards, run));
    DT_TRY(dt_model_open(&model, c->model, &c->data->shape, run));
    size_t layers;
    const dt_slice *layer = dt_model_slices(&model, &layers, run);
    DT_TRY(dt_optimiser_open(&optimiser, c->optimiser, layer, layers, run));
    DT_TRY(dt_project_open(&project, c->project, run));
    dt_config *choice_of_outer = NULL;
    DT_TRY(dt_schedule_open(&schedule, c->schedule, "schedule", run));
    DT_TRY(dt_aggregate_open(&aggregate, c->aggregate, run));
    if (c->type != NULL) strategy = (dt_strategy){ c->type, NULL };
    else DT_TRY(dt_strategy_open(&strategy, c->strategy, run));
    if (c->outer == NULL && strategy.type->outer_preset != NULL)
        DT_TRY(dt_config_parse(strategy.type->outer_preset, &choice_of_outer, run));
    bool steps_outer = strategy.type->outer && (c->outer != NULL || choice_of_outer != NULL);
    if (steps_outer) DT_TRY(dt_optimiser_open(&outer, c->outer != NULL ? c->outer : choice_of_outer, layer, layers, run));
    DT_TRY(dt_distribution_open(&pace.jitter, NULL, "jitter", run));
    DT_TRY(dt_distribution_open(&pace.seconds, c->seconds, "seconds", run));
    pace.flops = model.forward_flops + model.backward_flops;
    dt_learning learning = { .learn = !c->blank, .model = &model, .data = c->data, .shards = &shards, .batch = c->batch, .accumulate = c->accumulate,
                             .optimiser = &optimiser, .project = &project, .outer = steps_outer ? &outer : NULL,
                             .schedule = &schedule, .threads = a->pool, .seed = 1 };
    dt_learning_prepare(&learning, run);
    DT_TRY(dt_sync_open(&sync, c->sync, run));
    dt_attack *attack = NULL;
    if (c->attack != NULL) {
        attack = dt_arena_take(run, 1, sizeof *attack);
        DT_TRY(dt_attack_open(attack, c->attack, c->workers, 1, run));
    }
    dt_team team = { .group = stage_group(a, c), .attack = attack, .aggregate = &aggregate, .compress = c->compress, .sync = &sync };
    if (c->secure != NULL) {
        DT_TRY(dt_param_fill((dt_target){ dt_secure_params, &secure }, (dt_target){ 0 }, c->secure, "secure_aggregation", run));
        team.secure = &secure;
    }
    if (c->privacy != NULL) {
        DT_TRY(dt_privacy_open(&privacy, c->privacy, dt_role_together(&strategy, c->workers), 1, run));
        team.privacy = &privacy;
    }
    stage_endures(a, c, &team);
    if (strategy.type->layered) {
        DT_TRY(dt_queue_open(&queue, c->queue, run));
        team.queue = &queue;
    }
    if (strategy.type->averages)
        DT_TRY(dt_collective_open(&team.collective, c->collective, &team.group, model.n, learning.vectors, &aggregate,
                                  a->pool, run));
    dt_code code;
    if (strategy.type->codes) {
        DT_TRY(dt_code_open(&code, c->code, c->workers, 1, run));
        team.code = &code;
    }
    if (strategy.type->mixes) {
        DT_TRY(dt_topology_make(c->topology, c->workers, 1, &topology, run));
        stage_weigh(&topology, c->edge_weight);
        team.topology = &topology;
    }
    stage_keeper keeper = { c->log, dt_arena_take(run, model.n, sizeof(float)), model.n };
    dt_monitor monitor = { .engine = a->engine, .learning = &learning, .stop = c->stop, .every = c->every,
                       .write = { stage_take_mark, &keeper, stage_take_row }, .hook = c->hook, .keep = keeper.x, .run = run, .workers = c->workers };
    dt_vec *x = dt_vec_take(learning.vectors);
    if (!c->blank) dt_model_start(&model, 1, x->x);
    dt_training stage = { &learning, &pace, &team, &monitor, x, run };
    DT_TRY(stage_load(c, &team, run));
    DT_TRY(stage_faults(a, c, &team, &pace, &monitor));
    DT_TRY(dt_role_run(&strategy, &stage));
    DT_TRY(dt_law_check(&monitor));
    stage_account(a, &team, c->log);
    for (size_t age = 0; age < monitor.ages.count; age++) {
        c->log->merged += monitor.ages.merged[age];
        c->log->merged_ages += (long)age * monitor.ages.merged[age];
        if (monitor.ages.merged[age] > 0) c->log->oldest = (long)age;
    }
    c->log->end_s = dt_engine_now(a->engine);
    c->log->bytes = dt_engine_bytes(a->engine);
    c->log->from_future = monitor.ages.from_future;
    c->log->samples = monitor.samples;
    c->log->late = monitor.late;
    c->log->in_use = (double)dt_vec_in_use(learning.vectors);
    return DT_OK;
}

static inline void stage_body(apart *a) {
    const stage_choice *c = a->arg;
    c->log->status = stage_play(a, c);
    snprintf(c->log->reason, sizeof c->log->reason, "%s", dt_reason());
}

/* Run the training; the log is shared with the simulating process and stays valid. */
static inline const stage_log *stage_run(stage_choice c) {
    c.log = mmap(NULL, sizeof *c.log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (c.star.hosts == 0) c.star = (apart_star){ (int)(c.workers + (c.servers == 0 ? 1 : c.servers)), 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    apart_run(&c.star, c.threads == 0 ? 1 : c.threads, stage_body, &c);
    return c.log;
}

#endif
