/* bimodal.c - fast most of the time, slow now and then: the simplest straggler.
 * When: hosts are slowed down by other jobs from time to time.
 * Source: X = slow with probability share, else fast. */
#include "distribution/distribution.h"
#include <gsl/gsl_randist.h>

typedef struct bimodal { double slow, share, fast; } bimodal;

static double bimodal_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const bimodal *b = state;
    (void)turn;
    return gsl_ran_bernoulli(rng, b->share) ? b->slow : b->fast;
}

static double bimodal_mean(const void *state, long rank) {
    const bimodal *b = state;
    (void)rank;
    return b->share * b->slow + (1 - b->share) * b->fast;
}

static const dt_param bimodal_params[] = {
    DT_REAL_PARAM(bimodal, slow, 5, 0, 1e300, "s", "the rare value, that of a straggler"),
    DT_REAL_PARAM(bimodal, share, 0.1, 0, 1, "1", "probability of the rare value"),
    DT_REAL_PARAM(bimodal, fast, 1, 0, 1e300, "s", "the common value"),
    { 0 }
};

const dt_distribution_type dt_distribution_bimodal = {
    .is = { "bimodal", "Fast most of the time, slow now and then: transient stragglers.",
            "X = slow with probability share, else fast",
            bimodal_params, sizeof(bimodal) },
    .draw = bimodal_draw, .mean = bimodal_mean,
};
