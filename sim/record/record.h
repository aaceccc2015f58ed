/* record.h - the result file (HDF5) of a run and of a sweep.
 * One run writes one part file: rows are collected in memory and written in chunks; the file appears under its name only
 * when it is whole (written, flushed, renamed).  Parts are gathered into the file of a sweep later.
 * FORMAT.md describes every group; DT_RECORD_VERSION counts its changes.
 * Nothing here advances the clock. */
#ifndef DT_RECORD_RECORD_H
#define DT_RECORD_RECORD_H

#include "base/arena.h"
#include "base/column.h"
#include "base/meter.h"
#include "base/status.h"
#include <stdbool.h>
#include <stdint.h>

#define DT_RECORD_VERSION 3

typedef struct dt_record dt_record;
typedef struct dt_reading dt_reading;
typedef struct dt_record_table dt_record_table;

/* ---- writing ------------------------------------------------------------------------------- */

/* Begin a file that will be called path; until dt_record_seal it is path.part.  r belongs to arena.
 * Errors: DT_EIO (path, reason of the system).  After a DT_EIO of any call below, all later ones give it again,
 * and dt_record_seal at the latest: a caller that has to go on may look only there. */
dt_status dt_record_create(const char *path, dt_record **r, dt_arena *arena);

/* From now on meter counts the time in which rows are written to the disk. */
void dt_record_meter(dt_record *r, dt_meter *meter);

/* Make a table: a group ("/run/evaluations", parents are made) of one dataset for each column.  columns [count] must outlive r.
 * Errors: DT_EINVAL (a second table of that group, two columns of one name, a name with a slash). */
dt_status dt_record_table_new(dt_record *r, const char *group, const dt_column *columns, size_t count,
                              dt_record_table **table);
/* What figures call a column on an axis, and which way it gets better ("low", "high", ""): its attributes label and better.
 * The texts must outlive the record; before the first row. */
void dt_record_column(dt_record_table *table, size_t column, const char *label, const char *better);

/* Append one row of count cells; texts are copied.  Rows beyond a block go to the disk at once. */
dt_status dt_record_row(dt_record_table *table, const dt_cell *row);

/* Attributes of a group ("/" for the file), made if need be; values that are there are replaced. */
dt_status dt_record_text(dt_record *r, const char *group, const char *name, const char *value);
dt_status dt_record_real(dt_record *r, const char *group, const char *name, double value);
dt_status dt_record_count(dt_record *r, const char *group, const char *name, int64_t value);

/* A dataset of float32. */
dt_status dt_record_vector(dt_record *r, const char *path, const float *x, size_t n);

/* Hash of every table, attribute and vector given so far, in the order given: 16 hexadecimal digits, valid as
 * long as r.  Left out: whatever lies in or below a group named "host" (it depends on the real clock), and attributes
 * named "fingerprint".  An attribute that is replaced keeps its place. */
const char *dt_record_fingerprint(dt_record *r);

/* Copy group from of an open file to group to here (tables, attributes, vectors, all below).  It enters
 * the fingerprint by its own attribute "fingerprint", or, if it has none, by all that is read from it.
 * Errors: DT_ENOTFOUND, DT_EFORMAT (source), DT_EINVAL (to is there already). */
dt_status dt_record_copy(dt_record *r, dt_reading *source, const char *from, const char *to);

/* Write the rest, flush it to the disk, close the file and rename it.  After a failure the .part file is removed.
 * dt_record_drop removes it without writing. */
dt_status dt_record_seal(dt_record *r);
void      dt_record_drop(dt_record *r);

/* Remove what a process that died has left of the file that would have been called path. */
void dt_record_forget(const char *path);

/* ---- reading ------------------------------------------------------------------------------- */

/* Open a whole file.  One without dtsim's seal was cut short or written by another program, and HDF5 may crash or loop
 * on it: it is refused, unless the environment has DTSIM_UNSEALED; then a process of its own reads it first.  Texts and
 * columns that are read belong to arena.
 * Errors: DT_ENOTFOUND, DT_EIO (not to be read), DT_EFORMAT (not ours, or damaged), DT_EVERSION (not of DT_RECORD_VERSION). */
dt_status dt_reading_open(const char *path, dt_reading **reading, dt_arena *arena);
void      dt_reading_close(dt_reading *reading);

/* One attribute; reading a count as a real is allowed.  Errors: DT_ENOTFOUND absent, DT_EFORMAT another kind. */
dt_status dt_reading_text(dt_reading *reading, const char *group, const char *name, const char **value);
dt_status dt_reading_real(dt_reading *reading, const char *group, const char *name, double *value);
dt_status dt_reading_count(dt_reading *reading, const char *group, const char *name, int64_t *value);

/* All attributes of a group, sorted by name. */
typedef struct dt_attribute { const char *name; dt_column_kind kind; dt_cell value; } dt_attribute;
dt_status dt_reading_attributes(dt_reading *reading, const char *group, dt_attribute **list, size_t *count);

/* The columns of a table, in the order of creation, all of the same length. */
typedef struct dt_series {
    dt_column      column;
    size_t         rows;
    const double  *real;    /* DT_COLUMN_REAL */
    const int64_t *count;   /* DT_COLUMN_COUNT */
    const char   **text;    /* DT_COLUMN_TEXT */
    const char    *label, *better;  /* "": not said */
} dt_series;
dt_status dt_reading_table(dt_reading *reading, const char *group, dt_series **series, size_t *columns);

/* A dataset of float32. */
dt_status dt_reading_vector(dt_reading *reading, const char *path, const float **x, size_t *n);

/* Names of the groups directly below group, sorted. */
dt_status dt_reading_groups(dt_reading *reading, const char *group, const char ***names, size_t *count);

/* The first difference between two files outside groups named "host": a sentence naming group, column, row and
 * both values; NULL if there is none. */
dt_status dt_reading_diff(dt_reading *a, dt_reading *b, const char **difference);

#endif
