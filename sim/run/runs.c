/* runs.c - what is known of the runs of a plan once their platforms are: how many workers there are, whether what is drawn
 * and merged fits them; and their shares. */
#include "run/plan.h"
#include "base/warn.h"
#include "distribution/distribution.h"
#include "run/inside.h"
#include <string.h>

size_t dt_plan_workers(const dt_plan_run *run) {
    const dt_config *workers = dt_config_get(run->config, "workers");
    const dt_config *platform = dt_config_get(run->config, "platform");
    if (workers->kind == DT_CONFIG_TABLE) return (size_t)dt_config_get(workers, "count")->number;
    if (workers->number > 0) return (size_t)workers->number;
    bool named = platform->kind == DT_CONFIG_TABLE && dt_config_get(platform, "hash") == NULL;
    return named && dt_config_get(run->config, "server") == NULL && run->platform != NULL ? run->platform->hosts : 0;
}

static dt_status plan_draws(const dt_plan_run *run, const dt_plan_run *before, dt_arena *scratch) {
    enum { FACTORS = 2 };       /* the first paths are of factors, the others of amounts */
    static const char *const paths[] = { "slowness", "jitter", "compute.seconds", "faults.crash", "faults.recover",
                                         "faults.battery", "faults.stragglers.delay", "faults.servers.crash", "faults.servers.recover" };
    const dt_config *servers = dt_config_at(run->config, "servers.count");
    size_t workers = dt_plan_workers(run);
    bool alike = before != NULL && dt_plan_workers(before) == workers;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const dt_config *node = dt_config_at(run->config, paths[i]);
        dt_distribution dist;
        if (node == NULL || (alike && dt_config_equal(node, dt_config_at(before->config, paths[i])))) continue;
        DT_TRY(dt_distribution_open(&dist, node, paths[i], scratch));
        const char *note = i < FACTORS ? NULL : dt_distribution_note(&dist, scratch);
        if (note != NULL) dt_warn(paths[i], "%s", note);
        size_t draw = strncmp(paths[i], "faults.servers", 14) != 0 ? workers : servers == NULL ? 1 : (size_t)servers->number;
        if (draw > 0) DT_TRY(dt_distribution_fit(&dist, paths[i], draw));
    }
    return DT_OK;
}

static dt_status plan_late(const dt_plan_run *run) {
    const dt_config *count = dt_config_at(run->config, "faults.stragglers.count");
    size_t workers = dt_plan_workers(run);
    if (count == NULL || workers == 0 || (size_t)count->number <= workers) return DT_OK;
    return dt_fail_at(DT_EINVAL, "faults.stragglers.count", "expected no more stragglers than the %zu workers, got %.0f", workers, count->number);
}

/* Check that the aggregation rule gets enough vectors.  If only the platform says how many workers there are, the run checks it. */
static dt_status plan_vectors(const dt_plan_run *run, dt_arena *arena) {
    size_t workers = dt_plan_workers(run);
    dt_strategy strategy;
    dt_aggregate aggregate;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(run->config, "strategy"), arena));
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(run->config, "aggregate"), arena));
    if (workers == 0) return DT_OK;
    return dt_aggregate_check(&aggregate, dt_role_together(&strategy, workers));
}

/* Check that a round has clients enough for a sum that hides them; likewise. */
static dt_status plan_masked(const dt_plan_run *run, dt_arena *arena) {
    size_t workers = dt_plan_workers(run);
    dt_strategy strategy;
    if (dt_config_get(run->config, "secure_aggregation") == NULL || workers == 0) return DT_OK;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(run->config, "strategy"), arena));
    return dt_secure_check(dt_role_together(&strategy, workers), workers);
}

/* Check that so many workers can lie; likewise. */
static dt_status plan_liars(const dt_plan_run *run, dt_arena *arena) {
    const dt_config *node = dt_config_get(run->config, "attack");
    size_t workers = dt_plan_workers(run);
    dt_attack attack;
    return node == NULL || workers == 0 ? DT_OK : dt_attack_open(&attack, node, workers, 0, arena);
}

/* Likewise for a code, which may want groups of equal size. */
static dt_status plan_code(const dt_plan_run *run, const dt_plan_run *before, dt_arena *arena) {
    const dt_config *node = dt_config_get(run->config, "code"), *same = before == NULL ? NULL : dt_config_get(before->config, "code");
    size_t workers = dt_plan_workers(run);
    dt_strategy strategy;
    dt_code code;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(run->config, "strategy"), arena));
    if (!strategy.type->codes || workers == 0 || (same != NULL && dt_config_equal(node, same) && workers == dt_plan_workers(before))) return DT_OK;
    return dt_code_open(&code, node, workers, (uint64_t)dt_config_get(run->config, "seed")->number, arena);
}

dt_status dt_plan_check(const dt_plan_run *run, const dt_plan_run *before) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = plan_draws(run, before, scratch);
    if (status == DT_OK) status = plan_late(run);
    if (status == DT_OK) status = plan_code(run, before, scratch);
    if (status == DT_OK) status = plan_vectors(run, scratch);
    if (status == DT_OK) status = plan_masked(run, scratch);
    if (status == DT_OK) status = plan_liars(run, scratch);
    const dt_config *joules = dt_config_at(run->config, "stop.joules");
    if (status == DT_OK && joules != NULL && joules->number > 0 && run->platform != NULL && !run->platform->powers)
        status = dt_fail_at(DT_EINVAL, "stop.joules", "the platform has no power figures, so no energy is counted: expected hosts with "
                            "the property wattage_per_state (in lan and wan: busy_watts), or another limit");
    dt_arena_free(scratch);
    return status;
}

const char *dt_plan_text(const dt_plan_run *run, const char *const *keys, dt_arena *arena) {
    const char *text = "";
    for (; *keys != NULL; keys++) {
        const dt_config *node = dt_config_get(run->config, *keys);
        text = dt_arena_text(arena, "%s %s", text, node == NULL ? "-" : dt_config_json(node, arena));
    }
    return text;
}

dt_status dt_plan_shard(const dt_plan *whole, long index, long of, dt_plan *shard, dt_arena *arena) {
    if ((size_t)of > whole->runs)
        return dt_fail(DT_EINVAL, "--shard %ld/%ld: %s has no more than %zu run%s to share out", index, of, whole->path,
                       whole->runs, whole->runs == 1 ? "" : "s");
    const dt_plan all = *whole;
    dt_plan_run *run = dt_arena_take(arena, all.runs, sizeof *run);
    size_t runs = 0;
    for (size_t i = (size_t)index - 1; i < all.runs; i += (size_t)of) run[runs++] = all.run[i];
    *shard = all;
    shard->run = run;
    shard->runs = runs;
    shard->claims = NULL;
    shard->shard = (dt_shard){ index, of, all.runs, all.run };
    return DT_OK;
}
