/* gather.h - from part files to the one file of a sweep. */
#ifndef DT_RUN_GATHER_H
#define DT_RUN_GATHER_H

#include "run/plan.h"

/* How one run ended, read from its part file; the row of /sweep. */
typedef struct dt_ending {
    const char *part;       /* NULL: there is none, the process died */
    const char *status, *reason;
    const char *where;      /* key path where the configuration was refused before anything ran; else NULL */
    double      time_s, steps, rounds, loss, accuracy, bytes;
} dt_ending;

/* Real-time facts of a sweep, for /host. */
typedef struct dt_hosting { double real_s, peak_bytes; int jobs, threads; } dt_hosting;

/* Read the ending of the run whose part file is path; it must hold this configuration (else DT_ENOTFOUND). */
dt_status dt_gather_ending(const char *path, const dt_plan_run *run, dt_ending *ending, dt_arena *arena);

/* Write the file at out.  claim may be NULL.  fingerprint (NULL: not wanted) receives 17 bytes. */
dt_status dt_gather(const dt_plan *plan, const dt_ending *ending, const dt_claim *claim, size_t claims,
                    const dt_hosting *hosting, const char *out, char *fingerprint);

#endif
