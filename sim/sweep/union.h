/* union.h - one sweep of a plan's runs and of kept runs beside them. */
#ifndef DT_SWEEP_UNION_H
#define DT_SWEEP_UNION_H

#include "sweep/kept.h"

/* Make a plan of all runs of plan and of all kept runs that plan does not have.  It shares claims, source and the rest with plan.
 * Kept runs have an origin in it, and no platform.
 *   numbers   a run that has a number in kept has the same one in whole, and the others have the numbers after those; if no kept
 *             run has a number, the runs of plan have their own.  Runs are sorted by number.
 *   columns   every run has a value for every key that is swept in plan or in the files of kept, and for every key in which the
 *             configurations differ; "-" if a run has no such key
 *   from      [whole->runs] the number of the run in plan->run; plan->runs: it is a kept one
 * If plan has every kept run, whole is plan.  dt_kept_match was called before; kept and plan outlive whole. */
void dt_union(const dt_plan *plan, const dt_kept *kept, dt_plan *whole, size_t **from, dt_arena *arena);

#endif
