/* info.h - print a result file as text. */
#ifndef DT_SWEEP_INFO_H
#define DT_SWEEP_INFO_H

#include "base/arena.h"
#include "base/status.h"
#include <stdio.h>

/* Print the attributes of the file, the table of its runs, and its claims; tabs separate cells.  Quantities are printed as the
 * scenario wrote them, numbers in six digits, or in more if the numbers of a column would look equal.
 * Errors: those of dt_reading_open; DT_EFORMAT. */
dt_status dt_info_print(FILE *out, const char *path, dt_arena *arena);

#endif
