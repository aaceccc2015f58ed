/* table.h - print the table of a sweep and its failures. */
#ifndef DT_SWEEP_TABLE_H
#define DT_SWEEP_TABLE_H

#include "run/run.h"
#include "sweep/ending.h"
#include <stdio.h>

/* Print a line for each failed run, with its name, status and reason; returns how many failed. */
size_t dt_table_failures(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena);

/* Print a line for a run that has ended: its name, simulated time and loss, and its status if it failed. */
void dt_table_ended(FILE *out, const dt_plan_run *run, const dt_ending *ending, dt_arena *arena);

/* Print a row for each run: its swept values, in as many digits as distinguish them; then time, steps, rounds, loss, accuracy and
 * bytes; and its status, if any run failed. */
void dt_table_print(FILE *out, const dt_plan *plan, const dt_ending *ending, dt_arena *arena);

#endif
