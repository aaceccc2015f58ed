/* table.h - for the members of this room: room for samples, and the steps from a table of text to a data set
 * (held-out rows, labels in order, missing values, standardised columns). */
#ifndef DT_DATA_TABLE_H
#define DT_DATA_TABLE_H

#include "data/data.h"
#include "data/words.h"

/* Room for rows of features each: set gets rows, x and y; the caller fills them through x and y.
 * Errors: DT_EINVAL where it would take more than a few gigabytes. */
dt_status dt_data_take(size_t rows, size_t features, dt_dataset *set, float **x, float **y, dt_arena *run);

/* The same for features that are bytes. */
dt_status dt_data_take_pixels(size_t rows, size_t features, dt_dataset *set, uint8_t **pixel, float **y, dt_arena *run);

typedef struct dt_data_table {
    size_t         rows, columns;
    size_t         first_test;      /* rows from here on come from the test file; rows if there is none */
    float         *x;               /* [rows * columns]; NaN: missing, becomes its column's mean over training rows */
    float         *y;               /* [rows] the real target, where labels is NULL */
    dt_data_words *labels, *owners; /* NULL: the target is a number; no row has an owner */
    uint32_t      *label, *owner;   /* [rows] numbers of words in labels, owners */
} dt_data_table;

typedef struct dt_data_finish {
    double holdout;         /* share of the rows that becomes the test set where there is no test file */
    bool   standardise;     /* columns to mean 0 and variance 1 over the training rows */
} dt_data_finish;

/* Turn a table into a data set owned by run.  Classes and owners are numbered in ascending order of their words
 * (words.h), those of training rows first; rows keep their order.  Warns of labels that are one number in two spellings,
 * of a single class, and of a class whose rows are all held out.
 * Errors: DT_EFORMAT (no rows; a label of the test file that no training row has), DT_EINVAL (size). */
dt_status dt_data_table_finish(const dt_data_table *table, const dt_data_finish *finish, uint64_t seed, dt_data *out,
                               dt_arena *run);

#endif
