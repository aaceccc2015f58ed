/* cosine.c - the learning rate falls along half a cosine wave, and stays at the floor.
 * When: the length of the training is known, since the fall ends at `at`.
 * Source: Loshchilov, Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", eq. 5, one period (arXiv
 * 1608.03983). */
#include "schedule/schedule.h"
#include <math.h>

typedef struct cosine { double at, floor; } cosine;

static double cosine_factor(const void *state, double progress) {
    const cosine *s = state;
    double part = progress < s->at ? progress / s->at : 1;
    return s->floor + (1 - s->floor) * 0.5 * (1 + cos(M_PI * part));
}

static const dt_param cosine_params[] = {
    DT_REAL_PARAM(cosine, at, 100, 1e-6, 1e15, "1", "where the floor is reached: epochs = 100, or rounds, steps"),
    DT_REAL_PARAM(cosine, floor, 0.001, 1e-9, 1, "1", "smallest share of the rate"),
    { 0 }
};

const dt_schedule_type dt_schedule_cosine = {
    .is = { "cosine", "The learning rate falls along half a cosine wave to a floor.", "Loshchilov, Hutter 2017, eq. 5",
            cosine_params,
            sizeof(cosine) },
    .factor = cosine_factor,
};
