/* label.h - how a run is called. */
#ifndef DT_SWEEP_LABEL_H
#define DT_SWEEP_LABEL_H

#include "run/plan.h"

/* The values a run is told apart by: "strategy.period = 4, seed = 2". */
const char *dt_table_label(const dt_plan_run *run, dt_arena *arena);

#endif
