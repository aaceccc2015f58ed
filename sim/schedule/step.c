/* step.c - the learning rate falls by a factor at given points of the training.
 * When: a published training is repeated, such as that of ResNet-50 (epochs 30, 60, 80).
 * Source: standard; factor^(number of points in at that have been reached). */
#include "schedule/schedule.h"

typedef struct step_state {
    dt_list at;
    double  factor;
} step_state;

static double step_factor(const void *state, double progress) {
    const step_state *s = state;
    double factor = 1;
    for (size_t i = 0; i < s->at.count; i++)
        if (progress >= s->at.item[i]) factor *= s->factor;
    return factor;
}

static const dt_param step_params[] = {
    DT_LIST_PARAM(step_state, at, "30 60 90", 0, 1e15, "1", "where the rate falls: epochs = { 30, 60 }, or rounds, steps"),
    DT_REAL_PARAM(step_state, factor, 0.1, 1e-6, 1e6, "1", "what the rate is multiplied by there"),
    { 0 }
};

const dt_schedule_type dt_schedule_step = {
    .is = { "step", "The learning rate falls by a factor at given points of the training.", "standard", step_params,
            sizeof(step_state) },
    .factor = step_factor,
};
