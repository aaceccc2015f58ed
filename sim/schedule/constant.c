/* constant.c - the learning rate stays as it is.
 * When: as a baseline, or for few rounds; with noisy gradients the loss stops falling at a floor that grows with the rate.
 * Source: standard; factor 1. */
#include "schedule/schedule.h"

static double constant_factor(const void *state, double progress) {
    (void)state, (void)progress;
    return 1;
}

const dt_schedule_type dt_schedule_constant = {
    .is = { "constant", "The learning rate stays as it is.", "standard", NULL, 0 }, .factor = constant_factor,
};
