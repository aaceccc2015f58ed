/* inverse.c - the learning rate falls as one over the training's progress: 1 / (1 + progress / at).
 * When: convergence to the minimum is asked for, however long it takes (the conditions of Robbins and Monro hold).
 * Source: Robbins, Monro 1951, "A Stochastic Approximation Method"; Bottou 2012, "Stochastic Gradient Descent Tricks", section
 * 5.2. */
#include "schedule/schedule.h"

typedef struct inverse { double at; } inverse;

static double inverse_factor(const void *state, double progress) {
    return 1 / (1 + progress / ((const inverse *)state)->at);
}

static const dt_param inverse_params[] = {
    DT_REAL_PARAM(inverse, at, 10, 1e-6, 1e15, "1", "where the rate is halved: epochs = 10, or rounds, steps"),
    { 0 }
};

const dt_schedule_type dt_schedule_inverse = {
    .is = { "inverse", "The learning rate falls as one over the training's progress.", "Bottou 2012, section 5.2", inverse_params,
            sizeof(inverse) },
    .factor = inverse_factor,
};
