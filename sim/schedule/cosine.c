/* cosine.c - the rate falls along half a wave, and stays at the floor.
 * Source: Loshchilov, Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", eq. 5, one period. */
#include "schedule/schedule.h"
#include <math.h>

typedef struct cosine { double epochs, floor; } cosine;

static double cosine_factor(const void *state, double epoch, long step) {
    const cosine *s = state;
    (void)step;
    double part = epoch < s->epochs ? epoch / s->epochs : 1;
    return s->floor + (1 - s->floor) * 0.5 * (1 + cos(M_PI * part));
}

static const dt_param cosine_params[] = {
    { "epochs", DT_REAL, offsetof(cosine, epochs), 100, 1e-6, 1e9, "1", "epochs until the floor", NULL, NULL },
    { "floor", DT_REAL, offsetof(cosine, floor), 0.001, 1e-9, 1, "1", "least share of the rate", NULL, NULL },
    { 0 }
};

const dt_schedule_type dt_schedule_cosine = {
    .is = { "cosine", "The rate falls along half a wave to a floor.", "Loshchilov, Hutter 2017, eq. 5", cosine_params,
            sizeof(cosine) },
    .factor = cosine_factor,
};
