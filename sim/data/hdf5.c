/* hdf5.c - samples and labels from the datasets of an HDF5 file, or of one group of it for each client.
 * Source: The HDF Group, HDF5 file format; TensorFlow Federated keeps its federated sets (EMNIST, CIFAR-100) as
 * examples/CLIENT/ARRAY.  When one would use it: arrays that h5py, Keras, MATLAB or Julia have written. */
#include "base/apart.h"
#include "base/file.h"
#include "base/warn.h"
#include "data/file.h"
#include "data/hdf5_file.h"
#include "data/hdf5_owners.h"
#include "data/hdf5_set.h"
#include "data/labels.h"
#include "data/table.h"
#include <string.h>

typedef struct hdf5 {
    const char *path, *test_path, *x, *y, *test_x, *test_y, *channels, *owner, *target;
    double      scale;
    long        train, test;
} hdf5;

static const char home[] = "such a file is written by h5py or any HDF5 library";
static const char group[] = "examples";     /* of the clients */

/* A dataset of samples and that of their labels; a client has one of each. */
typedef struct piece { const char *x, *y; size_t rows; } piece;

/* The training set or the test set. */
typedef struct part {
    hid_t       file;
    const char *name, *key_x, *key_y;
    bool        clients;            /* its pieces are clients, each of which owns its rows */
    piece      *piece;              /* [pieces], in ascending order of the clients' names */
    size_t      pieces, all, rows;  /* rows: the first ones of all, of all pieces, that are kept */
    size_t      columns;            /* of one-hot labels; 0: labels are numbers */
    bool        last;               /* an image's channels stand last */
    dt_shape    shape;              /* of a row */
    dt_data_labels labels;
} part;

/* ---- where the samples stand ------------------------------------------------------------------ */

/* Each client's arrays have the names x and y. */
static dt_status part_clients(const hdf5 *h, part *p, dt_arena *scratch) {
    const char **client;
    dt_data_hdf5_names(p->file, group, &client, &p->pieces, scratch);
    if (p->pieces == 0) return dt_fail_at(DT_EFORMAT, "data.path", "%s: the group \"%s\" holds no client", p->name, group);
    p->clients = true;
    p->piece = dt_arena_take(scratch, p->pieces, sizeof *p->piece);
    for (size_t i = 0; i < p->pieces; i++)
        p->piece[i] = (piece){ dt_arena_text(scratch, "%s/%s/%s", group, client[i], h->x),
                               dt_arena_text(scratch, "%s/%s/%s", group, client[i], h->y), 0 };
    return DT_OK;
}

/* A file with the group of clients is read by client, unless it holds the dataset itself. */
static dt_status part_pieces(const hdf5 *h, bool test, part *p, dt_arena *scratch) {
    const char *x = test ? h->test_x : h->x, *y = test ? h->test_y : h->y;
    bool clients = H5Lexists(p->file, group, H5P_DEFAULT) > 0;
    hid_t set = clients ? H5Dopen2(p->file, x, H5P_DEFAULT) : -1;
    if (set >= 0) H5Dclose(set);
    p->key_x = test && !clients ? "data.test_x" : "data.x";
    p->key_y = test && !clients ? "data.test_y" : "data.y";
    if (clients && set < 0) return part_clients(h, p, scratch);
    p->pieces = 1;
    p->piece = dt_arena_take(scratch, 1, sizeof *p->piece);
    p->piece[0] = (piece){ x, y, 0 };
    return DT_OK;
}

/* ---- shapes and labels ------------------------------------------------------------------------ */

/* The first training piece defines the shape of a row; all others must have the same. */
static dt_status piece_shape(const hdf5 *h, const dt_data_hdf5_set *x, const part *train, part *p) {
    dt_shape shape = { 0 };
    bool first = p == train && p->shape.features == 0;
    if (first) DT_TRY(dt_data_hdf5_order(x, h->channels, &p->last));
    else p->last = train->last;
    DT_TRY(dt_data_hdf5_shape(x, p->last, &shape));
    if (!first && memcmp(&shape, &train->shape, sizeof shape) != 0)
        return dt_fail_at(DT_EFORMAT, p->key_x, "%s: a row of \"%s\" has not the shape of a training row", p->name, x->what);
    p->shape = shape;
    return DT_OK;
}

