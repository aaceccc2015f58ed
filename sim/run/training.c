/* training.c - the keys that a run learns from, and the conditions under which it learns nothing else than they say. */
#include "run/training.h"
#include "base/rng.h"
#include "run/inside.h"
#include <string.h>

/* Keys of a scenario that say what takes how long, and what of it is recorded.  The numbers of workers and servers are counted beside
 * them. */
static bool training_of_time(const char *key) {
    static const char *const of_time[] = { "platform", "workers", "server", "sites", "network", "window", "slowness", "jitter",
                                           "compute", "load", "ideal", "detail", "trace", "system" };
    for (size_t i = 0; i < sizeof of_time / sizeof *of_time; i++)
        if (strcmp(key, of_time[i]) == 0) return true;
    return false;
}

static double training_number(const dt_config *scenario, const char *path) {
    const dt_config *node = dt_config_at(scenario, path);
    return node == NULL || node->kind != DT_CONFIG_NUMBER ? 0 : node->number;
}

static bool training_any(const dt_config *scenario, const char *const *path, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (training_number(scenario, path[i]) > 0) return true;
    return false;
}

static bool training_named(const dt_config *scenario, const char *key, const char *name) {
    const dt_config *node = dt_config_get(scenario, key);
    return node != NULL && strcmp(dt_config_name(node), name) == 0;
}

/* Is a limit, or the time of an evaluation, one of simulated time or of what it takes to get there? */
static bool training_timed(const dt_config *scenario) {
    static const char *const path[] = { "stop.seconds", "stop.bytes", "stop.joules", "stop.flops", "evaluate.seconds", "evaluate.bytes" };
    return training_any(scenario, path, sizeof path / sizeof *path);
}

/* Where workers are in different rounds at the same time, how many samples all of them have used depends on time, and so does the
 * round in which they are when an evaluation ends the run. */
static bool training_drifts(const dt_plan *plan, const dt_plan_run *run, const dt_strategy_type *type) {
    static const char *const path[] = { "stop.epochs", "evaluate.epochs" };
    const dt_config *by = dt_config_at(run->config, "schedule.by");
    bool epochs = training_any(run->config, path, sizeof path / sizeof *path);
    if (type->own_rounds) return epochs || dt_plan_early(run) || plan->on_evaluate.call != NULL;
    if (!type->layered) return false;
    return epochs || (by != NULL && by->text != NULL && strcmp(by->text, "epochs") == 0 && !training_named(run->config, "schedule", "constant"));
}

/* What of the keys of time is a part of what is learnt all the same: how exchanges cut the entries into packets, the servers' ranges,
 * and the sites of the platform, where each has servers.  A tape has a stream of each server. */
typedef struct parting { bool exchanges, queues, ranges, sites; } parting;

/* Are the sizes of all packets on the tape?  It has those of the workers' own; that of a union of them only the numbers say. */
static bool training_packs(const dt_config *scenario, const dt_strategy_type *type, parting *parts, dt_arena *scratch) {
    enum { ENTRIES = 64 };
    const dt_config *config = dt_config_get(scenario, "compress");
    const dt_block block = { ENTRIES, 1, ENTRIES, 0, "" };
    const dt_entry *collective = dt_room_find(&dt_collective_room, dt_config_name(dt_config_get(scenario, "collective")));
    const dt_entry *aggregate = dt_room_find(&dt_aggregate_room, dt_config_name(dt_config_get(scenario, "aggregate")));
    dt_compress c;
    if (dt_compress_open(&c, config, &block, 1, dt_rng_stream(scratch, 0, 0, "compress"), scratch) != DT_OK) return false;
    bool cuts = c.type->lossy || !dt_aggregate_of(aggregate)->partial;
    const dt_config *on = dt_config_at(scenario, "servers.on");
    bool exchanges = cuts && type->averages, sited = dt_collective_of(collective)->sited, sharded = dt_collective_of(collective)->sharded;
    *parts = (parting){ exchanges, cuts && type->layered, type->stores != DT_STORES_NONE || (exchanges && sharded),
                        on != NULL && on->text != NULL && strcmp(on->text, "sites") == 0 };
    if (exchanges && sited) return false;       /* which workers are near each other the platform says */
    return !c.type->varies || !type->averages || c.type->join == NULL;
}

/* Nothing that the models learn depends on time.  Where nobody can tell, the answer is no. */
static bool training_timeless(const dt_plan *plan, const dt_plan_run *run, parting *parts, dt_arena *scratch) {
    const dt_config *config = run->config, *learn = dt_config_get(config, "learn");
    const dt_entry *model = dt_room_find(&dt_model_room, dt_config_name(dt_config_get(config, "model")));
    dt_strategy strategy;
    if (!learn->truth || dt_model_of(model)->gradient == NULL) return false;
    if (dt_strategy_open(&strategy, dt_config_get(config, "strategy"), scratch) != DT_OK) return false;
    const dt_strategy_type *type = strategy.type;
    if (type->timeless == NULL || type->judged == DT_JUDGED_NOTHING || !type->timeless(strategy.state, config)) return false;
    if (dt_config_get(config, "faults") != NULL || dt_run_durable(config)) return false;
    if (dt_config_get(config, "attack") != NULL && !training_named(config, "attack", "none")) return false;
    if (training_timed(config) || training_drifts(plan, run, type)) return false;
    return training_packs(config, type, parts, scratch);
}

/* Is the key a part of what is learnt? */
static bool training_counts(const char *key, const parting *parts) {
    if (strcmp(key, "collective") == 0) return parts->exchanges;
    if (strcmp(key, "queue") == 0) return parts->queues;
    if (strcmp(key, "platform") == 0 || strcmp(key, "sites") == 0) return parts->sites;
    return strcmp(key, "servers") == 0 ? parts->ranges : !training_of_time(key);
}

static uint64_t training_hash(const dt_plan_run *run, size_t workers, const parting *parts, dt_arena *scratch) {
    double servers = training_number(run->config, "servers.count");
    uint64_t hash = dt_hash(dt_hash(0, &workers, sizeof workers), &servers, sizeof servers);
    for (const dt_config *c = run->config->first; c != NULL; c = c->next) {
        if (!training_counts(c->key, parts)) continue;
        const char *json = dt_config_json(c, scratch);
        hash = dt_hash(hash, c->key, strlen(c->key) + 1);
        hash = dt_hash(hash, json, strlen(json) + 1);
    }
    return hash == 0 ? 1 : hash;
}

uint64_t dt_plan_training(const dt_plan *plan, const dt_plan_run *run) {
    dt_arena *scratch = dt_arena_new(0);
    size_t workers = dt_plan_workers(run);
    parting parts = { true, true, true, true };
    uint64_t hash = 0;
    if (workers > 0 && training_timeless(plan, run, &parts, scratch)) hash = training_hash(run, workers, &parts, scratch);
    dt_arena_free(scratch);
    return hash;
}
