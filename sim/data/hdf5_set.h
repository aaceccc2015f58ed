/* hdf5_set.h - for the reader of HDF5 files: one dataset, its rows as samples or as labels, and the names in a group. */
#ifndef DT_DATA_HDF5_SET_H
#define DT_DATA_HDF5_SET_H

#include "data/data.h"
#include <hdf5.h>

enum { DT_DATA_HDF5_RANK = 4 };

typedef struct dt_data_hdf5_set {
    const char *file, *what, *key;      /* its file and name, and the scenario's key that names it: "data.x" */
    hid_t       id;
    int         rank;                   /* 1 .. DT_DATA_HDF5_RANK; the first size is the number of rows */
    hsize_t     size[DT_DATA_HDF5_RANK];
} dt_data_hdf5_set;

/* Open the dataset what of whatever type; file is its file's name.  Close after every success.
 * Errors: DT_EFORMAT at key: it is not there (says what is), or has another rank. */
dt_status dt_data_hdf5_find(hid_t in, const char *file, const char *what, const char *key, dt_data_hdf5_set *set);

/* The same for one of numbers or truths.  Errors: also DT_EFORMAT where it holds something else. */
dt_status dt_data_hdf5_open(hid_t in, const char *file, const char *what, const char *key, dt_data_hdf5_set *set);
void dt_data_hdf5_close(const dt_data_hdf5_set *set);

/* Rows first .. first + rows - 1 as type, one after another.  Errors: DT_EFORMAT it is damaged. */
dt_status dt_data_hdf5_read(const dt_data_hdf5_set *set, size_t first, size_t rows, hid_t type, void *to);

/* Do the channels of an image stand last in a row of rank 4?  channels is "first", "last", or "auto": as the sizes tell,
 * which is warned of where they stand last.  Errors: DT_EINVAL at data.channels where the sizes do not tell. */
dt_status dt_data_hdf5_order(const dt_data_hdf5_set *set, const char *channels, bool *last);

/* What a row is: an image of rank 3 or 4, else features.  classes of shape stay.  Errors: DT_EFORMAT empty or too large. */
dt_status dt_data_hdf5_shape(const dt_data_hdf5_set *set, bool last, dt_shape *shape);

/* The first rows as samples times scale, channels first: x [rows * features]. */
dt_status dt_data_hdf5_samples(const dt_data_hdf5_set *set, size_t rows, bool last, const dt_shape *shape, double scale,
                               float *x, dt_arena *scratch);

/* The labels of all rows: one number or truth for each, or, where a label is a class, a row of zeros with a 1 in the
 * class's column (one-hot).  columns: of a one-hot row; 0: labels are single numbers.
 * Errors: DT_EFORMAT another shape, or a row that is not one-hot (named). */
dt_status dt_data_hdf5_labels(const dt_data_hdf5_set *set, size_t rows, bool classes, double *label, size_t *columns,
                              dt_arena *scratch);

/* The names in a group ("/": of the file), in ascending order; count 0 where there is no such group. */
void dt_data_hdf5_names(hid_t in, const char *group, const char ***name, size_t *count, dt_arena *arena);

#endif
