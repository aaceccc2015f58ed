/* table.h - for the members of this room: room for samples, and the steps from a table of text to a data set
 * (held-out rows, labels in order, missing values, standardised columns). */
#ifndef DT_DATA_TABLE_H
#define DT_DATA_TABLE_H

#include "data/data.h"

/* Room for rows of features each: set gets rows, x and y; the caller fills them through x and y.
 * Errors: DT_EINVAL where it would take more than a few gigabytes. */
dt_status dt_data_take(size_t rows, size_t features, dt_dataset *set, float **x, float **y, dt_arena *run);

/* A label or an owner as a file writes it. */
typedef struct dt_data_word { double number; const char *text; } dt_data_word;     /* text NULL: a number */

/* Read a word: a number if the whole of it is one (surrounding blanks are left out), else the text itself. */
dt_data_word dt_data_word_of(const char *text);

typedef struct dt_data_table {
    size_t        rows, columns;
    size_t        first_test;       /* rows from here on come from the test file; rows if there is none */
    float        *x;                /* [rows * columns]; NaN: missing, becomes its column's mean over training rows */
    dt_data_word *target;           /* [rows] */
    dt_data_word *owner;            /* [rows], or NULL */
} dt_data_table;

typedef struct dt_data_finish {
    double holdout;         /* share of the rows that becomes the test set where there is no test file */
    bool   real;            /* the target is a number, not a class */
    bool   standardise;     /* columns to mean 0 and variance 1 over the training rows */
} dt_data_finish;

/* Turn a table into a data set owned by run.  Classes and owners are numbered in ascending order of their words
 * (numbers before texts); rows keep their order.
 * Errors: DT_EFORMAT (missing target), DT_EINVAL (size). */
dt_status dt_data_table_finish(const dt_data_table *table, const dt_data_finish *finish, uint64_t seed, dt_data *out,
                               dt_arena *run);

#endif
