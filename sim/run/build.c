/* build.c - builds what a configuration names. */
#include "run/build.h"
#include "engine/failure.h"
#include "role/loading.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const dt_config *dt_run_key(const dt_run *r, const char *key) { return dt_config_get(r->config, key); }

dt_run *dt_run_new(const dt_plan_run *plan_run, int threads) {
    dt_arena *arena = dt_arena_new(1 << 20);
    dt_run *r = dt_arena_take(arena, 1, sizeof *r);
    r->arena = arena;
    r->pool = dt_pool_new(threads, arena);
    r->config = plan_run->config;
    dt_plan_read(r->config, &r->setting, &r->stop, &r->marking, &r->computing, arena);
    dt_plan_read_ideal(r->config, &r->ideal, arena);
    dt_fault_read(dt_run_key(r, "faults"), &r->faults, arena);
    return r;
}

/* The text goes to a file in memory, so that a process that dies leaves nothing behind. */
const char *dt_run_memory(const dt_run *r) {
    return dt_arena_text(r->arena, "/proc/self/fd/%d", memfd_create("dtsim-platform", 0));
}

/* ---- the machines -------------------------------------------------------------------------- */

/* SimGrid reads platforms only from files that have a name. */
static dt_status build_platform(const char *path, const dt_platform *platform, dt_arena *arena) {
    FILE *file = fopen(path, "w");
    if (file == NULL) return dt_fail(DT_EIO, "%s: %s", path, strerror(errno));
    dt_status status = dt_platform_copy(platform, file);
    if (fclose(file) == 0 && status == DT_OK) return DT_OK;
    const char *reason = dt_arena_text(arena, "%s", status == DT_OK ? strerror(errno) : dt_reason());
    return dt_fail(DT_EIO, "%s: %s", path, reason);
}

/* SimGrid's reason names the file that dtsim wrote; put the user's name for it there. */
static dt_status build_blame_platform(const dt_run *r, dt_status status, const char *path) {
    const char *reason = dt_arena_text(r->arena, "%s", dt_reason()), *at = strstr(reason, path);
    const char *name = dt_config_name(dt_run_key(r, "platform"));
    if (at == NULL || name == NULL) return dt_fail_at(status, "platform", "%s", reason);
    return dt_fail_at(status, "platform", "%.*s%s%s", (int)(at - reason), reason, name, at + strlen(path));
}

/* The text goes to path for as long as SimGrid reads it. */
dt_status dt_run_engine(dt_run *r, const dt_plan_run *plan, const char *path) {
    DT_TRY(build_platform(path, plan->platform, r->arena));
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
    return status == DT_OK ? DT_OK : build_blame_platform(r, status, path);
}

static dt_status build_ports(dt_run *r) {
    DT_TRY(dt_placement_make(&r->placement, &r->setting, r->engine, r->arena));
    r->team.group = r->placement.group;
    for (size_t i = 0; r->ideal.server && i < r->team.group.servers; i++) dt_port_set_free(r->team.group.server[i]);
    return dt_placement_fits(&r->placement, &r->faults);
}

/* ideal.slowness: all hosts get the mean speed.  A drawn step time does not depend on the host. */
static void build_equalise(const dt_run *r, double *factor) {
    const dt_group *g = &r->team.group;
    double mean = 0;
    for (size_t w = 0; w < g->ranks; w++) {
        double speed = r->pace.fixed ? 1 : dt_engine_host_speed(r->engine, dt_port_host(g->port[w]));
        mean += speed / factor[w] / (double)g->ranks;
        factor[w] = speed;
    }
    for (size_t w = 0; w < g->ranks; w++) factor[w] /= mean;
}

static dt_status build_steady(const dt_run *r) {
    const dt_distribution *const dists[] = { &r->pace.jitter, &r->pace.seconds };
    for (int i = 0; i < 2; i++)
        if (!isfinite(dt_distribution_mean(dists[i], 0)))
            return dt_fail_at(DT_EINVAL, "ideal.jitter", "expected distributions with a mean, which takes their place; the distribution %s of %s has none",
                              dists[i]->type->is.name, i == 0 ? "jitter" : "compute.seconds");
    return DT_OK;
}

static dt_status build_dist(dt_run *r, const dt_config *node, const char *path, dt_distribution *d) {
    DT_TRY(dt_distribution_open(d, node, path, r->arena));
    return dt_distribution_fit(d, path, r->team.group.ranks);
}

