/* median.c - the median of every entry by itself.
 * When: fewer than half of the workers may be Byzantine; they cannot move the median at will.  What breaks: it ignores most of
 * what honest workers send, so with non-IID data it is far from their mean.
 * Source: Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", Definition 1 (arXiv
 * 1803.01498). */
#include "aggregate/aggregate.h"
#include <gsl/gsl_statistics_float.h>
#include <math.h>

static void median_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    (void)pool;
    (void)state;
    for (size_t i = 0; i < in->count; i++) weight[i] = 1 / (double)in->count;
}

static void median_merge(const void *state, const dt_inputs *in, const double *weight, size_t first, size_t last,
                         float *column, float *out) {
    (void)state;
    (void)weight;
    for (size_t e = first; e < last; e++) {
        for (size_t i = 0; i < in->count; i++) column[i] = in->x[i][e];
        out[e] = (float)gsl_stats_float_median(column, 1, in->count);
    }
}

/* The flops: the comparisons that finding the middle of count values takes on average, 2 (1 + ln 2) count (Knuth, volume 3, section
 * 5.3.3, on Hoare's FIND). */
static double median_flops(const void *state, size_t count, size_t n) {
    (void)state;
    return 2 * (1 + M_LN2) * (double)count * (double)n;
}

const dt_aggregate_type dt_aggregate_median = {
    .is = { "median", "The median of every entry by itself; sizes do not count.", "Yin et al. 2018, Definition 1", NULL,
            0 },
    .flops = median_flops, .weigh = median_weigh, .merge = median_merge,
};
