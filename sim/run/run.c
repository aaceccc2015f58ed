/* run.c - builds what a configuration names, runs it, and leaves its part file. */
#include "run/run.h"
#include "base/warn.h"
#include "engine/failure.h"
#include "fault/fault.h"
#include "run/audit.h"
#include "run/inside.h"
#include "run/notes.h"
#include "run/outlook.h"
#include "run/placement.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Everything that a run owns; it lives as long as the process. */
typedef struct run {
    const dt_config *config;
    dt_arena       *arena;
    dt_setting      setting;
    dt_stop         stop;
    dt_marking      marking;
    dt_computing    computing;
    dt_ideal        ideal;
    dt_faults       faults;
    dt_data         data;
    dt_shards       shards;
    dt_model        model;
    dt_optimiser    optimiser;
    dt_schedule     schedule;
    dt_learning     learning;
    dt_pace         pace;
    dt_team         team;
    dt_topology     topology;
    dt_aggregate    aggregate;
    dt_monitor        monitor;
    dt_strategy     strategy;
    dt_sync         sync;
    dt_queue        queue;
    dt_pool        *pool;
    dt_engine      *engine;
    dt_placement        placement;
    dt_notes        notes;
    dt_outlook      outlook;
    size_t          ways;           /* routes tried so far */
    bool            built;          /* the whole configuration was accepted */
} run;

static const dt_config *run_key(const run *r, const char *key) { return dt_config_get(r->config, key); }

/* ---- the machines -------------------------------------------------------------------------- */

/* SimGrid reads platforms only from files that have a name. */
static dt_status run_platform(const char *path, const dt_platform *platform, dt_arena *arena) {
    FILE *file = fopen(path, "w");
    if (file == NULL) return dt_fail(DT_EIO, "%s: %s", path, strerror(errno));
    dt_status status = dt_platform_copy(platform, file);
    if (fclose(file) == 0 && status == DT_OK) return DT_OK;
    const char *reason = dt_arena_text(arena, "%s", status == DT_OK ? strerror(errno) : dt_reason());
    return dt_fail(DT_EIO, "%s: %s", path, reason);
}

/* SimGrid's reason names the file that dtsim wrote; put the user's name for it there. */
static dt_status run_blame_platform(const run *r, dt_status status, const char *path) {
    const char *reason = dt_arena_text(r->arena, "%s", dt_reason()), *at = strstr(reason, path);
    const char *name = dt_config_name(run_key(r, "platform"));
    if (at == NULL || name == NULL) return dt_fail_at(status, "platform", "%s", reason);
    return dt_fail_at(status, "platform", "%.*s%s%s", (int)(at - reason), reason, name, at + strlen(path));
}

/* The text goes to path for as long as SimGrid reads it. */
static dt_status run_engine(run *r, const dt_plan_run *plan, const char *path) {
    DT_TRY(run_platform(path, plan->platform, r->arena));
    bool traced = strcmp(r->setting.trace, "none") != 0;
    const dt_survey *survey = plan->platform->survey;
    dt_engine_setup setup = { .platform = path, .folder = plan->platform->folder,
                              .network = r->setting.network, .window = &r->setting.window, .pool = r->pool,
                              .actors = r->outlook.actors + r->outlook.hands,
                              .ideal = { .latency = r->ideal.latency, .bandwidth = r->ideal.bandwidth,
                                         .window = r->ideal.window },
                              .loss = { r->faults.message_loss, r->faults.timeout, (uint64_t)r->setting.seed },
                              .changing = r->faults.links != NULL || (survey != NULL && survey->changing),
                              .latencies = dt_fault_latencies(&r->faults) || (survey != NULL && survey->latencies),
                              .energy = plan->platform->powers,
                              .on_span = traced ? dt_notes_span : NULL,
                              .on_flight = traced ? dt_notes_flight : NULL, .owner = &r->notes };
    dt_status status = dt_engine_start(&r->engine, &setup, r->arena);
    r->notes.engine = r->engine;
    unlink(path);
    return status == DT_OK ? DT_OK : run_blame_platform(r, status, path);
}

