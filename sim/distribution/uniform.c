/* uniform.c - all values between two bounds are equally likely.
 * When: only the bounds of a delay or a factor are known.
 * Source: density 1 / (high - low), by GSL. */
#include "distribution/distribution.h"
#include <gsl/gsl_randist.h>

typedef struct uniform { double low, high; } uniform;

static dt_status uniform_init(void *state, const char *path, dt_arena *run) {
    const uniform *u = state;
    if (u->low <= u->high) return DT_OK;
    return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.high", path), "expected a number of at least low, %g, got %g", u->low,
                      u->high);
}

static double uniform_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const uniform *u = state;
    (void)turn;
    return gsl_ran_flat(rng, u->low, u->high);
}

static double uniform_mean(const void *state, long rank) {
    const uniform *u = state;
    (void)rank;
    return (u->low + u->high) / 2;
}

static const dt_param uniform_params[] = {
    DT_REAL_PARAM(uniform, low, 0.5, 0, 1e300, "s", "the least value"),
    DT_REAL_PARAM(uniform, high, 1.5, 0, 1e300, "s", "the largest value"),
    { 0 }
};

const dt_distribution_type dt_distribution_uniform = {
    .is = { "uniform", "Anything between two bounds alike.", "density 1 / (high - low)", uniform_params,
            sizeof(uniform) },
    .init = uniform_init, .draw = uniform_draw, .mean = uniform_mean,
};
