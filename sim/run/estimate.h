/* estimate.h - what the runs of a plan will take: arithmetic, real time, memory, bytes sent; and which of them will be refused. */
#ifndef DT_RUN_ESTIMATE_H
#define DT_RUN_ESTIMATE_H

#include "run/plan.h"

enum { DT_ESTIMATE_BUILDING_S = 30 };       /* of the processor: a run that takes longer to be built is not tried */

/* What one run takes.  NaN: the limits of the run do not tell, and it was not tried long enough. */
typedef struct dt_estimate {
    dt_status   refused;            /* not DT_OK: the run cannot begin, at this key, for this reason */
    const char *where, *reason;
    dt_status   failed;             /* not DT_OK: it begins and fails, for this reason, at this simulated time */
    double      failed_s;
    bool        slow;               /* building it was given up: it may be refused yet */
    bool        most;               /* a loss, an accuracy or a hook may end it earlier: the numbers are at most */
    bool        hook;               /* on_evaluate takes time that is known only of the calls that were tried */
    double      still_s;            /* not 0: the try ended when it had done nothing for so long */
    double      bytes;              /* sent */
    double      flops;              /* of all gradients */
    double      alone_s, shared_s;  /* seconds of the processor on the main thread, and those that several threads can share */
    double      replay_s;           /* alone_s of a run that replays the training of another one, and computes nothing */
    double      workers;            /* that compute at the same time, at most */
    double      memory, data;       /* bytes at the peak; of these the samples, which runs with the same data share */
} dt_estimate;

/* Try every run that differs from those before it in more than its seed (rehearse.h), for a few seconds in all.
 *   tick     called five times a second with the number of runs that are known
 *   [runs]   estimates; texts belong to arena
 * Errors: DT_EIO no process, or that of the first run if every run is refused. */
dt_status dt_estimate_all(const dt_plan *plan, void (*tick)(void *owner, size_t known), void *owner, dt_estimate *estimate, dt_arena *arena);

/* Make it the estimate of a run that computes no gradient and no evaluation, because it replays those of another one. */
void dt_estimate_replay(dt_estimate *estimate);

/* Seconds of real time and of the processor for all runs, and the most bytes of memory, with so many runs at a time on so many cores,
 * of which each may use so many.  loading_s: of reading the scenario.  Runs of which something is not known count for the memory alone. */
typedef struct dt_bill {
    double real_s, cpu_s, memory, run_memory, bytes, flops;
    size_t unknown;
    bool   most;
} dt_bill;
dt_bill dt_estimate_bill(const dt_estimate *estimate, size_t runs, double loading_s, int jobs, int threads, int cores);

#endif