static dt_status run_ports(run *r) {
    DT_TRY(dt_placement_make(&r->placement, &r->setting, r->engine, r->arena));
    r->team.group = r->placement.group;
    for (size_t i = 0; r->ideal.server && i < r->team.group.servers; i++) dt_port_set_free(r->team.group.server[i]);
    return dt_placement_fits(&r->placement, &r->faults);
}

/* ideal.slowness: all hosts get the mean speed.  A drawn step time does not depend on the host. */
static void run_equalise(const run *r, double *factor) {
    const dt_group *g = &r->team.group;
    double mean = 0;
    for (size_t w = 0; w < g->ranks; w++) {
        double speed = r->pace.fixed ? 1 : dt_engine_host_speed(r->engine, dt_port_host(g->port[w]));
        mean += speed / factor[w] / (double)g->ranks;
        factor[w] = speed;
    }
    for (size_t w = 0; w < g->ranks; w++) factor[w] /= mean;
}

static dt_status run_steady(const run *r) {
    const dt_distribution *const dists[] = { &r->pace.jitter, &r->pace.seconds };
    for (int i = 0; i < 2; i++)
        if (!isfinite(dt_distribution_mean(dists[i], 0)))
            return dt_fail_at(DT_EINVAL, "ideal.jitter", "expected distributions with a mean, which takes their place; the distribution %s of %s has none",
                              dists[i]->type->is.name, i == 0 ? "jitter" : "compute.seconds");
    return DT_OK;
}

static dt_status run_dist(run *r, const dt_config *node, const char *path, dt_distribution *d) {
    DT_TRY(dt_distribution_open(d, node, path, r->arena));
    return dt_distribution_fit(d, path, r->team.group.ranks);
}

static dt_status run_pace(run *r) {
    size_t workers = r->team.group.ranks;
    dt_distribution slowness;
    double *factor = dt_arena_take(r->arena, workers, sizeof *factor);
    DT_TRY(run_dist(r, run_key(r, "slowness"), "slowness", &slowness));
    for (size_t w = 0; w < workers; w++) {
        dt_arena_mark mark = dt_arena_here(r->arena);
        dt_rng *rng = dt_rng_stream(r->arena, (uint64_t)r->setting.seed, (long)w, "speed");
        factor[w] = dt_distribution_once(&slowness, rng, (long)w);
        dt_arena_release(r->arena, mark);
        if (!(factor[w] > 0))
            return dt_fail_at(DT_EINVAL, "slowness", "expected factors above 0, worker %zu drew %g", w, factor[w]);
    }
    r->pace = (dt_pace){ .factor = factor, .flops = r->model.forward_flops + r->model.backward_flops,
                         .fixed = r->computing.seconds != NULL, .steady = r->ideal.jitter };
    if (r->ideal.slowness) run_equalise(r, factor);
    DT_TRY(run_dist(r, run_key(r, "jitter"), "jitter", &r->pace.jitter));
    DT_TRY(run_dist(r, r->computing.seconds, "compute.seconds", &r->pace.seconds));
    return r->ideal.jitter ? run_steady(r) : DT_OK;
}

/* ---- the learning -------------------------------------------------------------------------- */

