/* hdf5.c - samples and labels from the datasets of an HDF5 file.
 * Source: The HDF Group, HDF5 file format.  Rank 2: rows x columns; rank 3: rows x height x width;
 * rank 4: rows x channels x height x width. */
#include "base/apart.h"
#include "base/file.h"
#include "data/file.h"
#include "data/table.h"
#include <hdf5.h>
#include <math.h>
#include <string.h>

typedef struct hdf5 {
    const char *path, *x, *y, *test_x, *test_y, *owner, *target;
    double      scale;
    long        train, test;
} hdf5;

static const char home[] = "such a file is written by h5py or any HDF5 library";

enum { RANK = 4 };

typedef struct hdf5_set { hid_t id; int rank; hsize_t size[RANK]; } hdf5_set;

static dt_status hdf5_open(hid_t file, const char *name, const char *what, hdf5_set *s) {
    s->id = H5Dopen2(file, what, H5P_DEFAULT);
    if (s->id < 0) return dt_fail_at(DT_EFORMAT, "data", "%s holds no dataset \"%s\"", name, what);
    hid_t space = H5Dget_space(s->id), type = H5Dget_type(s->id);
    H5T_class_t class = H5Tget_class(type);
    s->rank = H5Sget_simple_extent_ndims(space);
    if (s->rank >= 1 && s->rank <= RANK) H5Sget_simple_extent_dims(space, s->size, NULL);
    H5Tclose(type);
    H5Sclose(space);
    if (s->rank >= 1 && s->rank <= RANK && (class == H5T_INTEGER || class == H5T_FLOAT)) return DT_OK;
    H5Dclose(s->id);
    return dt_fail_at(DT_EFORMAT, "data", "%s: \"%s\" must be numbers of rank 1 to %d", name, what, RANK);
}

/* The first rows of a dataset, as type. */
static dt_status hdf5_read(const hdf5_set *s, size_t rows, hid_t type, void *to, const char *name, const char *what) {
    hsize_t from[RANK] = { 0 }, count[RANK];
    memcpy(count, s->size, sizeof count);
    count[0] = rows;
    hid_t file = H5Dget_space(s->id), memory = H5Screate_simple(s->rank, count, NULL);
    H5Sselect_hyperslab(file, H5S_SELECT_SET, from, NULL, count, NULL);
    herr_t code = H5Dread(s->id, type, memory, file, H5P_DEFAULT, to);
    H5Sclose(memory);
    H5Sclose(file);
    return code >= 0 ? DT_OK : dt_fail_at(DT_EFORMAT, "data", "%s: \"%s\" cannot be read: it is damaged", name, what);
}

/* One number a row: labels or owners. */
static dt_status hdf5_column(hid_t file, const char *name, const char *what, size_t all, size_t rows, hid_t type,
                             void *to) {
    hdf5_set s = { 0 };
    DT_TRY(hdf5_open(file, name, what, &s));
    dt_status status = s.size[0] == all && (s.rank == 1 || (s.rank == 2 && s.size[1] == 1))
                           ? hdf5_read(&s, rows, type, to, name, what)
                           : dt_fail_at(DT_EFORMAT, "data", "%s: \"%s\" must hold one number for each of the %zu rows",
                                        name, what, all);
    H5Dclose(s.id);
    return status;
}

static dt_status hdf5_shape(const hdf5_set *s, const char *name, const char *what, dt_shape *shape) {
    dt_shape found = { .features = 1 };
    for (int i = 1; i < s->rank; i++) {
        if (s->size[i] == 0 || s->size[i] > UINT32_MAX || found.features * s->size[i] > UINT32_MAX)
            return dt_fail_at(DT_EFORMAT, "data", "%s: a row of \"%s\" is empty or too large", name, what);
        found.features *= s->size[i];
    }
    if (s->rank >= 3) {
        found.channels = s->rank == 4 ? s->size[1] : 1;
        found.height = s->size[s->rank - 2];
        found.width = s->size[s->rank - 1];
    }
    found.classes = shape->classes;
    if (shape->features != 0 && memcmp(&found, shape, sizeof found) != 0)
        return dt_fail_at(DT_EFORMAT, "data", "%s: a row of \"%s\" has not the shape of a training row", name, what);
    *shape = found;
    return DT_OK;
}

static dt_status hdf5_rows(const hdf5 *h, hid_t file, const char *name, const hdf5_set *s, bool test, dt_data *out,
                           dt_arena *run) {
    size_t cap = (size_t)(test ? h->test : h->train), all = s->size[0], rows = cap > 0 && cap < all ? cap : all;
    dt_dataset *set = test ? &out->test : &out->train;
    float *x, *y;
    DT_TRY(hdf5_shape(s, name, test ? h->test_x : h->x, &out->shape));
    DT_TRY(dt_data_take(rows, out->shape.features, set, &x, &y, run));
    DT_TRY(hdf5_read(s, rows, H5T_NATIVE_FLOAT, x, name, test ? h->test_x : h->x));
    DT_TRY(hdf5_column(file, name, test ? h->test_y : h->y, all, rows, H5T_NATIVE_FLOAT, y));
    for (size_t i = 0; i < rows * out->shape.features; i++) x[i] = (float)((double)x[i] * h->scale);
    if (test || h->owner == NULL) return DT_OK;
    int32_t *owner = dt_arena_take(run, rows, sizeof *owner);
    DT_TRY(hdf5_column(file, name, h->owner, all, rows, H5T_NATIVE_INT32, owner));
    for (size_t i = 0; i < rows; i++)
        if (owner[i] < 0)
            return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu has the owner %d; 0 or more is needed", name,
                              i + 1, (int)owner[i]);
    set->owner = owner;
    return DT_OK;
}

