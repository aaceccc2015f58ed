/* hdf5.c - samples and labels from the datasets of an HDF5 file.
 * Source: The HDF Group, HDF5 file format.  Rank 2: rows x columns; rank 3: rows x height x width;
 * rank 4: rows x channels x height x width. */
#include "base/apart.h"
#include "base/file.h"
#include "data/file.h"
#include "data/table.h"
#include <hdf5.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
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

/* ---- owners ---------------------------------------------------------------------------------- */

/* A column of owners: integers, whole numbers or texts, which become words. */
typedef struct hdf5_owners {
    const char *name, *what;        /* the file, the dataset */
    hdf5_set    set;
    H5T_class_t class;
    hid_t       type;               /* in memory: a 64-bit integer, a double, or a text */
    size_t      size;               /* of one in memory */
    bool        minus, flexible;    /* integers with a sign; texts of variable length */
    double      most;               /* whole numbers up to here are exact in the file's floats */
} hdf5_owners;

static dt_status hdf5_owner_wrong(const hdf5_owners *o, const char *why) {
    return dt_fail_at(DT_EFORMAT, "data.owner", "%s: \"%s\" %s", o->name, o->what, why);
}

/* How the file's type is read. */
static dt_status hdf5_owner_type(hdf5_owners *o, hid_t file) {
    size_t sign, exponent, exponent_size, mantissa, mantissa_size;
    o->class = H5Tget_class(file);
    if (o->class == H5T_INTEGER && H5Tget_size(file) <= sizeof(int64_t)) {
        o->minus = H5Tget_sign(file) == H5T_SGN_2;
        o->type = H5Tcopy(o->minus ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64);
    } else if (o->class == H5T_FLOAT && H5Tget_fields(file, &sign, &exponent, &exponent_size, &mantissa, &mantissa_size) >= 0) {
        o->most = ldexp(1, mantissa_size < 52 ? (int)mantissa_size + 1 : 53);
        o->type = H5Tcopy(H5T_NATIVE_DOUBLE);
    } else if (o->class == H5T_STRING) {
        o->flexible = H5Tis_variable_str(file) > 0;
        o->type = H5Tcopy(H5T_C_S1);
        H5Tset_size(o->type, o->flexible ? H5T_VARIABLE : H5Tget_size(file) + 1);
        H5Tset_cset(o->type, H5Tget_cset(file));
    } else {
        return hdf5_owner_wrong(o, "must hold integers of at most 64 bits, whole numbers or texts");
    }
    o->size = H5Tget_size(o->type);
    return DT_OK;
}

/* Close set.id and type after every success. */
static dt_status hdf5_owner_open(hid_t file, const char *name, const char *what, hdf5_owners *o) {
    *o = (hdf5_owners){ .name = name, .what = what };
    o->set.id = H5Dopen2(file, what, H5P_DEFAULT);
    if (o->set.id < 0) return dt_fail_at(DT_EFORMAT, "data.owner", "%s holds no dataset \"%s\"", name, what);
    hid_t space = H5Dget_space(o->set.id), type = H5Dget_type(o->set.id);
    o->set.rank = H5Sget_simple_extent_ndims(space);
    if (o->set.rank >= 1 && o->set.rank <= RANK) H5Sget_simple_extent_dims(space, o->set.size, NULL);
    bool column = o->set.rank == 1 || (o->set.rank == 2 && o->set.size[1] == 1);
    dt_status status = column ? hdf5_owner_type(o, type) : hdf5_owner_wrong(o, "must hold one owner for each row");
    H5Tclose(type);
    H5Sclose(space);
    if (status != DT_OK) H5Dclose(o->set.id);
    return status;
}

static void hdf5_owner_close(const hdf5_owners *o) {
    H5Tclose(o->type);
    H5Dclose(o->set.id);
}

/* A number as text, which is how owners are compared. */
static dt_status hdf5_owner_number(const hdf5_owners *o, const void *at, size_t row, char text[32]) {
    int64_t whole;
    double real;
    memcpy(&whole, at, sizeof whole);
    memcpy(&real, at, sizeof real);
    if (o->class == H5T_INTEGER) {
        snprintf(text, 32, o->minus ? "%" PRId64 : "%" PRIu64, whole);
        return DT_OK;
    }
    if (!isfinite(real) || real != floor(real))
        return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu of \"%s\" is %.17g; an owner is a whole number or a text", o->name,
                          row, o->what, real);
    if (fabs(real) > o->most)
        return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu of \"%s\" is %.0f; its floats are exact only up to %.0f: store "
                          "owners as integers", o->name, row, o->what, real, o->most);
    snprintf(text, 32, "%.0f", fabs(real) > 0 ? real : 0.0);       /* -0 is 0 */
    return DT_OK;
}