static dt_status run_learning(run *r) {
    dt_learning *l = &r->learning;
    size_t workers = r->team.group.ranks;
    uint64_t seed = (uint64_t)r->setting.seed;
    uint64_t data_seed = r->setting.data_seed > 0 ? (uint64_t)r->setting.data_seed : seed;
    DT_TRY(dt_data_load(run_key(r, "data"), data_seed, workers, &r->data, r->arena));
    const dt_dataset *train = &r->data.train;
    dt_samples samples = { train->rows, r->data.shape.classes, train->y, train->owner };
    DT_TRY(dt_split_make(run_key(r, "split"), &samples, workers, seed, &r->shards, r->arena));
    dt_split_own_test(&samples, r->data.test.owner, r->data.test.rows, &r->shards, r->arena);
    DT_TRY(dt_model_open(&r->model, run_key(r, "model"), &r->data.shape, r->arena));
    size_t layers;
    const dt_slice *layer = dt_model_slices(&r->model, &layers, r->arena);
    DT_TRY(dt_optimiser_open(&r->optimiser, run_key(r, "optimiser"), layer, layers, r->arena));
    DT_TRY(dt_schedule_open(&r->schedule, run_key(r, "schedule"), NULL, r->arena));
    bool learn = r->setting.learn && r->model.type->gradient != NULL;
    if (learn && train->x == NULL)
        return dt_fail_at(DT_EINVAL, "data", "nothing can be learnt from samples that are only counted: expected learn = false, or other data");
    if (learn) DT_TRY(dt_outlook_afford(&r->outlook, r->model.n));
    *l = (dt_learning){ .learn = learn, .model = &r->model, .data = &r->data, .shards = &r->shards,
                        .batch = (size_t)r->setting.batch_size, .accumulate = (size_t)r->setting.accumulate,
                        .optimiser = &r->optimiser, .schedule = &r->schedule, .threads = r->pool, .seed = seed,
                        .score_rows = (size_t)r->marking.rows };
    dt_learning_prepare(l, r->arena);
    return DT_OK;
}

/* The least number of vectors that are aggregated: if every site has servers of its own, those of the smallest site. */
static size_t run_together(const run *r) {
    const dt_group *g = &r->team.group;
    size_t least = dt_role_together(&r->strategy, g->ranks);
    if (r->strategy.type->stores != DT_STORES_BY_SITE || g->sites < 2) return least;
    for (size_t site = 0; site < g->sites; site++) {
        size_t count = 0;
        for (size_t w = 0; w < g->ranks; w++) count += g->site[w] == site;
        if (count < least) least = count;
    }
    return least;
}

static dt_status run_team(run *r) {
    dt_team *t = &r->team;
    uint64_t seed = (uint64_t)r->setting.seed;
    DT_TRY(dt_aggregate_open(&r->aggregate, run_key(r, "aggregate"), r->arena));
    DT_TRY(dt_aggregate_check(&r->aggregate, run_together(r)));
    size_t layers;
    const dt_slice *layer = dt_model_slices(&r->model, &layers, r->arena);
    dt_aggregate_divide(&r->aggregate, layer, layers);
    t->aggregate = &r->aggregate;
    t->compress = run_key(r, "compress");
    if (r->strategy.type->averages)
        DT_TRY(dt_collective_open(&t->collective, run_key(r, "collective"), &t->group, r->model.n, r->learning.vectors,
                                  t->aggregate, r->pool, r->arena));
    if (r->strategy.type->stores != DT_STORES_NONE) DT_TRY(dt_sync_open(&r->sync, run_key(r, "sync"), r->arena));
    t->sync = &r->sync;
    if (r->strategy.type->layered) {
        DT_TRY(dt_queue_open(&r->queue, run_key(r, "queue"), r->arena));
        t->queue = &r->queue;
    }
    if (!r->strategy.type->mixes) return DT_OK;
    t->topology = &r->topology;
    return dt_topology_make(run_key(r, "topology"), t->group.ranks, seed, &r->topology, r->arena);
}

/* The steps that no failure has undone.  If they stop growing, the faults leave the training no chance (faults.patience). */
static double run_progress(const void *owner) {
    const run *r = owner;
    return r->monitor.samples - r->monitor.lost;
}

static void run_fault(void *owner, const dt_fault_event *event) { dt_notes_fault(&((run *)owner)->notes, event); }

