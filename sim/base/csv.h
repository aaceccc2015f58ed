/* csv.h - columns of numbers from a CSV file, plain or gzip: commas part the fields, and quotes around a field
 * are dropped (none may hold a comma).  A first line of numbers alone is a row of values; any other first line names the
 * columns.  In a file without names a column is called by its number, from 1.  An empty field means unknown. */
#ifndef DT_BASE_CSV_H
#define DT_BASE_CSV_H

#include "base/arena.h"
#include "base/status.h"
#include <stdbool.h>

/* A column and the parameter that names it ("column").  name NULL: the one called preset, the first of a file without
 * names; preset NULL: the last of the file but those of where and label. */
typedef struct dt_csv_column { const char *name, *key, *preset; } dt_csv_column;

typedef struct dt_csv {
    const char *path;                       /* of the scenario's node, for messages: "jitter" */
    const char *file;                       /* its parameter path, found by dt_file_find */
    const char *where;                      /* "column=value": only rows that say so; NULL: every row */
    const dt_csv_column *column;            /* [columns] what is wanted */
    size_t      columns;                    /* 0: every column but those of where and label */
    bool        timed;                      /* the first of them holds times, which may begin with 0 */
    const dt_csv_column *label;             /* a column of texts; NULL: there is none */
} dt_csv;

/* All of it belongs to the arena. */
typedef struct dt_csv_table {
    double      *value;                     /* [rows * columns] a row after another; finite and >= 0, NaN: unknown */
    const char **label;                     /* [rows] NULL where none is wanted */
    size_t       rows, columns;
} dt_csv_table;

/* At least one value is known.  Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO, DT_EFORMAT (line). */
dt_status dt_csv_read(const dt_csv *csv, dt_csv_table *table, dt_arena *run);

#endif
