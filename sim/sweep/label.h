/* label.h - the name of a run in tables and messages. */
#ifndef DT_SWEEP_LABEL_H
#define DT_SWEEP_LABEL_H

#include "run/plan.h"

/* The values that distinguish a run: "strategy.period = 4, seed = 2". */
const char *dt_table_label(const dt_plan_run *run, dt_arena *arena);

#endif
