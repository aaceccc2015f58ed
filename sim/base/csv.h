/* csv.h - columns of numbers from a CSV file, plain or gzip.  Commas separate the fields, and quotes around a field are dropped
 * (a quoted field must not hold a comma).  A first line of numbers only is a row of values; any other first line names the
 * columns.  In a file without names a column has its number as name, from 1.  An empty field means an unknown value. */
#ifndef DT_BASE_CSV_H
#define DT_BASE_CSV_H

#include "base/arena.h"
#include "base/status.h"
#include <stdbool.h>

/* A column and the parameter that names it ("column").  name NULL: the column called preset, or the first one of a file without
 * names; preset NULL: the last column of the file that is neither that of where nor the label. */
typedef struct dt_csv_column { const char *name, *key, *preset; } dt_csv_column;

typedef struct dt_csv {
    const char *path;                       /* the path of the scenario's node, for messages: "jitter" */
    const char *file;                       /* the value of its parameter path; dt_file_find looks for it */
    const char *where;                      /* "column=value": only rows that say so; NULL: every row */
    const dt_csv_column *column;            /* [columns] the columns to read */
    size_t      columns;                    /* 0: all columns but those of where and label */
    bool        timed;                      /* the first of them holds times, which may begin with 0 */
    const dt_csv_column *label;             /* a column of texts; NULL: there is none */
} dt_csv;

/* What was read; it belongs to the arena. */
typedef struct dt_csv_table {
    double      *value;                     /* [rows * columns] a row after another; finite and >= 0, NaN: unknown */
    const char **label;                     /* [rows] NULL where none is wanted */
    size_t       rows, columns;
} dt_csv_table;

/* Read the file; at least one value is known then.  Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO, DT_EFORMAT (names the line). */
dt_status dt_csv_read(const dt_csv *csv, dt_csv_table *table, dt_arena *run);

#endif
