/* pareto.c - heavy tails: a few values are very large.
 * When: stragglers dominate, as in shared clusters.  What breaks: up to shape 1 the mean is infinite, up to 2 the variance.
 * Source: P(X > x) = (scale / x)^shape for x >= scale, by GSL. */
#include "distribution/distribution.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct pareto { double scale, shape; } pareto;

static double pareto_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const pareto *p = state;
    (void)turn;
    return gsl_ran_pareto(rng, p->shape, p->scale);
}

static double pareto_mean(const void *state, long rank) {
    const pareto *p = state;
    (void)rank;
    return p->shape > 1 ? p->scale * p->shape / (p->shape - 1) : HUGE_VAL;
}

static const dt_param pareto_params[] = {
    DT_REAL_PARAM(pareto, scale, 0.5, 0, 1e100, "s", "the least value"),
    DT_REAL_PARAM(pareto, shape, 2, 0.1, 1e6, "1", "tail exponent; the mean is infinite up to 1, the variance up to 2"),
    { 0 }
};

const dt_distribution_type dt_distribution_pareto = {
    .is = { "pareto", "Heavy tails: a few values are very large, as of stragglers.", "P(X > x) = (scale / x)^shape", pareto_params,
            sizeof(pareto) },
    .draw = pareto_draw, .mean = pareto_mean,
};
