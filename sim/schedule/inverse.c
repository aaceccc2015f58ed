/* inverse.c - the rate falls as one over the number of steps: 1 / (1 + step / steps).
 * Source: Robbins, Monro 1951; Bottou 2012, "Stochastic Gradient Descent Tricks", sec. 5.2. */
#include "schedule/schedule.h"

typedef struct inverse { double steps; } inverse;

static double inverse_factor(const void *state, double epoch, long step) {
    (void)epoch;
    return 1 / (1 + (double)step / ((const inverse *)state)->steps);
}

static const dt_param inverse_params[] = {
    { "steps", DT_REAL, offsetof(inverse, steps), 1000, 1e-3, 1e15, "1", "steps after which the rate is halved", NULL,
      NULL },
    { 0 }
};

const dt_schedule_type dt_schedule_inverse = {
    .is = { "inverse", "The rate falls as one over the number of steps.", "Bottou 2012, section 5.2", inverse_params,
            sizeof(inverse) },
    .factor = inverse_factor,
};
