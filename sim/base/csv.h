/* csv.h - columns of numbers from a CSV file, plain or gzip: a header line, commas, no quotes.  An empty field means
 * unknown: rows in which one of the wanted fields is empty are left out. */
#ifndef DT_BASE_CSV_H
#define DT_BASE_CSV_H

#include "base/arena.h"
#include "base/status.h"

enum { DT_CSV_COLUMNS = 2 };

typedef struct dt_csv {
    const char *path;                       /* of the scenario's node, for messages: "jitter" */
    const char *file;                       /* as given, or under the folder DTSIM_DATA */
    const char *where;                      /* "column=value": only rows that say so; NULL: every row */
    size_t      columns;                    /* wanted, 1 .. DT_CSV_COLUMNS */
    const char *column[DT_CSV_COLUMNS];     /* their names; NULL: the last of the file */
    const char *key[DT_CSV_COLUMNS];        /* the parameter that names each: "column" */
} dt_csv;

/* value [rows * columns], a row after another, belongs to run; numbers are finite and >= 0.
 * Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO, DT_EFORMAT (line). */
dt_status dt_csv_read(const dt_csv *csv, double **value, size_t *rows, dt_arena *run);

#endif
