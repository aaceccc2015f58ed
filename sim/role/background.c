/* background.c - averages that go on while the workers train. */
#include "role/background.h"
#include "role/absence.h"
#include "role/steps.h"

bool dt_worker_averages(const dt_worker *w) { return w->aside.snapshot != NULL; }

dt_status dt_worker_begin_average(dt_worker *w) {
    if (dt_worker_averages(w)) return DT_OK;
    dt_vec *told = dt_worker_tell(w, w->x, NULL);
    dt_share share = { .x = told->x, .of = told, .size = (double)w->samples, .value = w->loss, .step = w->step };
    dt_status status = dt_collective_start(w->team->collective, (size_t)w->rank, NULL, &share, &w->aside.number);
    if (status == DT_OK) w->aside.snapshot = dt_vec_keep(w->x);
    w->aside.step = w->step;
    dt_vec_drop(told);
    return status;
}

/* What has been learnt since the snapshot, from the mean on. */
static void background_correct(dt_worker *w, const dt_vec *mean) {
    dt_vec *next = dt_vec_take(w->learning->vectors);
    const float *x = w->x->x, *from = w->aside.snapshot->x;
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    for (size_t e = 0; next->x != NULL && e < next->n; e++) next->x[e] = (float)((double)mean->x[e] + ((double)x[e] - from[e]));
    dt_meter_end(dt_pool_meter(w->learning->threads));
    dt_worker_replace(w, next);
}

dt_status dt_worker_take_average(dt_worker *w, long *age) {
    dt_collective *c = w->team->collective;
    dt_vec *mean;
    dt_outcome outcome;
    *age = -1;
    if (!dt_worker_averages(w) || !dt_collective_done(c, (size_t)w->rank, w->aside.number)) return DT_OK;
    DT_TRY(dt_collective_await(c, (size_t)w->rank, w->aside.number, &mean, &outcome));
    background_correct(w, mean);
    dt_vec_drop(mean);
    *age = w->step - w->aside.step;
    dt_monitor_merged(w->monitor, *age, 1);
    dt_worker_end_average(w);
    return DT_OK;
}

void dt_worker_end_average(dt_worker *w) {
    dt_vec_drop(w->aside.snapshot);
    w->aside.snapshot = NULL;
}

static dt_status background_fit(const dt_config *scenario, dt_arena *scratch) {
    const dt_config *compress = dt_config_get(scenario, "compress");
    const char *key = dt_role_absence(scenario), *name = dt_config_name(dt_config_get(scenario, "strategy"));
    if (key != NULL)
        return dt_fail_at(DT_EINVAL, dt_arena_text(scratch, "faults.%s", key), "\"%s\" averages in the background, and workers that fail, or "
                          "that links cut off, are not supported there yet: expected strategy = \"localsgd\", or faults without %s", name, key);
    if (compress == NULL || !dt_compress_of(dt_room_find(&dt_compress_room, dt_config_name(compress)))->lossy) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress", "workers of \"%s\" have no common model that they could send compressed changes of: expected "
                      "\"none\", or strategy = \"gossip\"", name);
}

dt_status dt_background_fit(const dt_config *scenario) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = background_fit(scenario, scratch);
    dt_arena_free(scratch);
    return status;
}
