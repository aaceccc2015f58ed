/* constant.c - always the same value.
 * When: no randomness is wanted, such as for closed forms.
 * Source: the degenerate distribution. */
#include "distribution/distribution.h"

typedef struct constant { double value; } constant;

static double constant_draw(const void *state, dt_rng *rng, dt_turn turn) {
    (void)rng;
    (void)turn;
    return ((const constant *)state)->value;
}

static double constant_mean(const void *state, long rank) {
    (void)rank;
    return ((const constant *)state)->value;
}

static const dt_param constant_params[] = {
    DT_REAL_PARAM(constant, value, 1, 0, 1e300, "s", "the value"),
    { 0 }
};

const dt_distribution_type dt_distribution_constant = {
    .is = { "constant", "Always the same value.", "the degenerate distribution", constant_params, sizeof(constant) },
    .draw = constant_draw, .mean = constant_mean,
};
