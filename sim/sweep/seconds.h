/* seconds.h - print where the real time of a sweep went: `dtsim run --profile`. */
#ifndef DT_SWEEP_SECONDS_H
#define DT_SWEEP_SECONDS_H

#include "sweep/gather.h"
#include <stdio.h>

/* A row of activities for each run and for all together, then the sweep as a whole. */
void dt_seconds_print(FILE *out, const dt_plan *plan, const dt_ending *ending, const dt_hosting *hosting);

#endif
