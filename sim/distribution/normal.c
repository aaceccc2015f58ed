/* normal.c - a normal distribution without its negative part, which is drawn again.
 * When: values vary a little around a mean; for sd not small against mean the mean of the values is above mean.
 * Source: Johnson, Kotz, Balakrishnan 1994, "Continuous Univariate Distributions" 1, 13.10.1: the mean of the rest is
 * m + sd phi(m / sd) / Phi(m / sd), above m as soon as sd is not small. */
#include "distribution/distribution.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

typedef struct normal { double mean, sd; } normal;

static double normal_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const normal *d = state;
    double x;
    (void)turn;
    do x = d->mean + gsl_ran_gaussian_ziggurat(rng, d->sd);
    while (x < 0);      /* at most every second one, for mean >= 0 */
    return x;
}

static double normal_mean(const void *state, long rank) {
    const normal *d = state;
    (void)rank;
    if (d->sd == 0) return d->mean;
    double ratio = d->mean / d->sd;
    return d->mean + d->sd * gsl_ran_ugaussian_pdf(ratio) / gsl_cdf_ugaussian_P(ratio);
}

static const dt_param normal_params[] = {
    DT_REAL_PARAM(normal, mean, 1, 0, 1e100, "s", "mean before negative values are drawn again"),
    DT_REAL_PARAM(normal, sd, 0.1, 0, 1e100, "s", "standard deviation before that"),
    { 0 }
};

const dt_distribution_type dt_distribution_normal = {
    .is = { "normal", "Normal; negative values are drawn again.", "Johnson, Kotz, Balakrishnan 1994, 13.10.1",
            normal_params, sizeof(normal) },
    .draw = normal_draw, .mean = normal_mean,
};
