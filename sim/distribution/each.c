/* each.c - every worker has a value of its own, which is written in the scenario: slowness = { 4, 1, 1, 1 }.
 * When: the mixture of machines is known.  The list must be as long as there are workers.
 * Source: the user's list. */
#include "distribution/distribution.h"

typedef struct each { dt_list values; } each;

static dt_status each_init(void *state, const char *path, dt_arena *run) {
    (void)run;
    if (((const each *)state)->values.count > 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, path, "expected a list of at least 1 value, got an empty one");
}

static dt_status each_fit(const void *state, const char *path, size_t workers) {
    size_t count = ((const each *)state)->values.count;
    if (count == workers) return DT_OK;
    return dt_fail_at(DT_EINVAL, path, "expected one value for each worker, %zu in all, got %zu", workers, count);
}

static double each_mean(const void *state, long rank) {
    const dt_list *values = &((const each *)state)->values;
    return values->item[(size_t)rank % values->count];
}

static double each_draw(const void *state, dt_rng *rng, dt_turn turn) {
    (void)rng;
    return each_mean(state, turn.rank);
}

static const dt_param each_params[] = {
    DT_LIST_PARAM(each, values, "1", 0, 1e300, "s", "one value for each worker, in the order of ranks"),
    { 0 }
};

const dt_distribution_type dt_distribution_each = {
    .is = { "each", "Every worker has its own value: { 4, 1, 1, 1 }.", "the user's list", each_params, sizeof(each) },
    .init = each_init, .fit = each_fit, .draw = each_draw, .mean = each_mean,
};
