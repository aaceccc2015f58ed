/* run.h - one run of a plan, in a process of its own, from its configuration to its part file. */
#ifndef DT_RUN_RUN_H
#define DT_RUN_RUN_H

#include "run/plan.h"

/* What the parent shows while a run goes on; shared memory. */
typedef struct dt_progress { double time_s, loss, share; long step; } dt_progress;

typedef struct dt_run_options {
    const char  *part;          /* the file to write; platform text and .part stand beside it */
    int          threads;       /* of the compute pool, >= 1 */
    dt_progress *progress;      /* NULL: nobody looks */
    const char  *key, *program; /* what its result hangs on (sweep/key.h), for whoever looks for it later */
} dt_run_options;

/* Carry out the run.  Whatever happens to the training (divergence, deadlock, a data file that went away) is
 * recorded in the part file with its reason, and the call succeeds.
 * Errors: only those of writing the part file. */
dt_status dt_run_execute(const dt_plan *plan, const dt_plan_run *run, const dt_run_options *options);

#endif