static dt_status build_late(dt_run *r) {
    dt_fault_stragglers s;
    dt_stragglers *late = &r->pace.late;
    if (r->faults.stragglers == NULL) return DT_OK;
    dt_fault_read_stragglers(r->faults.stragglers, &s, r->arena);
    if ((size_t)s.count > r->team.group.ranks)
        return dt_fail_at(DT_EINVAL, "faults.stragglers.count", "expected no more stragglers than the %zu workers, got %ld", r->team.group.ranks,
                          s.count);
    *late = (dt_stragglers){ .count = (size_t)s.count, .every = s.every, .forever = s.delay == NULL, .seed = (uint64_t)r->setting.seed };
    late->rng = dt_rng_stream(r->arena, late->seed, 0, "straggler");
    return s.delay == NULL ? DT_OK : build_dist(r, s.delay, "faults.stragglers.delay", &late->delay);
}

static dt_status build_pace(dt_run *r) {
    size_t workers = r->team.group.ranks;
    dt_distribution slowness;
    double *factor = dt_arena_take(r->arena, workers, sizeof *factor);
    DT_TRY(build_dist(r, dt_run_key(r, "slowness"), "slowness", &slowness));
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
    if (r->ideal.slowness) build_equalise(r, factor);
    DT_TRY(build_dist(r, dt_run_key(r, "jitter"), "jitter", &r->pace.jitter));
    DT_TRY(build_dist(r, r->computing.seconds, "compute.seconds", &r->pace.seconds));
    DT_TRY(build_late(r));
    return r->ideal.jitter ? build_steady(r) : DT_OK;
}

/* ---- the learning -------------------------------------------------------------------------- */

/* A loss over all training samples needs all of them each time. */
bool dt_run_lazy(const dt_config *config) {
    const dt_entry *split = dt_room_find(&dt_split_room, dt_config_name(dt_config_get(config, "split")));
    return dt_split_of(split)->by_owner && dt_config_at(config, "evaluate.rows")->number > 0;
}

static dt_status build_samples(dt_run *r) {
    size_t workers = r->team.group.ranks;
    uint64_t seed = (uint64_t)r->setting.seed;
    uint64_t data_seed = r->setting.data_seed > 0 ? (uint64_t)r->setting.data_seed : seed;
    dt_notes_phase(&r->notes, DT_RUN_READING);
    if (r->shared != NULL) r->data = *r->shared;
    else DT_TRY((dt_run_lazy(r->config) ? dt_data_load_by_owner : dt_data_load)(dt_run_key(r, "data"), data_seed, workers, &r->data,
                                                                                r->arena));
    dt_notes_phase(&r->notes, DT_RUN_BUILDING);
    const dt_dataset *train = &r->data.train;
    dt_samples samples = { train->rows, r->data.shape.classes, train->y, train->owner };
    DT_TRY(dt_split_make(dt_run_key(r, "split"), &samples, workers, seed, &r->shards, r->arena));
    dt_split_own_test(&samples, r->data.test.owner, r->data.test.rows, &r->shards, r->arena);
    DT_TRY(dt_model_open(&r->model, dt_run_key(r, "model"), &r->data.shape, r->arena));
    size_t layers;
    const dt_slice *layer = dt_model_slices(&r->model, &layers, r->arena);
    DT_TRY(dt_optimiser_open(&r->optimiser, dt_run_key(r, "optimiser"), layer, layers, r->arena));
    DT_TRY(dt_project_open(&r->project, dt_config_get(r->config, "project"), r->arena));
    const dt_config *outer = dt_run_key(r, "server_optimiser");
    if (outer != NULL) DT_TRY(dt_optimiser_open(&r->outer, outer, layer, layers, r->arena));
    DT_TRY(dt_schedule_open(&r->schedule, dt_run_key(r, "schedule"), NULL, r->arena));
    r->learn = r->setting.learn && r->model.type->gradient != NULL;
    if (r->learn && !dt_data_there(train) && r->data.maker == NULL)
        return dt_fail_at(DT_EINVAL, "data", "nothing can be learnt from samples that are only counted: expected learn = false, or other data");
    return r->learn ? dt_outlook_afford(&r->outlook, r->model.n) : DT_OK;
}

static dt_status build_learning(dt_run *r) {
    if (r->learn) DT_TRY(dt_data_make(&r->data, false, r->pool, r->arena));
    r->learning = (dt_learning){ .learn = r->learn, .model = &r->model, .data = &r->data, .shards = &r->shards,
                                 .batch = (size_t)r->setting.batch_size, .accumulate = (size_t)r->setting.accumulate,
                                 .optimiser = &r->optimiser, .project = &r->project,
                                 .outer = r->outer.type != NULL && r->strategy.type->outer ? &r->outer : NULL,
                                 .schedule = &r->schedule, .threads = r->pool,
                                 .seed = (uint64_t)r->setting.seed, .score_rows = (size_t)r->marking.rows,
                                 .evaluated = &r->evaluated };
    dt_learning_prepare(&r->learning, r->arena);
    return dt_compress_check_layers(dt_run_key(r, "compress"), r->learning.block, r->learning.blocks);
}