static dt_status hdf5_owner_word(const hdf5_owners *o, const char *at, size_t row, dt_data_words *words, uint32_t *word) {
    char number[32];
    const char *text = at;
    if (o->class != H5T_STRING) {
        DT_TRY(hdf5_owner_number(o, at, row, number));
        text = number;
    } else if (o->flexible) {
        memcpy(&text, at, sizeof text);
    }
    if (text == NULL || text[0] == '\0')
        return dt_fail_at(DT_EFORMAT, "data.owner", "%s: row %zu of \"%s\" is empty: the sample has no owner", o->name, row, o->what);
    *word = dt_data_words_add(words, text);
    return DT_OK;
}

/* Count rows from first on.  HDF5 takes the memory of texts of variable length, and gives it back when told. */
static dt_status hdf5_owner_block(const hdf5_owners *o, size_t first, size_t count, char *block, dt_data_words *words,
                                  uint32_t *word) {
    hsize_t from[2] = { first, 0 }, length[2] = { count, 1 };
    hid_t file = H5Dget_space(o->set.id), memory = H5Screate_simple(o->set.rank, length, NULL);
    H5Sselect_hyperslab(file, H5S_SELECT_SET, from, NULL, length, NULL);
    bool got = H5Dread(o->set.id, o->type, memory, file, H5P_DEFAULT, block) >= 0;
    dt_status status = got ? DT_OK : hdf5_owner_wrong(o, "cannot be read: it is damaged");
    for (size_t i = 0; i < count && status == DT_OK; i++)
        status = hdf5_owner_word(o, block + i * o->size, first + i + 1, words, &word[first + i]);
    if (got && o->flexible) H5Dvlen_reclaim(o->type, memory, H5P_DEFAULT, block);
    H5Sclose(memory);
    H5Sclose(file);
    return status;
}

/* Owners in ascending order of their words become 0, 1, 2, ... */
static dt_status hdf5_owner_all(const hdf5_owners *o, size_t rows, int32_t *owner, dt_arena *scratch) {
    enum { BLOCK = 1 << 20 };
    size_t most = BLOCK / o->size + 1;
    char *block = dt_arena_take(scratch, most, o->size);
    uint32_t *word = dt_arena_take(scratch, rows, sizeof *word);
    dt_data_words *words = dt_data_words_new(scratch);
    for (size_t first = 0; first < rows; first += most)
        DT_TRY(hdf5_owner_block(o, first, rows - first < most ? rows - first : most, block, words, word));
    uint32_t *order = dt_arena_take(scratch, words->count, sizeof *order), *rank = dt_arena_take(scratch, words->count, sizeof *rank);
    dt_data_words_order(words, NULL, order, scratch);
    for (size_t i = 0; i < words->count; i++) rank[order[i]] = (uint32_t)i;
    for (size_t i = 0; i < rows; i++) owner[i] = (int32_t)rank[word[i]];
    return DT_OK;
}

/* The owners of the first rows of all. */
static dt_status hdf5_owners_read(hid_t file, const char *name, const char *what, size_t all, size_t rows, dt_dataset *set,
                                  dt_arena *run) {
    hdf5_owners o;
    int32_t *owner = dt_arena_take(run, rows, sizeof *owner);
    DT_TRY(hdf5_owner_open(file, name, what, &o));
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = o.set.size[0] == all ? hdf5_owner_all(&o, rows, owner, scratch)
                                            : hdf5_owner_wrong(&o, dt_arena_text(scratch, "must hold one owner for each of the "
                                                                                 "%zu rows", all));
    dt_arena_free(scratch);
    hdf5_owner_close(&o);
    set->owner = owner;
    return status;
}

static dt_status hdf5_owners_look(hid_t file, const char *name, const char *what) {
    hdf5_owners o;
    if (what == NULL) return DT_OK;
    DT_TRY(hdf5_owner_open(file, name, what, &o));
    hdf5_owner_close(&o);
    return DT_OK;
}

/* ---- the file -------------------------------------------------------------------------------- */

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
    return hdf5_owners_read(file, name, h->owner, all, rows, set, run);
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
    if (status == DT_OK && run == NULL) status = hdf5_owners_look(file, name, h->owner);
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
    { "path", DT_TEXT, offsetof(hdf5, path), 0, 0, 0, "1", "file, as it is or under $DTSIM_DATA", NULL, NULL },
    { "x", DT_TEXT, offsetof(hdf5, x), 0, 0, 0, "1", "dataset of the training samples", "train_images", NULL },
    { "y", DT_TEXT, offsetof(hdf5, y), 0, 0, 0, "1", "dataset of the training labels", "train_labels", NULL },
    { "test_x", DT_TEXT, offsetof(hdf5, test_x), 0, 0, 0, "1", "dataset of the test samples; empty: none",
      "test_images", NULL },
    { "test_y", DT_TEXT, offsetof(hdf5, test_y), 0, 0, 0, "1", "dataset of the test labels; empty: none",
      "test_labels", NULL },
    { "owner", DT_TEXT, offsetof(hdf5, owner), 0, 0, 0, "1", "dataset with the device of each training row: integers, "
      "whole numbers or texts", NULL, NULL },
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
