/* sweep.h - carry out the runs of a plan, each in a forked process, and leave one file.
 * Part files are the checkpoints of a sweep.  The part file of a run is complete or absent, so that an interruption loses only the
 * runs under way.  Runs that are finished, in parts of an interrupted sweep or in the file itself, are not run again.  Finished
 * runs that the plan does not have are never dropped without fresh: the sweep is refused, or they are added to it. */
#ifndef DT_SWEEP_SWEEP_H
#define DT_SWEEP_SWEEP_H

#include "run/plan.h"
#include <stdio.h>

typedef struct dt_sweep_options {
    const char *out;        /* the file to leave, such as results/tau.h5; parts are in a folder beside it meanwhile */
    int         jobs;       /* runs at a time; 0: as many as there are cores */
    int         threads;    /* at most, of each run; 0: as many as there are cores.  Runs share the cores (base/tokens.h) */
    bool        fresh;      /* run everything again, and replace the file whatever it has */
    bool        add;        /* keep the runs of the file that the plan does not have */
    bool        quiet;      /* no progress, no table */
    double      timeout_s;  /* limit on the real time of a run; 0: none */
    double      memory;     /* limit on the bytes that a run holds alone; 0: none */
    bool        profile;    /* print where the real seconds went */
    bool        separate;   /* every run computes its gradients itself, whatever it shares with others (sweep/trainings.h) */
} dt_sweep_options;

typedef struct dt_sweep_outcome {
    size_t runs;            /* of the plan, with those that are kept beside it */
    size_t done, failed;    /* recorded runs; those of them with a status other than ok */
    size_t broken;          /* claims that do not hold */
    bool   interrupted;     /* by a signal; the parts stay for the next attempt */
    bool   refused;         /* no run of the plan could begin, and no file was written; the reason of the first is in: */
    char   where[256], reason[1024];
} dt_sweep_outcome;

/* Carry out the plan.  A run is recorded as failed if its configuration is refused, if it exceeds a limit, or if its process dies;
 * the other runs go on.  If no run could begin, outcome says so, and no file is written.  Progress and failures are printed to
 * standard error, the table and the claims to standard output.
 * Errors: DT_EINVAL, out cannot be a result file, another sweep works there, or finished runs would be lost; DT_EIO, the file, its
 * folder or the parts cannot be written.  Finished runs stay for the next attempt. */
dt_status dt_sweep_run(const dt_plan *plan, const dt_sweep_options *options, dt_sweep_outcome *outcome);

/* Print to out what carrying out the plan would do with the runs that are in options->out; nothing is run or written.
 * Errors: those of dt_sweep_run that are known before a run begins. */
dt_status dt_sweep_look(const dt_plan *plan, const dt_sweep_options *options, FILE *out);

#endif