static dt_status run_faults(run *r) {
    const dt_group *g = &r->team.group;
    r->team.deadline = r->faults.deadline;
    dt_fault_setup setup = { .faults = &r->faults, .engine = r->engine, .port = g->port, .ranks = g->ranks,
                             .server = r->placement.reach,
                             .seed = (uint64_t)r->setting.seed, .on_event = run_fault, .progress = run_progress, .owner = r };
    if (run_key(r, "faults") != NULL) return dt_fault_begin(&setup, r->arena);
    dt_fault_watch(&setup, r->arena);
    return DT_OK;
}

static const dt_collective_type *run_collective(const run *r) {
    return dt_collective_of(dt_room_find(&dt_collective_room, dt_config_name(run_key(r, "collective"))));
}

static const dt_strategy_type *run_strategy(const run *r) {
    return dt_strategy_of(dt_room_find(&dt_strategy_room, dt_config_name(run_key(r, "strategy"))));
}

static bool run_takes_part(const run *r, size_t host) {
    const dt_group *g = &r->team.group;
    bool served = dt_role_served(r->strategy.type) || (r->strategy.type->averages && run_collective(r)->serve != NULL);
    for (size_t i = 0; served && i < g->servers; i++)
        if (dt_port_host(g->server[i]) == host) return true;
    for (size_t w = 0; w < g->ranks; w++)
        if (dt_port_host(g->port[w]) == host) return true;
    return false;
}

/* SimGrid would kill the actors on a host that goes off, so only the key faults makes hosts fail.  A host without actors may. */
static dt_status run_states(const run *r, const dt_survey *survey) {
    const char *name = dt_config_name(run_key(r, "platform"));
    if (survey != NULL && survey->broken[0] != '\0')
        return dt_fail_at(DT_EFORMAT, "platform", "%s is no whole XML, though SimGrid takes it: %s", name, survey->broken);
    for (const dt_survey_item *i = survey == NULL ? NULL : survey->item; i != NULL; i = i->next) {
        const char *of = dt_survey_state_of(i);
        size_t host = 0;
        if (of == NULL) continue;
        if (strcmp(of, "link") == 0)
            return dt_fail_at(DT_EINVAL, "platform", "link %s of %s goes on and off by the state profile %s, which dtsim does not "
                              "follow; the key faults does the same: faults = { links = { { \"%s\", on = PROFILE } } }",
                              i->id, name, i->value, i->id);
        if (dt_engine_host_find(r->engine, i->id, &host) && run_takes_part(r, host))
            return dt_fail_at(DT_EINVAL, "platform", "host %s of %s goes on and off by the state profile %s, which dtsim does not "
                              "follow; the key faults does the same for workers: faults = { availability = PROFILE }",
                              i->id, name, i->value);
    }
    return DT_OK;
}

static dt_status run_machines(run *r, const dt_plan_run *plan_run, const char *path) {
    DT_TRY(run_engine(r, plan_run, path));
    DT_TRY(run_ports(r));
    DT_TRY(dt_strategy_open(&r->strategy, run_key(r, "strategy"), r->arena));
    DT_TRY(dt_fault_links_known(&r->faults, r->engine, r->arena));
    return run_states(r, plan_run->platform->survey);
}

