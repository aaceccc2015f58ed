/* columns.h - by which values runs of several sweeps are told apart. */
#ifndef DT_SWEEP_COLUMNS_H
#define DT_SWEEP_COLUMNS_H

#include "run/plan.h"

/* Give all runs the same columns: swept becomes a value for every key that is in some run's swept, in the order of the
 * runs, and then for every key path in which configurations differ, unless an equal swept value above it implies it.
 * A run has the value that a run without an origin has for an equal part of the configuration, else its own, else what
 * its configuration holds: a choice is its name, a list is JSON, what is not there is "-". */
void dt_columns_join(dt_plan_run *run, size_t runs, dt_arena *arena);

#endif
