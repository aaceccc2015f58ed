/* shared.h - the data sets that runs of a sweep have in common.  Each is read once, by a process of its own (the reader), into memory
 * that the runs that are forked later see at the same address, without a copy, and cannot change.
 *
 * What the process that forks the runs does, for each run:
 *   dt_shared_ready   before it forks; false: the reader is at work, so ask again after a child has ended
 *   dt_shared_ended   for every child that ended, with what waitpid told: it may be a reader
 *   dt_shared_data    what the run gets (dt_run_options); NULL: the run reads the data set itself
 *   dt_shared_done    when the run has ended, or is known not to begin: the memory is freed with the last run of a data set
 * A data set is not shared if a single run needs it, if there is no memory, or if reading it failed: the run then finds what is
 * wrong, and records the reason.  Nothing of that is an error here. */
#ifndef DT_RUN_SHARED_H
#define DT_RUN_SHARED_H

#include "data/data.h"
#include "run/plan.h"
#include <sys/types.h>

typedef struct dt_shared dt_shared;

/* Find which runs of plan have equal samples: equal data, and an equal seed and number of workers where the data depends on them.
 * Nothing is read yet.  plan and arena must outlive it. */
dt_shared *dt_shared_open(const dt_plan *plan, dt_arena *arena);

/* True if the run may begin.  The first call for a data set that at least two runs need forks its reader. */
bool dt_shared_ready(dt_shared *shared, size_t run);

/* The same for a caller that has nothing else to do: return when the run may begin. */
void dt_shared_wait(dt_shared *shared, size_t run);

/* A child of this process has ended.  False: it was no reader. */
bool dt_shared_ended(dt_shared *shared, pid_t pid, int wait_status);

/* How many readers are at work. */
size_t dt_shared_readers(const dt_shared *shared);

/* The samples of a run that may begin, or NULL. */
const dt_data *dt_shared_data(const dt_shared *shared, size_t run);

/* Bytes of the samples that only other runs need, and that a run has from its parent all the same. */
size_t dt_shared_foreign(const dt_shared *shared, size_t run);

/* The run does not need its samples any more.  Call it once for each run. */
void dt_shared_done(dt_shared *shared, size_t run);

/* End all readers, and free all memory. */
void dt_shared_close(dt_shared *shared);

#endif
