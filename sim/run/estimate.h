/* estimate.h - how much arithmetic a plan asks for, before it is carried out. */
#ifndef DT_RUN_ESTIMATE_H
#define DT_RUN_ESTIMATE_H

#include "run/plan.h"

/* flops [runs]: of the gradients of each run, as far as its limits tell (the limit that comes first counts);
 * NaN where they do not, as when simulated time, bytes or rounds end it.  The data are loaded.
 * Errors: those of data, split, model and topology. */
dt_status dt_estimate(const dt_plan *plan, double *flops);

#endif
