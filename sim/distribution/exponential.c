/* exponential.c - memoryless delays.
 * When: the standard model of stragglers in theory: the slowest of p workers takes H_p = 1 + 1/2 + ... + 1/p times the mean.
 * Source: density exp(-x / mean) / mean, by GSL. */
#include "distribution/distribution.h"
#include <gsl/gsl_randist.h>

typedef struct exponential { double mean; } exponential;

static double exponential_draw(const void *state, dt_rng *rng, dt_turn turn) {
    (void)turn;
    return gsl_ran_exponential(rng, ((const exponential *)state)->mean);
}

static double exponential_mean(const void *state, long rank) {
    (void)rank;
    return ((const exponential *)state)->mean;
}

static const dt_param exponential_params[] = {
    DT_REAL_PARAM(exponential, mean, 1, 0, 1e300, "s", "the mean, also the standard deviation"),
    { 0 }
};

const dt_distribution_type dt_distribution_exponential = {
    .is = { "exponential", "Memoryless delays: the mean is also the standard deviation.", "density exp(-x / mean) / mean",
            exponential_params,
            sizeof(exponential) },
    .draw = exponential_draw, .mean = exponential_mean,
};
