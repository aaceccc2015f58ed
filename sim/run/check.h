/* check.h - have SimGrid read the platforms of users before anything runs. */
#ifndef DT_RUN_CHECK_H
#define DT_RUN_CHECK_H

#include "run/plan.h"

/* Build the machines of every run whose platform is a user's file, once for runs that do not differ in them, each in a process
 * of its own: what SimGrid refuses is refused now, and so is a way that the first messages would go and that is not there.
 * Files of more than 20 000 hosts are left to the run.
 * Errors: those of dt_run_try, with their key path; DT_EIO no process. */
dt_status dt_check_platforms(const dt_plan *plan);

/* How many hosts fit the pattern of a run's workers, by a process of its own.  Errors: those of dt_run_count; DT_EIO. */
dt_status dt_check_workers(const dt_plan_run *run, size_t *hosts);

#endif
