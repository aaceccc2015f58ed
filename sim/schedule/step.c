/* step.c - the rate falls by a factor at given epochs.
 * Source: standard; factor^(number of epochs in at that have been reached). */
#include "schedule/schedule.h"

typedef struct step_state {
    dt_list at;
    double  factor;
} step_state;

static double step_factor(const void *state, double epoch, long step) {
    const step_state *s = state;
    (void)step;
    double factor = 1;
    for (size_t i = 0; i < s->at.count; i++)
        if (epoch >= s->at.item[i]) factor *= s->factor;
    return factor;
}

static const dt_param step_params[] = {
    { "at", DT_LIST, offsetof(step_state, at), 0, 0, 1e9, "1", "epochs at which the rate falls", "30 60 90", NULL },
    { "factor", DT_REAL, offsetof(step_state, factor), 0.1, 1e-6, 1e6, "1", "what the rate is multiplied by there",
      NULL, NULL },
    { 0 }
};

const dt_schedule_type dt_schedule_step = {
    .is = { "step", "The rate falls by a factor at given epochs.", "standard", step_params, sizeof(step_state) },
    .factor = step_factor,
};
