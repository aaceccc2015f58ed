/* columns.h - the columns of values that distinguish the runs of several sweeps. */
#ifndef DT_SWEEP_COLUMNS_H
#define DT_SWEEP_COLUMNS_H

#include "run/plan.h"

/* Give all runs the same columns.  swept gets a value for every key that is swept in any run, in the order of the runs, and then
 * for every key path in which configurations differ, unless an equal swept value above it implies the difference.
 * The value of a run is the one that a run without an origin has for an equal part of the configuration; else its own; else the
 * one in its configuration, where a choice is its name, a list is JSON, and a missing key is "-". */
void dt_columns_join(dt_plan_run *run, size_t runs, dt_arena *arena);

#endif
