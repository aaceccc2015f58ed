/* weighted.c - a mean in which each vector counts by the samples behind it.
 * When: workers have shards of different sizes and the loss over all samples is to be minimised (FedAvg).  A Byzantine worker may
 * claim any number of samples.
 * Source: McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data", Algorithm 1 (arXiv
 * 1602.05629): w_i = n_i / n. */
#include "aggregate/aggregate.h"

static void weighted_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    (void)pool;
    double whole = 0;
    (void)state;
    for (size_t i = 0; i < in->count; i++) whole += in->size[i];
    for (size_t i = 0; i < in->count; i++) weight[i] = in->size[i] / whole;
}

const dt_aggregate_type dt_aggregate_weighted = {
    .is = { "weighted", "A mean in which each vector counts by the samples behind it, as in FedAvg.",
            "McMahan et al. 2017, Algorithm 1", NULL, 0 },
    .partial = true, .weigh = weighted_weigh,
};
