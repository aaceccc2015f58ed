/* training.h - which runs of a plan learn the same, whatever they take in time. */
#ifndef DT_RUN_TRAINING_H
#define DT_RUN_TRAINING_H

#include "run/plan.h"
#include <stdint.h>

/* Two runs of a plan with an equal number learn the same: one of them can train and leave a tape that the other one replays
 * (dt_run_options).  The number covers every key that the learning depends on, but not the contents of files of data, and not the
 * program.  0: what is learnt depends on time, or nobody can tell; the run trains by itself. */
uint64_t dt_plan_training(const dt_plan *plan, const dt_plan_run *run);

#endif
