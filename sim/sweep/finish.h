/* finish.h - the last act of a sweep, whether its runs were just carried out or are merged from shards: the file, the
 * table, what failed, and the claims. */
#ifndef DT_SWEEP_FINISH_H
#define DT_SWEEP_FINISH_H

#include "sweep/gather.h"
#include "sweep/place.h"
#include "sweep/sweep.h"

/* Write place's file, leave the place, print what there is to say, and count it into outcome.  A signal to stop while
 * the file is written ends the program with exit status 130 and a sentence; the runs are kept.
 * Errors: DT_EIO, and those of the claims. */
dt_status dt_finish(const dt_plan *plan, const dt_ending *ending, const dt_hosting *hosting, dt_place *place,
                    bool quiet, dt_sweep_outcome *outcome, dt_arena *arena);

#endif
