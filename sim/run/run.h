/* run.h - one run of a plan, in a process of its own, from its configuration to its part file. */
#ifndef DT_RUN_RUN_H
#define DT_RUN_RUN_H

#include "base/tokens.h"
#include "run/plan.h"

typedef enum dt_run_phase { DT_RUN_BUILDING, DT_RUN_READING, DT_RUN_TRAINING, DT_RUN_WRITING } dt_run_phase;

/* What the parent process shows while a run goes on; in shared memory. */
typedef struct dt_run_progress {
    dt_run_phase phase;
    double begun_s;         /* by dt_meter_clock: when the training began */
    double time_s, loss;    /* simulated time so far; the newest evaluation's loss, or NaN */
    double share;           /* that is used up of the limit on steps, rounds, ... that is nearest to be reached */
    long   step;
    double gradients;       /* samples whose gradients were really computed, once the run has ended */
} dt_run_progress;

typedef struct dt_run_options {
    const char  *part;          /* the file to write; platform text and .part stand beside it */
    int          threads;       /* at most, of the compute pool, >= 1 */
    dt_tokens   *tokens;        /* that the runs of a sweep share the cores by; NULL: the run has its threads for itself */
    int          owner;         /* of a token already */
    dt_run_progress *progress;      /* NULL: it is not wanted */
    const char  *key, *program; /* what its result depends on (sweep/key.h), so that it can be found again */
    const dt_data *data;        /* its samples, shared with other runs (run/shared.h); NULL: the run reads them itself */
    const char  *tape;          /* the file that a training leaves for those that learn the same (run/training.h), or that this run
                                   replays; NULL: neither */
    bool         replay;        /* it computes no gradient and no evaluation, but takes from the tape what they come to */
    const char  *trained;       /* the key of the run that left the tape which it replays; NULL: it replays none */
} dt_run_options;

/* Carry out the run.  If the training fails (it diverges, deadlocks, or a data file has disappeared), the part file records the
 * reason, and the call succeeds.  A training leaves no tape if it cannot be written, or if the run has failed for another reason
 * than that it diverged; the run itself does not suffer from that.  If a tape does not fit a replay, the process ends with the
 * status DT_DIED + DT_EMISFIT, and leaves no part file.
 * Errors: only those of writing the part file. */
dt_status dt_run_execute(const dt_plan *plan, const dt_plan_run *run, const dt_run_options *options);

#endif
