/* trimmed.c - of every entry by itself the mean without its largest and its smallest values.
 * When: some workers may be Byzantine, fewer than the share beta; it uses more of what the honest ones send than the median does.
 * Source: Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", Definition 2 (arXiv
 * 1803.01498). */
#include "aggregate/aggregate.h"
#include <gsl/gsl_sort_float.h>
#include <math.h>

typedef struct trimmed { double beta; } trimmed;

static void trimmed_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    (void)state;
    (void)pool;
    for (size_t i = 0; i < in->count; i++) weight[i] = 1 / (double)in->count;
}

/* A NaN sorts as the largest number. */
static void trimmed_merge(const void *state, const dt_inputs *in, const double *weight, size_t first, size_t last,
                          float *column, float *out) {
    size_t cut = (size_t)(((const trimmed *)state)->beta * (double)in->count + 1e-9);
    (void)weight;
    for (size_t e = first; e < last; e++) {
        double sum = 0;
        for (size_t i = 0; i < in->count; i++) column[i] = isnan(in->x[i][e]) ? INFINITY : in->x[i][e];
        gsl_sort_float(column, 1, in->count);
        for (size_t i = cut; i < in->count - cut; i++) sum += column[i];
        out[e] = (float)(sum / (double)(in->count - 2 * cut));
    }
}

/* The flops: the comparisons of a sort, and the sum. */
static double trimmed_flops(const void *state, size_t count, size_t n) {
    (void)state;
    return (double)n * (double)count * (1 + log2((double)count));
}

static const dt_param trimmed_params[] = {
    DT_REAL_PARAM(trimmed, beta, 0.1, 0, 0.499, "1", "share of the vectors that is cut off at each end of an entry's values"),
    { 0 }
};

const dt_aggregate_type dt_aggregate_trimmed = {
    .is = { "trimmed", "The mean of every entry without its largest and smallest values; sizes do not count.",
            "Yin et al. 2018, Definition 2", trimmed_params, sizeof(trimmed) },
    .flops = trimmed_flops, .weigh = trimmed_weigh, .merge = trimmed_merge,
};
