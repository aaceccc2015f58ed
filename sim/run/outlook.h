/* outlook.h - what a run will ask of the machine that simulates it, known before it begins. */
#ifndef DT_RUN_OUTLOOK_H
#define DT_RUN_OUTLOOK_H

#include "run/plan.h"

typedef struct dt_outlook {
    size_t hosts, actors;       /* actors: at the same time, at most */
    double bytes;               /* of memory, for both; data and models left out */
    double round_s;             /* real seconds that SimGrid needs for a round in which every actor sends and receives
                                   once; more where a collective takes several steps */
    double rounds;              /* at most; NaN: what ends the run does not tell */
} dt_outlook;

/* The largest of every member over all runs. */
dt_status dt_outlook_worst(const dt_plan *plan, dt_outlook *o, dt_arena *arena);

/* A sentence where the real time may surprise; else NULL. */
const char *dt_outlook_warning(const dt_outlook *o, dt_arena *arena);

#endif