/* Make room for so many more labels. */
static void labels_grow(dt_data_labels *l, size_t *room, size_t more, dt_arena *scratch) {
    if (l->count + more <= *room) return;
    double *old = l->label;
    *room = 2 * (l->count + more);
    l->label = dt_arena_take(scratch, *room, sizeof *l->label);
    if (old != NULL) memcpy(l->label, old, l->count * sizeof *old);
}

static dt_status piece_labels(const hdf5 *h, part *p, piece *at, size_t *room, dt_arena *scratch) {
    dt_data_hdf5_set y;
    size_t columns;
    DT_TRY(dt_data_hdf5_open(p->file, p->name, at->y, p->key_y, &y));
    labels_grow(&p->labels, room, at->rows, scratch);
    dt_status status = dt_data_hdf5_labels(&y, at->rows, h->target[0] == 'c', p->labels.label + p->labels.count, &columns, scratch);
    if (status == DT_OK && p->labels.count > 0 && columns != p->columns)
        status = dt_fail_at(DT_EFORMAT, p->key_y, "%s: \"%s\" has %zu columns, \"%s\" has %zu: the labels of all clients must have "
                            "one form", p->name, at->y, columns > 0 ? columns : 1, p->piece->y, p->columns > 0 ? p->columns : 1);
    dt_data_hdf5_close(&y);
    p->columns = columns;
    p->labels.count += at->rows;
    return status;
}

/* Check that all pieces agree, and read the labels of all rows: the keys train and test limit the rows, but not the classes. */
static dt_status part_measure(const hdf5 *h, const part *train, part *p, dt_arena *scratch) {
    size_t room = 0, cap = (size_t)(p == train ? h->train : h->test);
    p->labels.name = dt_arena_text(scratch, "\"%s\" of %s", p->clients || p == train ? h->y : h->test_y, p->name);
    for (piece *at = p->piece; at < p->piece + p->pieces; at++) {
        dt_data_hdf5_set x;
        DT_TRY(dt_data_hdf5_open(p->file, p->name, at->x, p->key_x, &x));
        at->rows = x.size[0];
        dt_status status = at->rows > 0 ? piece_shape(h, &x, train, p) : DT_OK;     /* [] has no shape of a row */
        dt_data_hdf5_close(&x);
        DT_TRY(status);
        if (at->rows > 0) DT_TRY(piece_labels(h, p, at, &room, scratch));
    }
    p->all = p->labels.count;
    p->rows = cap > 0 && cap < p->all ? cap : p->all;
    return DT_OK;
}

/* One-hot labels have a column for each class; other labels are numbered by their distinct values. */
static dt_status hdf5_classes(const hdf5 *h, const part *train, const part *test, dt_shape *shape, dt_arena *scratch) {
    if (h->target[0] != 'c') return DT_OK;
    if (test->all > 0 && test->columns != train->columns)
        return dt_fail_at(DT_EFORMAT, test->key_y, "the test labels in %s have %zu columns and the training labels %zu: both must "
                          "have one form", test->name, test->columns > 0 ? test->columns : 1,
                          train->columns > 0 ? train->columns : 1);
    shape->classes = train->columns;
    if (train->columns > 0) return DT_OK;
    return dt_fail_place(dt_data_classes(train->labels, test->labels, &shape->classes, scratch), train->key_y);
}

