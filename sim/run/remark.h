/* remark.h - what users should know of their own platforms before a run: settings of the file that take the place of the
 * scenario's, or that are not used; and of choices that none of their strategies looks at. */
#ifndef DT_RUN_REMARK_H
#define DT_RUN_REMARK_H

#include "run/plan.h"

/* Warn of them (base/warn.h). */
void dt_remarks(const dt_plan *plan, dt_arena *arena);

#endif