/* Build everything in the order of dependence; only this function says which part uses which. */
static dt_status run_build(run *r, const dt_plan *plan, const dt_plan_run *plan_run, const char *part) {
    DT_TRY(dt_outlook_of(plan_run, &r->outlook, r->arena));
    DT_TRY(dt_outlook_afford(&r->outlook, 0));
    DT_TRY(run_machines(r, plan_run, dt_arena_text(r->arena, "%s.xml", part)));
    DT_TRY(run_learning(r));
    DT_TRY(run_pace(r));
    DT_TRY(run_team(r));
    r->monitor = (dt_monitor){ .engine = r->engine, .learning = &r->learning, .stop = r->stop, .every = r->marking.every,
                           .write = { dt_notes_mark, &r->notes, dt_notes_row, r->marking.each ? dt_notes_score : NULL }, .hook = plan->on_evaluate, .run = r->arena,
                           .workers = r->team.group.ranks };
    r->notes.monitor = &r->monitor;
    DT_TRY(dt_notes_layers(&r->notes, &r->model));
    if (r->marking.each) DT_TRY(dt_notes_each(&r->notes));
    DT_TRY(dt_notes_tables(&r->notes, r->strategy.type->tables));
    r->monitor.on_round = dt_notes_round;
    r->monitor.on_round_owner = &r->notes;
    DT_TRY(run_faults(r));
    if (strcmp(r->setting.keep, "model") == 0) r->monitor.keep = dt_arena_take(r->arena, r->model.n, sizeof(float));
    return DT_OK;
}

/* Warn if there are more workers than hosts, which is seldom meant. */
static void run_crowd(const run *r) {
    if (r->team.group.ranks <= r->placement.places) return;
    dt_warn("workers", "%zu workers share %zu host%s: those that compute on one host at the same time share its speed, and their "
            "steps take longer", r->team.group.ranks, r->placement.places, r->placement.places == 1 ? "" : "s");
}

/* SimGrid has two ways to update the rates of messages, and each is wrong in one case: engine.c takes the other. */
static void run_latencies(const run *r, const dt_survey *survey) {
    bool faults = dt_fault_latencies(&r->faults);
    if (!faults && (survey == NULL || !survey->latencies)) return;
    dt_warn(faults ? "faults.links" : "platform", "latencies of links change during the run: until the next message begins or ends, "
            "SimGrid may give messages that one host begins at the same instant more than their links have (sim/engine/VALIDITY.md)");
}

/* Bytes are whole numbers: the two sum to all exactly. */
static dt_status run_sites(const run *r) {
    double all = dt_engine_bytes(r->engine), between = dt_engine_bytes_between(r->engine);
    if (r->team.group.sites < 2) return DT_OK;
    DT_TRY(dt_record_real(r->notes.record, "/run", "bytes_inside", all - between));
    return dt_record_real(r->notes.record, "/run", "bytes_between", between);
}

/* Warn if a shard has fewer batches than accumulate asks for: no step crosses the end of a pass. */
static void run_accumulation(const run *r) {
    const dt_shards *shards = &r->shards;
    size_t batch = (size_t)r->setting.batch_size, wanted = (size_t)r->setting.accumulate;
    for (size_t w = 0; batch > 0 && w < shards->workers; w++) {
        size_t rows = shards->start[w + 1] - shards->start[w], batches = (rows + batch - 1) / batch;
        if (rows == 0 || batches >= wanted) continue;
        dt_warn("accumulate", "worker %zu has %zu samples, so that its steps take %zu batch%s, not %zu: a step does not cross the "
                "end of a pass", w, rows, batches, batches == 1 ? "" : "es", wanted);
        return;
    }
}

/* Record what is known at the end, even if the training failed; check the laws if it did not. */
static dt_status run_finish(run *r, const dt_training *training, bool whole) {
    double horizon = dt_engine_now(r->engine);
    dt_record *record = r->notes.record;
    dt_meter_ground(dt_pool_meter(r->pool), DT_RECORDING);
    DT_TRY(dt_notes_workers(&r->notes, training, horizon));
    DT_TRY(dt_notes_staleness(&r->notes, &r->monitor));
    if (r->notes.spans != NULL) DT_TRY(dt_traffic_write(&r->notes.traffic, r->engine, record));
    DT_TRY(run_sites(r));
    if (r->strategy.type->mixes) DT_TRY(dt_record_real(record, "/run", "spectral_gap", r->topology.gap));
    DT_TRY(dt_record_count(record, "/run", "learnt", r->learning.learn));
    if (r->shards.empty > 0) DT_TRY(dt_record_count(record, "/run", "empty_workers", (int64_t)r->shards.empty));
    if (r->monitor.late > 0) {
        DT_TRY(dt_record_real(record, "/run", "late_updates", r->monitor.late));
        DT_TRY(dt_record_real(record, "/run", "late_bytes", r->monitor.late_bytes));
    }
    if (r->monitor.keep != NULL && r->learning.learn) DT_TRY(dt_record_vector(record, "/run/model", r->monitor.keep, r->model.n));
    return whole ? dt_audit(training, r->notes.spans != NULL ? &r->notes.traffic : NULL, horizon) : DT_OK;
}

