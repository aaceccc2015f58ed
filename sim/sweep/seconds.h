/* seconds.h - where the real seconds of a sweep went, for people: what `dtsim run --profile` prints. */
#ifndef DT_SWEEP_SECONDS_H
#define DT_SWEEP_SECONDS_H

#include "sweep/gather.h"
#include <stdio.h>

/* A row of activities for each run and for all together, then the sweep as a whole. */
void dt_seconds_print(FILE *out, const dt_plan *plan, const dt_ending *ending, const dt_hosting *hosting);

#endif
