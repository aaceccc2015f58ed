/* check.h - let SimGrid read the users' platform files before anything runs. */
#ifndef DT_RUN_CHECK_H
#define DT_RUN_CHECK_H

#include "run/plan.h"

/* Build the machines of every run whose platform is a user's file, in a process each; runs with equal machines share one.  So a
 * file that SimGrid refuses is refused now, and so is a missing route for the first messages.  Files with more than 20 000
 * hosts are left to the run.
 * Errors: those of dt_run_try, with their key path; DT_EIO no process. */
dt_status dt_check_platforms(const dt_plan *plan);

/* How many hosts match the pattern of a run's workers; a process of its own finds out.  Errors: those of dt_run_count; DT_EIO. */
dt_status dt_check_workers(const dt_plan_run *run, size_t *hosts);

#endif
