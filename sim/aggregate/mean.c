/* mean.c - a mean in which every vector counts the same.
 * When: workers shall have equal influence however many samples they have, as in gradient averaging with equal batches.  A single
 * Byzantine worker can move the mean anywhere.
 * Source: the mean, w_i = 1 / count. */
#include "aggregate/aggregate.h"

static void mean_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    (void)pool;
    (void)state;
    for (size_t i = 0; i < in->count; i++) weight[i] = 1 / (double)in->count;
}

const dt_aggregate_type dt_aggregate_mean = {
    .is = { "mean", "A mean in which every vector counts the same.", "w_i = 1 / count", NULL, 0 },
    .partial = true, .weigh = mean_weigh,
};