/* The least number of vectors that are aggregated: if every site has servers of its own, those of the smallest site. */
static size_t build_together(const dt_run *r) {
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

static dt_status build_attack(dt_run *r) {
    const dt_config *attack = dt_run_key(r, "attack");
    if (attack == NULL) return DT_OK;
    DT_TRY(dt_attack_open(&r->attack, attack, r->team.group.ranks, (uint64_t)r->setting.seed, r->arena));
    if (r->attack.type->labels && r->learn && (!dt_model_classifies(&r->model) || r->data.shape.classes < 2))
        return dt_fail_at(DT_EINVAL, "attack", "\"%s\" needs labels that can be flipped: expected a model and data of classes, or an attack on "
                          "what is sent, such as \"reverse\"", r->attack.type->is.name);
    if (dt_attack_acts(&r->attack)) r->team.attack = &r->attack;
    return DT_OK;
}

/* Exchanges that hosts or links may disturb go message by message. */
static dt_detail build_detail(const dt_run *r) {
    bool steady = dt_run_key(r, "faults") == NULL && dt_run_key(r, "load") == NULL && !r->ideal.server;
    if (!steady || strcmp(r->setting.detail, "messages") == 0) return DT_DETAIL_MESSAGES;
    return strcmp(r->setting.detail, "folded") == 0 ? DT_DETAIL_FOLDED : DT_DETAIL_AUTO;
}

static dt_status build_team(dt_run *r) {
    dt_team *t = &r->team;
    uint64_t seed = (uint64_t)r->setting.seed;
    DT_TRY(dt_aggregate_open(&r->aggregate, dt_run_key(r, "aggregate"), r->arena));
    DT_TRY(dt_aggregate_check(&r->aggregate, build_together(r)));
    size_t layers;
    const dt_slice *layer = dt_model_slices(&r->model, &layers, r->arena);
    dt_aggregate_divide(&r->aggregate, layer, layers);
    t->aggregate = &r->aggregate;
    t->compress = dt_run_key(r, "compress");
    DT_TRY(build_attack(r));
    if (dt_run_key(r, "load") != NULL) DT_TRY(dt_occupancy_open(&t->load, dt_run_key(r, "load"), &t->group, seed, r->arena));
    if (r->strategy.type->averages)
        DT_TRY(dt_collective_open(&t->collective, dt_run_key(r, "collective"), &t->group, r->model.n, r->learning.vectors,
                                  t->aggregate, r->pool, r->arena));
    if (t->collective != NULL) dt_collective_detail(t->collective, build_detail(r));
    if (r->strategy.type->stores != DT_STORES_NONE) {
        DT_TRY(dt_sync_open(&r->sync, dt_run_key(r, "sync"), r->arena));
        DT_TRY(dt_sync_check(&r->sync, build_together(r)));
    }
    t->sync = &r->sync;
    if (dt_run_key(r, "secure_aggregation") != NULL) {
        DT_TRY(dt_secure_check(dt_role_together(&r->strategy, t->group.ranks), t->group.ranks));
        DT_TRY(dt_param_fill((dt_target){ dt_secure_params, &r->secure }, (dt_target){ 0 }, dt_run_key(r, "secure_aggregation"),
                             "secure_aggregation", r->arena));
        t->secure = &r->secure;
    }
    if (dt_run_key(r, "privacy") != NULL) {
        size_t expected = dt_role_together(&r->strategy, t->group.ranks);
        DT_TRY(dt_privacy_open(&r->privacy, dt_run_key(r, "privacy"), expected, seed, r->arena));
        t->privacy = &r->privacy;
    }
    if (r->strategy.type->layered) {
        DT_TRY(dt_queue_open(&r->queue, dt_run_key(r, "queue"), r->arena));
        t->queue = &r->queue;
    }
    if (r->strategy.type->codes) {
        DT_TRY(dt_code_open(&r->code, dt_run_key(r, "code"), t->group.ranks, seed, r->arena));
        t->code = &r->code;
    }
    if (!r->strategy.type->mixes) return DT_OK;
    t->topology = &r->topology;
    return dt_topology_make(dt_run_key(r, "topology"), t->group.ranks, seed, &r->topology, r->arena);
}

/* The steps that no failure has undone.  If they stop growing, the faults leave the training no chance (faults.patience). */
static double build_progress(const void *owner) {
    const dt_run *r = owner;
    return r->monitor.samples - r->monitor.lost;
}

static void build_fault(void *owner, const dt_fault_event *event) { dt_notes_fault(&((dt_run *)owner)->notes, event); }

static dt_status build_faults(dt_run *r) {
    const dt_group *g = &r->team.group;
    r->team.deadline = r->faults.deadline;
    r->team.patience = r->faults.patience;
    dt_fault_setup setup = { .faults = &r->faults, .engine = r->engine, .port = g->port, .ranks = g->ranks,
                             .server = r->placement.reach,
                             .seed = (uint64_t)r->setting.seed, .on_event = build_fault, .progress = build_progress, .owner = r };
    dt_run_durability(r, &setup);
    if (dt_run_key(r, "faults") != NULL) return dt_fault_begin(&setup, r->arena);
    dt_fault_watch(&setup, r->arena);
    return DT_OK;
}

static const dt_collective_type *build_collective(const dt_run *r) {
    return dt_collective_of(dt_room_find(&dt_collective_room, dt_config_name(dt_run_key(r, "collective"))));
}

const dt_strategy_type *dt_run_strategy(const dt_run *r) {
    return dt_strategy_of(dt_room_find(&dt_strategy_room, dt_config_name(dt_run_key(r, "strategy"))));
}

static bool build_takes_part(const dt_run *r, size_t host) {
    const dt_group *g = &r->team.group;
    bool served = dt_role_served(r->strategy.type) || (r->strategy.type->averages && build_collective(r)->serve != NULL);
    for (size_t i = 0; served && i < g->servers; i++)
        if (dt_port_host(g->server[i]) == host) return true;
    for (size_t w = 0; w < g->ranks; w++)
        if (dt_port_host(g->port[w]) == host) return true;
    return false;
}

/* SimGrid would kill the actors on a host that goes off, so only the key faults makes hosts fail.  A host without actors may. */
static dt_status build_states(const dt_run *r, const dt_survey *survey) {
    const char *name = dt_config_name(dt_run_key(r, "platform"));
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
        if (dt_engine_host_find(r->engine, i->id, &host) && build_takes_part(r, host))
            return dt_fail_at(DT_EINVAL, "platform", "host %s of %s goes on and off by the state profile %s, which dtsim does not "
                              "follow; the key faults does the same for workers: faults = { availability = PROFILE }",
                              i->id, name, i->value);
    }
    return DT_OK;
}

