/* sweep.h - a plan's runs, each in a forked process, and the one file they leave.
 * A run's part file is complete or absent, so whatever stops the sweep loses at most the runs in flight.  Runs that
 * are finished already, in parts of an interrupted sweep or in the file itself, are not run again.  Finished runs that the
 * plan has not are never dropped unless fresh says so: the sweep is refused, or they are added to it. */
#ifndef DT_SWEEP_SWEEP_H
#define DT_SWEEP_SWEEP_H

#include "run/plan.h"
#include <stdio.h>

typedef struct dt_sweep_options {
    const char *out;        /* the file to leave: results/tau.h5; parts stand in a folder beside it meanwhile */
    int         jobs;       /* runs at a time; 0: as many as there are cores */
    int         threads;    /* of each run's compute pool; 0: one, or cores / runs where there are fewer runs than cores */
    bool        fresh;      /* run everything, whatever is finished already, and give up what the file holds */
    bool        add;        /* keep the runs of the file that the plan has not */
    bool        quiet;      /* no progress, no table */
    double      timeout_s;  /* of real time that a run may take; 0: any */
    double      memory;     /* bytes of its own that a run may hold; 0: any */
    bool        profile;    /* print where the real seconds went */
} dt_sweep_options;

typedef struct dt_sweep_outcome {
    size_t runs;            /* of the plan, and of those that are kept beside it */
    size_t done, failed;    /* runs recorded; of these, with a status other than ok */
    size_t broken;          /* claims */
    bool   interrupted;     /* by a signal; the parts stay for the next attempt */
    bool   refused;         /* no run of the plan could even begin: nothing is left, and the first says why: */
    char   where[256], reason[1024];
} dt_sweep_outcome;

/* Carry out the plan.  A run that its configuration keeps from beginning, that takes too much time or memory, or whose
 * process dies is recorded as failed while others go on; where no run could begin, outcome says so and no file is
 * written.  Print progress and what failed to standard error, the table and claims to standard output.
 * Errors: DT_EINVAL out is no place for a file, another sweep works there, or finished runs would be lost; DT_EIO where
 * the file, its folder or the parts cannot be written: what is finished stays for the next attempt. */
dt_status dt_sweep_run(const dt_plan *plan, const dt_sweep_options *options, dt_sweep_outcome *outcome);

/* Say in lines on out what carrying out the plan would do to the runs that stand at options->out; nothing is run or
 * written.  Errors: those of dt_sweep_run that are known before anything runs. */
dt_status dt_sweep_look(const dt_plan *plan, const dt_sweep_options *options, FILE *out);

#endif
