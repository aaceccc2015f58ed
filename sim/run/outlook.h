/* outlook.h - the memory and the real time that a run will take on the machine that simulates it, estimated before it begins. */
#ifndef DT_RUN_OUTLOOK_H
#define DT_RUN_OUTLOOK_H

#include "run/plan.h"

typedef struct dt_outlook {
    size_t hosts, actors;       /* actors: the largest number at the same time */
    size_t hands;               /* how many more, at least, may have to send for them while they compute: one for each part
                                   of a gradient that a slow worker is waited for */
    double bytes;               /* of memory, for both, without data and models */
    double round_s;             /* real seconds that SimGrid needs for a round in which every actor sends and receives
                                   once; more where a collective takes several steps */
    double rounds;              /* at most; NaN: the limits of the run do not tell */
} dt_outlook;

/* Set every member to its largest value over all runs. */
dt_status dt_outlook_worst(const dt_plan *plan, dt_outlook *o, dt_arena *arena);

/* A warning if the real time is long; else NULL. */
const char *dt_outlook_warning(const dt_outlook *o, dt_arena *arena);

#endif
