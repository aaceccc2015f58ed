/* background.h - averages of models that nobody waits for.  A worker starts one with a snapshot of its model and goes on; a hand beside it
 * exchanges the messages.  When the mean has come, the worker adds mean - snapshot to the model that it has by then: what it has
 * learnt meanwhile stays.
 *
 *   idle ---- dt_worker_begin_average ----> under way ---- the mean has come: dt_worker_take_average ----> idle
 *
 * Every worker starts one average after another, so that number k of one worker is number k of all: it comes when the last of them
 * has started it.  Once a worker has ended, no further average comes. */
#ifndef DT_ROLE_BACKGROUND_H
#define DT_ROLE_BACKGROUND_H

#include "role/worker.h"

/* Start an average of the models, if none is under way: instant.  Models travel whole.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_worker_begin_average(dt_worker *w);

/* [time] x += mean - snapshot, if the mean has come; else nothing.  *age: the steps that it has taken since the snapshot; below 0 if
 * nothing has come.  Instant but for the sending that the hand has not ended. */
DT_CHECKED dt_status dt_worker_take_average(dt_worker *w, long *age);

/* Is one under way? */
bool dt_worker_averages(const dt_worker *w);

/* The loop ends: the snapshot is let go. */
void dt_worker_end_average(dt_worker *w);

/* Check that no host fails, and that the compressor loses nothing, as there is no common model that all could send changes of.
 * Errors: DT_EINVAL at the key at fault. */
dt_status dt_background_fit(const dt_config *scenario);

#endif