static dt_status run_train(run *r, const dt_plan *plan, const dt_plan_run *plan_run, const char *part) {
    DT_TRY(run_build(r, plan, plan_run, part));
    r->built = true;
    run_crowd(r);
    run_latencies(r, plan_run->platform->survey);
    run_accumulation(r);
    dt_vec *x = dt_vec_take(r->learning.vectors);
    if (r->learning.learn) dt_model_start(&r->model, r->learning.seed, x->x);
    dt_training training = { &r->learning, &r->pace, &r->team, &r->monitor, x, r->arena };
    dt_meter_ground(dt_pool_meter(r->pool), DT_ENGINE);
    dt_status status = dt_role_run(&r->strategy, &training);
    const char *reason = dt_arena_text(r->arena, "%s", status == DT_OK ? "" : dt_reason());
    DT_TRY(run_finish(r, &training, status == DT_OK));
    return status == DT_OK ? DT_OK : dt_fail(status, "%s", reason);
}

/* Record where the real time went; the fingerprint does not cover it. */
static dt_status run_host(const run *r, const dt_run_options *options) {
    dt_record *record = r->notes.record;
    dt_meter *meter = dt_pool_meter(r->pool);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    DT_TRY(dt_record_text(record, "/run/host", "key", options->key));
    DT_TRY(dt_record_text(record, "/run/host", "program", options->program));
    DT_TRY(dt_record_real(record, "/run/host", "real_s", dt_meter_total(meter)));
    for (dt_activity a = 0; a < DT_ACTIVITIES; a++)
        DT_TRY(dt_record_real(record, "/run/host", dt_arena_text(r->arena, "%s_s", dt_meter_name(a)), meter->spent[a]));
    DT_TRY(dt_record_real(record, "/run/host", "tasks_s", dt_pool_busy_s(r->pool)));
    DT_TRY(dt_record_real(record, "/run/host", "peak_bytes", 1024.0 * (double)usage.ru_maxrss));
    return dt_record_count(record, "/run/host", "threads", dt_pool_threads(r->pool));
}

/* ---- the machines alone ---------------------------------------------------------------------- */

static void run_try_way(run *r, const dt_port *from, const dt_port *to) {
    enum { MOST = 4096 };       /* routes that are tried: SimGrid searches for each */
    if (r->ways++ < MOST) dt_engine_try(r->engine, dt_port_host(from), dt_port_host(to));
}

static void run_way(void *owner, size_t from, size_t to) {
    run *r = owner;
    const dt_group *g = &r->team.group;
    run_try_way(r, from < g->ranks ? g->port[from] : g->server[DT_SERVER(from)], to < g->ranks ? g->port[to] : g->server[DT_SERVER(to)]);
}

static void run_served_ways(run *r) {
    const dt_group *g = &r->team.group;
    for (size_t w = 0; w < g->ranks; w++)
        for (size_t i = 0; i < g->servers; i++) {
            run_try_way(r, g->server[i], g->port[w]);
            run_try_way(r, g->port[w], g->server[i]);
        }
}

