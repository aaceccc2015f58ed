/* union.h - one sweep of a plan's runs and of those that are kept beside them. */
#ifndef DT_SWEEP_UNION_H
#define DT_SWEEP_UNION_H

#include "sweep/kept.h"

/* Make a plan of all runs of plan and of all kept ones that plan has not; it shares claims, source and the rest with
 * plan.  Kept runs have an origin in it and no platform.
 *   numbers   a run that has a number in kept has the same one in whole, others have those that follow; where nothing
 *             kept has a number the runs of plan have their own.  Runs are sorted by number.
 *   columns   every run has a value for every key that is swept in plan or in the files of kept, and for every key of the
 *             configurations that differs between runs; "-" where a run has no such key
 *   from      [whole->runs] the number of the run in plan->run, or plan->runs: a kept one
 * Where plan has every kept run, whole is plan.  kept has been matched with plan; it and plan outlive whole. */
void dt_union(const dt_plan *plan, const dt_kept *kept, dt_plan *whole, size_t **from, dt_arena *arena);

#endif
