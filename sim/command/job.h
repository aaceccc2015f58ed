/* job.h - what the commands run and plan begin with: a scenario that was loaded and checked, and what is said of it. */
#ifndef DT_COMMAND_JOB_H
#define DT_COMMAND_JOB_H

#include "command/inside.h"
#include "run/outlook.h"
#include "sweep/sweep.h"

/* A scenario, the shard of it that the command line asks for, and the options of its sweep. */
typedef struct dt_job {
    dt_script       *script;
    dt_plan          plan;
    dt_sweep_options sweep;
    dt_outlook       outlook;       /* set by the command */
} dt_job;

/* Load the scenario, and check its runs and every platform file with SimGrid.  Errors: those of the scenario, at its line. */
dt_status dt_job_load(dt_job *j, const dt_line *l, dt_arena *arena);

/* Say what the outlook and the plan give reason to warn of, on standard error. */
void dt_job_warn(const dt_job *j, dt_arena *arena);

#endif