dt_status dt_run_machines(dt_run *r, const dt_plan_run *plan_run, const char *path) {
    DT_TRY(dt_run_engine(r, plan_run, path));
    DT_TRY(build_ports(r));
    DT_TRY(dt_strategy_open(&r->strategy, dt_run_key(r, "strategy"), r->arena));
    DT_TRY(dt_fault_links_known(&r->faults, r->engine, r->arena));
    return build_states(r, plan_run->platform->survey);
}

dt_status dt_run_load(dt_run *r, const dt_plan_run *plan_run, const char *path) {
    DT_TRY(dt_outlook_of(plan_run, &r->outlook, r->arena));
    DT_TRY(dt_outlook_afford(&r->outlook, 0));
    DT_TRY(dt_run_machines(r, plan_run, path));
    return build_samples(r);
}

/* Everything is built in the order of dependence; only this function and dt_run_load say which part uses which. */
dt_status dt_run_build(dt_run *r, const dt_plan *plan) {
    DT_TRY(build_learning(r));
    DT_TRY(build_pace(r));
    DT_TRY(build_team(r));
    r->monitor = (dt_monitor){ .engine = r->engine, .learning = &r->learning, .stop = r->stop, .every = r->marking.every,
                           .write = { dt_notes_mark, &r->notes, dt_notes_row, r->marking.each ? dt_notes_score : NULL }, .hook = plan->on_evaluate, .run = r->arena,
                           .workers = r->team.group.ranks, .each = r->marking.each };
    r->notes.monitor = &r->monitor;
    DT_TRY(dt_notes_layers(&r->notes, &r->model));
    if (r->marking.each) DT_TRY(dt_notes_each(&r->notes));
    DT_TRY(dt_notes_tables(&r->notes, r->strategy.type->tables));
    r->monitor.on_round = dt_notes_round;
    r->monitor.on_round_owner = &r->notes;
    DT_TRY(build_faults(r));
    if (strcmp(r->setting.keep, "model") == 0) r->monitor.keep = dt_arena_take(r->arena, r->model.n, sizeof(float));
    return DT_OK;
}

