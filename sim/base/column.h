/* column.h - the description of a column of a table: its name, kind, unit and one sentence. */
#ifndef DT_BASE_COLUMN_H
#define DT_BASE_COLUMN_H

#include <stdint.h>

typedef enum dt_column_kind { DT_COLUMN_REAL, DT_COLUMN_COUNT, DT_COLUMN_TEXT } dt_column_kind;

typedef struct dt_column {
    const char    *name;
    dt_column_kind kind;    /* float64, int64, or text (UTF-8) */
    const char    *unit;    /* "s", "B", "1", ...; "" for text */
    const char    *brief;   /* one sentence */
} dt_column;

/* One cell; the column's kind says which member counts. */
typedef union dt_cell { double real; int64_t count; const char *text; } dt_cell;

#endif
