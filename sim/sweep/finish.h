/* finish.h - the end of a sweep or of a merge of shards: write the file, print the table and the failures, and judge the claims. */
#ifndef DT_SWEEP_FINISH_H
#define DT_SWEEP_FINISH_H

#include "sweep/gather.h"
#include "sweep/place.h"
#include "sweep/sweep.h"

/* Write the file of place, leave the place, print the results, and count them into outcome.  If a signal comes while the file is
 * written, the program ends with a sentence and exit status 130, and the runs are kept.
 * Errors: DT_EIO, and those of the claims. */
dt_status dt_finish(const dt_plan *plan, const dt_ending *ending, const dt_hosting *hosting, dt_place *place,
                    bool quiet, dt_sweep_outcome *outcome, dt_arena *arena);

#endif