/* Try the routes of the first messages: between workers and servers, those of the collective, and those of the graph. */
static dt_status run_ways(void *arg) {
    run *r = arg;
    const dt_strategy_type *s = r->strategy.type;
    size_t ranks = r->team.group.ranks;
    if (dt_role_served(s)) run_served_ways(r);
    if (s->averages && ranks > 1) DT_TRY(dt_collective_ways(run_key(r, "collective"), &r->team.group, run_way, r, r->arena));
    if (!s->mixes) return DT_OK;
    DT_TRY(dt_topology_make(run_key(r, "topology"), ranks, (uint64_t)r->setting.seed, &r->topology, r->arena));
    for (size_t w = 0; w < ranks; w++)
        for (size_t k = r->topology.start[w]; k < r->topology.start[w + 1]; k++) run_way(r, w, r->topology.neighbour[k]);
    return DT_OK;
}

static run *run_new(const dt_plan_run *plan_run, int threads) {
    dt_arena *arena = dt_arena_new(1 << 20);
    run *r = dt_arena_take(arena, 1, sizeof *r);
    r->arena = arena;
    r->pool = dt_pool_new(threads, arena);
    r->config = plan_run->config;
    dt_plan_read(r->config, &r->setting, &r->stop, &r->marking, &r->computing, arena);
    dt_plan_read_ideal(r->config, &r->ideal, arena);
    dt_fault_read(run_key(r, "faults"), &r->faults, arena);
    return r;
}

/* The text goes to a file in memory, so that a process that dies leaves nothing behind. */
static const char *run_memory(const run *r) {
    return dt_arena_text(r->arena, "/proc/self/fd/%d", memfd_create("dtsim-platform", 0));
}

dt_status dt_run_count(const dt_plan_run *plan_run, size_t *hosts) {
    run *r = run_new(plan_run, 1);
    DT_TRY(run_engine(r, plan_run, run_memory(r)));
    return dt_placement_count(&r->setting, r->engine, hosts, r->arena);
}

/* Ask for joules, because SimGrid reads power figures only then. */
dt_status dt_run_try(const dt_plan_run *plan_run) {
    run *r = run_new(plan_run, 1);
    DT_TRY(run_machines(r, plan_run, run_memory(r)));
    dt_engine_joules(r->engine);
    dt_engine_spawn(r->engine, "trial", r->team.group.port[0], run_ways, r, false);    /* SimGrid knows its routes from then on */
    return dt_engine_run(r->engine);
}

dt_status dt_run_links(const dt_plan_run *plan_run) {
    run *r = run_new(plan_run, 1);
    DT_TRY(run_engine(r, plan_run, run_memory(r)));
    return dt_fault_links_known(&r->faults, r->engine, r->arena);
}

dt_status dt_run_execute(const dt_plan *plan, const dt_plan_run *plan_run, const dt_run_options *options) {
    run *r = run_new(plan_run, options->threads);
    dt_arena *arena = r->arena;
    dt_notes_scope scope = { r->setting.trace, run_key(r, "faults") != NULL, run_strategy(r)->labels };
    DT_TRY(dt_notes_open(&r->notes, plan_run, options, &r->stop, scope, arena));
    dt_record_meter(r->notes.record, dt_pool_meter(r->pool));
    dt_status status = run_train(r, plan, plan_run, options->part);
    dt_notes_end end = { .status = status, .reason = "", .joules = NAN };
    if (status != DT_OK) {
        const char *path = dt_arena_text(arena, "%s", dt_reason_path());
        end.reason = dt_arena_text(arena, "%s%s%s", path, path[0] == '\0' ? "" : ": ", dt_reason());
        if (!r->built) end.where = path;
    }
    end.unjudged = r->built && r->monitor.judged == DT_JUDGED_NOTHING;
    if (r->engine != NULL) {
        end.horizon_s = dt_engine_now(r->engine);
        end.bytes = dt_engine_bytes(r->engine);
        end.joules = dt_engine_joules(r->engine);
    }
    DT_TRY(run_host(r, options));
    return dt_notes_close(&r->notes, &end);
}