/* Is a dataset that a row belongs to there at all? */
static dt_status hdf5_look(hid_t file, const char *name, const char *what) {
    hdf5_set s = { 0 };
    if (what == NULL) return DT_OK;
    DT_TRY(hdf5_open(file, name, what, &s));
    H5Dclose(s.id);
    return DT_OK;
}

/* One half of the file; run NULL: only look. */
static dt_status hdf5_part(const hdf5 *h, hid_t file, const char *name, bool test, dt_data *out, dt_arena *run) {
    hdf5_set s = { 0 };
    if (test && (h->test_x[0] == '\0' || h->test_y[0] == '\0')) return DT_OK;
    DT_TRY(hdf5_open(file, name, test ? h->test_x : h->x, &s));
    dt_status status = run != NULL ? hdf5_rows(h, file, name, &s, test, out, run)
                                   : hdf5_look(file, name, test ? h->test_y : h->y);
    if (status == DT_OK && run == NULL) status = hdf5_look(file, name, h->owner);
    H5Dclose(s.id);
    return status;
}

/* The number of classes is the greatest label and one; which labels are allowed is checked for every data set. */
static void hdf5_classes(const hdf5 *h, dt_data *out) {
    float most = 0;
    for (size_t i = 0; i < out->train.rows; i++) most = fmaxf(most, out->train.y[i]);
    for (size_t i = 0; i < out->test.rows; i++) most = fmaxf(most, out->test.y[i]);
    if (h->target[0] == 'c') out->shape.classes = (size_t)fminf(most, 1e6f) + 1;
}

/* Look at the file (run NULL) or load it.  HDF5 prints its errors unless told not to; ours say enough. */
static dt_status hdf5_visit(const hdf5 *h, dt_data *out, dt_arena *run, dt_arena *scratch) {
    const char *name;
    H5E_auto2_t print;
    void *data;
    DT_TRY(dt_file_find("data.path", h->path, "the file to read", home, &name, scratch));
    H5Eget_auto2(H5E_DEFAULT, &print, &data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t file = H5Fopen(name, H5F_ACC_RDONLY, H5P_DEFAULT);
    dt_status status = file >= 0 ? DT_OK : dt_fail_at(DT_EFORMAT, "data.path", "%s is not a whole HDF5 file", name);
    if (status == DT_OK) status = hdf5_part(h, file, name, false, out, run);
    if (status == DT_OK) status = hdf5_part(h, file, name, true, out, run);
    if (file >= 0) H5Fclose(file);
    H5Eset_auto2(H5E_DEFAULT, print, data);
    return status;
}

/* What the look or the loading finds, found by another process first. */
typedef struct hdf5_trial { const hdf5 *h; bool load; } hdf5_trial;

static dt_status hdf5_try(void *arg) {
    const hdf5_trial *t = arg;
    dt_data none = { 0 };
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = hdf5_visit(t->h, &none, t->load ? scratch : NULL, scratch);
    H5close();      /* HDF5 also dies when it ends */
    return status;
}

/* HDF5 crashes or loops on some damaged files. */
static dt_status hdf5_apart(const hdf5 *h, bool load) {
    enum { SECONDS = 600 };
    return dt_apart_read(hdf5_try, &(hdf5_trial){ h, load }, SECONDS, h->path == NULL ? "the file" : h->path);
}

static dt_status hdf5_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    (void)seed;
    (void)workers;
    DT_TRY(hdf5_apart(state, true));
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = hdf5_visit(state, out, run, scratch);
    dt_arena_free(scratch);
    if (status == DT_OK) hdf5_classes(state, out);
    return status;
}

static dt_status hdf5_check(const void *state) {
    return hdf5_apart(state, false);
}

static const dt_param hdf5_params[] = {
    { "path", DT_TEXT, offsetof(hdf5, path), 0, 0, 0, "1", "file: beside the scenario, "
      "in the working folder or under $DTSIM_DATA", NULL, NULL },
    { "x", DT_TEXT, offsetof(hdf5, x), 0, 0, 0, "1", "dataset of the training samples", "train_images", NULL },
    { "y", DT_TEXT, offsetof(hdf5, y), 0, 0, 0, "1", "dataset of the training labels", "train_labels", NULL },
    { "test_x", DT_TEXT, offsetof(hdf5, test_x), 0, 0, 0, "1", "dataset of the test samples; empty: none",
      "test_images", NULL },
    { "test_y", DT_TEXT, offsetof(hdf5, test_y), 0, 0, 0, "1", "dataset of the test labels; empty: none",
      "test_labels", NULL },
    { "owner", DT_TEXT, offsetof(hdf5, owner), 0, 0, 0, "1", "dataset with the device of each training row", NULL,
      NULL },
    { "target", DT_TEXT, offsetof(hdf5, target), 0, 0, 0, "1", "what the label is", "class", "class|real" },
    { "scale", DT_REAL, offsetof(hdf5, scale), 1, -1e12, 1e12, "1", "values are multiplied by this: 1/255 for bytes",
      NULL, NULL },
    { "train", DT_INT, offsetof(hdf5, train), 0, 0, 4e9, "1", "training rows, the first ones; 0: all", NULL, NULL },
    { "test", DT_INT, offsetof(hdf5, test), 0, 0, 4e9, "1", "test rows, the first ones; 0: all", NULL, NULL },
    { 0 }
};

const dt_data_type dt_data_hdf5 = {
    .is = { "hdf5", "Datasets of an HDF5 file.", "The HDF Group, HDF5", hdf5_params, sizeof(hdf5) },
    .check = hdf5_check, .load = hdf5_load,
};
