/* lognormal.c - the logarithm is normal: many random factors multiplied.
 * When: measured step times have a long tail to the right and no values near 0.
 * Source: ln X ~ N(ln(mean) - sigma^2 / 2, sigma^2), so that the mean stays while sigma is swept; the median is
 * mean exp(-sigma^2 / 2); drawn by GSL. */
#include "distribution/distribution.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct lognormal { double mean, sigma; } lognormal;

static double lognormal_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const lognormal *l = state;
    (void)turn;
    return gsl_ran_lognormal(rng, log(l->mean) - l->sigma * l->sigma / 2, l->sigma);
}

static double lognormal_mean(const void *state, long rank) {
    (void)rank;
    return ((const lognormal *)state)->mean;
}

static const dt_param lognormal_params[] = {
    DT_REAL_PARAM(lognormal, mean, 1, 1e-300, 1e100, "s",
                  "the mean of the values themselves; the median is mean exp(-sigma^2 / 2)"),
    DT_REAL_PARAM(lognormal, sigma, 0.5, 0, 10, "1", "standard deviation of the logarithm"),
    { 0 }
};

const dt_distribution_type dt_distribution_lognormal = {
    .is = { "lognormal", "The logarithm is normal: factors that multiply up.",
            "ln X ~ N(ln(mean) - sigma^2 / 2, sigma^2)", lognormal_params, sizeof(lognormal) },
    .draw = lognormal_draw, .mean = lognormal_mean,
};