/* A client without rows keeps its number. */
static void part_owners(const part *p, dt_dataset *set, dt_arena *run) {
    int32_t *owner = dt_arena_take(run, p->rows, sizeof *owner);
    size_t row = 0;
    for (size_t i = 0; i < p->pieces; i++)
        for (size_t k = 0; k < p->piece[i].rows && row < p->rows; k++) owner[row++] = (int32_t)i;
    set->owner = owner;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static dt_status part_fill(const hdf5 *h, const part *p, dt_dataset *set, dt_arena *run, dt_arena *scratch) {
    float *x, *y;
    size_t row = 0;
    DT_TRY(dt_data_take(p->rows, p->shape.features, set, &x, &y, run));
    for (size_t i = 0; i < p->rows; i++) y[i] = (float)p->labels.label[i];
    for (const piece *at = p->piece; row < p->rows; row += at++->rows) {
        dt_data_hdf5_set s;
        size_t count = at->rows < p->rows - row ? at->rows : p->rows - row;
        if (count == 0) continue;
        DT_TRY(dt_data_hdf5_open(p->file, p->name, at->x, p->key_x, &s));
        dt_status status = dt_data_hdf5_samples(&s, count, p->last, &p->shape, h->scale, x + row * p->shape.features, scratch);
        dt_data_hdf5_close(&s);
        DT_TRY(status);
    }
    return DT_OK;
}

/* Only the first piece is checked, since a check before the run has to be cheap. */
static dt_status part_look(const hdf5 *h, const part *train, part *p) {
    dt_data_hdf5_set x, y;
    DT_TRY(dt_data_hdf5_open(p->file, p->name, p->piece->x, p->key_x, &x));
    dt_status status = piece_shape(h, &x, train, p);
    dt_data_hdf5_close(&x);
    DT_TRY(status);
    DT_TRY(dt_data_hdf5_open(p->file, p->name, p->piece->y, p->key_y, &y));
    dt_data_hdf5_close(&y);
    return DT_OK;
}

static dt_status hdf5_file(const char *key, const char *path, part *p, dt_arena *scratch) {
    DT_TRY(dt_file_find(key, path, "the file to read", home, &p->name, scratch));
    dt_file file;
    if (dt_file_open(p->name, &file) == DT_EIO) return dt_fail_at(DT_EIO, key, "%s", dt_reason());
    p->file = dt_data_hdf5_file(p->name, scratch);
    return p->file >= 0 ? DT_OK : dt_fail_at(DT_EFORMAT, key, "%s is not a whole HDF5 file", p->name);
}

/* The test set, if there is one, stands in a file of its own or in that of the training set; there, clients have none. */
static dt_status hdf5_test(const hdf5 *h, const part *train, part *test, dt_arena *scratch) {
    if (h->test_x[0] == '\0' || h->test_y[0] == '\0') return DT_OK;
    if (h->test_path == NULL && train->clients) {
        dt_warn("data.test_path", "%s holds clients of the training set alone, so there is no test set: name its file, or set "
                "test_x = \"\"", train->name);
        return DT_OK;
    }
    DT_TRY(h->test_path == NULL ? hdf5_file("data.path", h->path, test, scratch)
                                : hdf5_file("data.test_path", h->test_path, test, scratch));
    return part_pieces(h, true, test, scratch);
}

static dt_status hdf5_look(const hdf5 *h, part *train, part *test) {
    DT_TRY(part_look(h, train, train));
    if (test->pieces > 0) DT_TRY(part_look(h, train, test));
    return dt_data_hdf5_owners_look(train->file, train->name, h->owner);
}

static dt_status hdf5_fill(const hdf5 *h, part *train, part *test, dt_data *out, dt_arena *run, dt_arena *scratch) {
    DT_TRY(part_measure(h, train, train, scratch));
    if (test->pieces > 0) DT_TRY(part_measure(h, train, test, scratch));
    out->shape = train->shape;
    DT_TRY(hdf5_classes(h, train, test, &out->shape, scratch));
    DT_TRY(part_fill(h, train, &out->train, run, scratch));
    if (test->pieces > 0) DT_TRY(part_fill(h, test, &out->test, run, scratch));
    if (train->clients) part_owners(train, &out->train, run);
    if (h->owner == NULL) return DT_OK;
    return dt_data_hdf5_owners(train->file, train->name, h->owner, train->all, train->rows, &out->train, run);
}

static dt_status hdf5_parts(const hdf5 *h, part *train, part *test, dt_data *out, dt_arena *run, dt_arena *scratch) {
    DT_TRY(hdf5_file("data.path", h->path, train, scratch));
    DT_TRY(part_pieces(h, false, train, scratch));
    if (train->clients && h->owner != NULL)
        return dt_fail_at(DT_EINVAL, "data.owner", "%s keeps its samples by client, in groups such as that of \"%s\", and the "
                          "client is the owner: leave owner out", train->name, train->piece->x);
    DT_TRY(hdf5_test(h, train, test, scratch));
    return run == NULL ? hdf5_look(h, train, test) : hdf5_fill(h, train, test, out, run, scratch);
}

/* Check the file (run NULL) or load it.  HDF5 is told not to print its errors, since ours name them. */
static dt_status hdf5_visit(const hdf5 *h, dt_data *out, dt_arena *run, dt_arena *scratch) {
    part train = { .file = -1 }, test = { .file = -1 };
    H5E_auto2_t print;
    void *data;
    H5Eget_auto2(H5E_DEFAULT, &print, &data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    dt_status status = hdf5_parts(h, &train, &test, out, run, scratch);
    if (test.file >= 0) H5Fclose(test.file);
    if (train.file >= 0) H5Fclose(train.file);
    H5Eset_auto2(H5E_DEFAULT, print, data);
    return status;
}

/* The same in another process first, which may crash. */
typedef struct hdf5_trial { const hdf5 *h; bool load; } hdf5_trial;

static dt_status hdf5_try(void *arg) {
    const hdf5_trial *t = arg;
    dt_data none = { 0 };
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = hdf5_visit(t->h, &none, t->load ? scratch : NULL, scratch);
    H5close();      /* on some damaged files HDF5 crashes only here */
    return status;
}

/* Open the files here, so that the processes that read them inherit them; those report what is wrong. */
static void hdf5_open(const hdf5 *h) {
    const char *const path[] = { h->path, h->test_path }, *name;
    dt_arena *scratch = dt_arena_new(0);
    dt_file file;
    for (size_t i = 0; i < 2; i++)
        if (path[i] != NULL && dt_file_find("", path[i], "", NULL, &name, scratch) == DT_OK) (void)dt_file_open(name, &file);
    dt_arena_free(scratch);
}

/* HDF5 crashes or loops on some damaged files. */
static dt_status hdf5_apart(const hdf5 *h, bool load) {
    enum { SECONDS = 600 };
    hdf5_open(h);
    return dt_apart_read(hdf5_try, &(hdf5_trial){ h, load }, SECONDS, h->path == NULL ? "the file" : h->path);
}

static dt_status hdf5_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    (void)seed;
    (void)workers;
    if (!dt_apart_inside()) DT_TRY(hdf5_apart(state, true));
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = hdf5_visit(state, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}

static dt_status hdf5_check(const void *state) {
    return hdf5_apart(state, false);
}

static const dt_param hdf5_params[] = {
    DT_TEXT_PARAM(hdf5, path, NULL, "file: beside the scenario, in the working folder or under $DTSIM_DATA"),
    DT_TEXT_PARAM(hdf5, test_path, NULL, "file of the test set, where it is not in path"),
    DT_TEXT_PARAM(hdf5, x, "train_images", "dataset of the training samples; in a federated file, which holds "
                  "examples/CLIENT/ARRAY, the array of each client, such as \"pixels\": the client is the owner, for split = "
                  "\"natural\""),
    DT_TEXT_PARAM(hdf5, y, "train_labels", "dataset (or array) of the training labels: numbers, truths, or one column for "
                  "each class with a 1 in that of the row (one-hot); the distinct numbers, in ascending order, are the "
                  "classes 0, 1, ..."),
    DT_TEXT_PARAM(hdf5, test_x, "test_images",
                  "dataset of the test samples; empty: none; in a federated file x names the array"),
    DT_TEXT_PARAM(hdf5, test_y, "test_labels",
                  "dataset of the test labels; empty: none; in a federated file y names the array"),
    DT_CHOICE_PARAM(hdf5, channels, "auto", "auto|first|last", "where the channels of an image stand in a row of rank 3: "
                    "first (channels x height x width, as in PyTorch), last (as in TensorFlow); auto: as the sizes tell, a "
                    "warning says so where they are last"),
    DT_TEXT_PARAM(hdf5, owner, NULL, "dataset with the device of each training row: integers, whole numbers or texts"),
    DT_CHOICE_PARAM(hdf5, target, "class", "class|real", "what the label is"),
    DT_REAL_PARAM(hdf5, scale, 1, -1e12, 1e12, "1", "values are multiplied by this: 1/255 for bytes"),
    DT_INT_PARAM(hdf5, train, 0, 0, 4e9, "training rows, the first ones; 0: all"),
    DT_INT_PARAM(hdf5, test, 0, 0, 4e9, "test rows, the first ones; 0: all"),
    { 0 }
};

const dt_data_type dt_data_hdf5 = {
    .is = { "hdf5", "Datasets of an HDF5 file.", "The HDF Group, HDF5", hdf5_params, sizeof(hdf5) },
    .check = hdf5_check, .load = hdf5_load,
};
