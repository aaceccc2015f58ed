/* estimate.h - how much arithmetic a plan takes, before it is carried out. */
#ifndef DT_RUN_ESTIMATE_H
#define DT_RUN_ESTIMATE_H

#include "run/plan.h"

/* Write the flops of the gradients of each run into flops [runs], by the limit that comes first; NaN if the limits do not tell, for
 * instance if simulated time, bytes or rounds end the run.  It loads the data.
 * Errors: those of data, split, model and topology. */
dt_status dt_estimate(const dt_plan *plan, double *flops);

#endif
