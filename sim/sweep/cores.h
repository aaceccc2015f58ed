/* cores.h - how many runs go on at a time, and how many threads they have. */
#ifndef DT_SWEEP_CORES_H
#define DT_SWEEP_CORES_H

#include "sweep/sweep.h"

typedef struct dt_cores {
    int jobs;           /* runs at a time */
    int threads;        /* of one run, at most */
    int cores;          /* threads of all runs that compute at the same time: those of the machine, or more where the user asks for more */
} dt_cores;

dt_cores dt_cores_of(const dt_sweep_options *options, size_t runs);

#endif
