/* gather.h - assemble the one file of a sweep from the records of its runs. */
#ifndef DT_SWEEP_GATHER_H
#define DT_SWEEP_GATHER_H

#include "sweep/ending.h"

/* What the real machine spent on a sweep, for the group /host. */
typedef struct dt_hosting {
    double planning_s;      /* before the first run began */
    double real_s;          /* since then */
    double peak_bytes;      /* of the largest run */
    int    jobs, threads;
} dt_hosting;

/* Write the file at out, in a process of its own.  claim may be NULL.  fingerprint (NULL: not wanted) receives 17
 * bytes.
 * Errors: DT_EIO (the system's refusal, or that HDF5 has crashed), DT_EFORMAT (a part); nothing new is left at out. */
dt_status dt_gather(const dt_plan *plan, const dt_ending *ending, const dt_claim *claim, size_t claims,
                    const dt_hosting *hosting, const char *out, char *fingerprint);

#endif
