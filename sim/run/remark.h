/* remark.h - warnings before a run: settings of a platform file that replace those of the scenario or have no effect, and choices
 * that none of the scenario's strategies uses. */
#ifndef DT_RUN_REMARK_H
#define DT_RUN_REMARK_H

#include "run/plan.h"

/* Warn of all of them (base/warn.h). */
void dt_remarks(const dt_plan *plan, dt_arena *arena);

#endif
