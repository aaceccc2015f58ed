/* constant.c - the rate stays as it is.
 * Source: standard; factor 1. */
#include "schedule/schedule.h"

static double constant_factor(const void *state, double progress) {
    (void)state, (void)progress;
    return 1;
}

const dt_schedule_type dt_schedule_constant = {
    .is = { "constant", "The learning rate stays as it is.", "standard", NULL, 0 }, .factor = constant_factor,
};
