/* info.h - a result file as text. */
#ifndef DT_SWEEP_INFO_H
#define DT_SWEEP_INFO_H

#include "base/arena.h"
#include "base/status.h"
#include <stdio.h>

/* The file's common facts, the table of its runs and its claims; cells are separated by tabs.  Quantities stand as the
 * scenario wrote them, numbers in six digits, or in more where that tells those of a column apart.
 * Errors: those of dt_reading_open; DT_EFORMAT. */
dt_status dt_info_print(FILE *out, const char *path, dt_arena *arena);

#endif
