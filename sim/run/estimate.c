/* estimate.c - samples that will be gone through, times the flops of one gradient; the data is loaded for it, and split as
 * the run would, and the graph of gossip is made, so that what does not fit together is found before anything runs. */
#include "run/estimate.h"
#include "run/inside.h"
#include <math.h>
#include <string.h>

/* Samples that all workers go through together, by the limits that count them: the least is reached first. */
static double estimate_samples(const dt_setting *s, const dt_stop *stop, double rows, double workers) {
    double step = (double)s->batch_size * (double)s->accumulate, least = HUGE_VAL;
    double batch = step > 0 ? fmin(step, ceil(rows / workers)) : rows / workers;
    if (stop->epochs > 0) least = fmin(least, stop->epochs * rows);
    if (stop->steps > 0) least = fmin(least, stop->steps * batch * workers);
    return least == HUGE_VAL ? NAN : least;
}

static dt_status estimate_split(const dt_plan_run *run, const dt_setting *setting, const dt_data *data, dt_arena *arena) {
    dt_shards shards;
    dt_samples samples = { data->train.rows, data->shape.classes, data->train.y, data->train.owner };
    size_t workers = dt_plan_workers(run);
    if (workers == 0) return DT_OK;
    return dt_split_make(dt_config_get(run->config, "split"), &samples, workers, (uint64_t)setting->seed, &shards, arena);
}

static dt_status estimate_run(const dt_plan_run *run, double *flops, dt_arena *arena) {
    dt_setting setting;
    dt_stop stop;
    dt_marking marking;
    dt_computing computing;
    dt_data data;
    dt_model model;
    dt_plan_read(run->config, &setting, &stop, &marking, &computing, arena);
    double workers = setting.workers > 0 ? (double)setting.workers : (double)run->platform->hosts;
    long seed = setting.data_seed > 0 ? setting.data_seed : setting.seed;
    DT_TRY(dt_data_load(dt_config_get(run->config, "data"), (uint64_t)seed, (size_t)workers, &data, arena));
    DT_TRY(dt_model_open(&model, dt_config_get(run->config, "model"), &data.shape, arena));
    DT_TRY(estimate_split(run, &setting, &data, arena));
    double trained = (double)data.train.rows * (1 - dt_config_at(run->config, "split.own")->number);
    double samples = estimate_samples(&setting, &stop, trained, workers);
    *flops = samples * (model.forward_flops + model.backward_flops);
    return DT_OK;
}

/* The graph of gossip is drawn or read for its faults alone; workers are known as above. */
static dt_status estimate_graph(const dt_plan_run *run, double *unused, dt_arena *arena) {
    dt_setting setting;
    dt_stop stop;
    dt_marking marking;
    dt_computing computing;
    dt_strategy strategy;
    dt_topology graph;
    (void)unused;
    dt_plan_read(run->config, &setting, &stop, &marking, &computing, arena);
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(run->config, "strategy"), arena));
    size_t workers = dt_plan_workers(run);
    if (!strategy.type->mixes || workers == 0) return DT_OK;
    return dt_topology_make(dt_config_get(run->config, "topology"), workers, (uint64_t)setting.seed, &graph, arena);
}

/* What is asked of a run, and the keys that it looks at: runs that are equal in them share one answer. */
typedef struct question {
    dt_status (*ask)(const dt_plan_run *run, double *answer, dt_arena *arena);
    const char *keys[8];
} question;

static const question questions[] = {
    { estimate_graph, { "topology", "strategy", "workers", "platform" } },
    { estimate_run, { "data", "split", "model", "stop", "batch_size", "accumulate", "workers", "platform" } },
};

static dt_status estimate_ask(const question *q, const dt_plan *plan, double *answer, dt_arena *keys) {
    const char **key = dt_arena_take(keys, plan->runs, sizeof *key);
    dt_status status = DT_OK;
    for (size_t i = 0; i < plan->runs && status == DT_OK; i++) {
        size_t same = 0;
        key[i] = dt_plan_text(&plan->run[i], q->keys, keys);
        while (same < i && strcmp(key[same], key[i]) != 0) same++;
        if (same < i) {
            answer[i] = answer[same];
            continue;
        }
        dt_arena *arena = dt_arena_new(1 << 20);
        status = q->ask(&plan->run[i], &answer[i], arena);
        dt_arena_free(arena);
    }
    return status;
}

dt_status dt_estimate(const dt_plan *plan, double *flops) {
    dt_arena *keys = dt_arena_new(1 << 16);
    dt_status status = DT_OK;
    for (size_t i = 0; i < sizeof questions / sizeof *questions && status == DT_OK; i++)
        status = estimate_ask(&questions[i], plan, flops, keys);
    dt_arena_free(keys);
    return status;
}
