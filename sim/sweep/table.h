/* table.h - what a person reads: progress while a sweep goes on, and its table at the end. */
#ifndef DT_SWEEP_TABLE_H
#define DT_SWEEP_TABLE_H

#include "run/run.h"
#include "sweep/ending.h"
#include <stdio.h>

/* A line for each run that failed: which, how and why.  Returns how many; nothing is printed where none did. */
size_t dt_table_failures(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena);

/* One row a run: swept values, which look different where they are, then time, steps, rounds, loss, accuracy, bytes; its
 * status where one failed. */
void dt_table_print(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena);

#endif
