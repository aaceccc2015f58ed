/* shifted_exponential.c - a least time that every step takes, and memoryless delays on top.
 * When: stragglers are modelled as in the literature on coded computation.
 * Source: Lee et al. 2018, "Speeding Up Distributed Machine Learning Using Codes", section II: shift + Exp(mean) (arXiv
 * 1512.02673). */
#include "distribution/distribution.h"
#include <gsl/gsl_randist.h>

typedef struct shifted { double shift, mean; } shifted;

static double shifted_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const shifted *s = state;
    (void)turn;
    return s->shift + gsl_ran_exponential(rng, s->mean);
}

static double shifted_mean(const void *state, long rank) {
    const shifted *s = state;
    (void)rank;
    return s->shift + s->mean;
}

static const dt_param shifted_params[] = {
    DT_REAL_PARAM(shifted, shift, 0.5, 0, 1e300, "s", "the least value"),
    DT_REAL_PARAM(shifted, mean, 0.5, 0, 1e300, "s", "mean of what comes on top: the whole has shift + mean"),
    { 0 }
};

const dt_distribution_type dt_distribution_shifted_exponential = {
    .is = { "shifted_exponential", "A least time and memoryless delays on top.", "Lee et al. 2018, section II",
            shifted_params, sizeof(shifted) },
    .draw = shifted_draw, .mean = shifted_mean,
};
