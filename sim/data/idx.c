/* idx.c - images and labels in the IDX format of MNIST, plain or gzipped.
 * Source: LeCun, Cortes, Burges, "The MNIST database": a header of two zero bytes, the type of a number, how many sizes
 * there are, and the sizes (big-endian, as all numbers are), then the numbers, a row after another.
 * When one would use it: MNIST and what is made like it (Fashion-MNIST, EMNIST, KMNIST). */
#include "base/file.h"
#include "data/file.h"
#include "data/idx_files.h"
#include "data/labels.h"
#include "data/table.h"
#include <string.h>

typedef struct idx {
    const char *path, *prefix;
    double      scale;
    long        train, test;
} idx;

typedef struct idx_header { unsigned type; size_t bytes, rank, count, height, width; } idx_header;  /* bytes of a number */

enum { BYTE = 8, SIGNED = 9, SHORT = 11, INT = 12, FLOAT = 13, DOUBLE = 14, WIDEST = 4096, RANK = 3 };

static const char home[] = "MNIST can be had from yann.lecun.com/exdb/mnist, "
                           "Fashion-MNIST from github.com/zalandoresearch/fashion-mnist";

static uint64_t idx_bits(const unsigned char *b, size_t bytes) {
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes; i++) bits = bits << 8 | b[i];
    return bits;
}

static size_t idx_bytes(unsigned type) {
    static const size_t bytes[] = { [BYTE] = 1, [SIGNED] = 1, [SHORT] = 2, [INT] = 4, [FLOAT] = 4, [DOUBLE] = 8 };
    return type < sizeof bytes / sizeof *bytes ? bytes[type] : 0;
}

static double idx_value(const unsigned char *b, const idx_header *h) {
    uint64_t bits = idx_bits(b, h->bytes);
    uint32_t half = (uint32_t)bits;
    float single;
    double value;
    memcpy(&single, &half, sizeof single);
    memcpy(&value, &bits, sizeof value);
    switch (h->type) {
    case SIGNED: return (int8_t)bits;
    case SHORT:  return (int16_t)bits;
    case INT:    return (int32_t)bits;
    case FLOAT:  return (double)single;
    case DOUBLE: return value;
    default:     return (double)bits;
    }
}

/* Labels are of rank 1; images of rank 3, or of rank 2 where each is a plain row of numbers. */
static dt_status idx_start(const dt_data_file *f, const unsigned char *bytes, int kind, idx_header *h) {
    size_t magic = (size_t)idx_bits(bytes, 4), rank = bytes[3];
    *h = (idx_header){ bytes[2], idx_bytes(bytes[2]), rank, 1, 1, 1 };
    bool fits = bytes[0] == 0 && bytes[1] == 0 && h->bytes > 0 && rank > 0 && rank <= RANK;
    if (fits && (kind == DT_DATA_IMAGES ? rank >= 2 : rank == 1)) return DT_OK;
    if (fits && kind == DT_DATA_LABELS)
        return dt_fail(DT_EFORMAT, "%s: expected one number for each label, got several (its header has %zu sizes)",
                       f->name, rank);
    return dt_fail(DT_EFORMAT, "%s: expected an IDX file of %s, which starts with the number %d or with that of another type of "
                   "numbers, got one that starts with %zu", f->name, kind == DT_DATA_IMAGES ? "images" : "labels",
                   kind == DT_DATA_IMAGES ? 2051 : 2049, magic);
}

/* Read the header and compare it with the size of the file. */
static dt_status idx_header_read(dt_data_file *f, int kind, idx_header *h) {
    unsigned char bytes[4 * (1 + RANK)];
    DT_TRY(dt_data_file_read(f, bytes, 4));
    DT_TRY(idx_start(f, bytes, kind, h));
    DT_TRY(dt_data_file_read(f, bytes + 4, 4 * h->rank));
    h->count = (size_t)idx_bits(bytes + 4, 4);
    if (h->rank == 3) h->height = (size_t)idx_bits(bytes + 8, 4);
    if (h->rank > 1) h->width = (size_t)idx_bits(bytes + 4 * h->rank, 4);
    size_t widest = h->rank == 2 ? WIDEST * WIDEST : WIDEST, length = 4 + 4 * h->rank;
    if (h->count == 0 || h->height == 0 || h->width == 0 || h->height > widest || h->width > widest)
        return dt_fail(DT_EFORMAT, "%s: expected images of 1 by 1 to %d by %d, got %zu images of %zu by %zu", f->name,
                       WIDEST, WIDEST, h->count, h->height, h->width);
    length += h->count * h->height * h->width * h->bytes;
    if (length > f->most)
        return dt_fail(DT_EFORMAT, "%s is truncated: its header promises %zu bytes", f->name, length);
    return DT_OK;
}

static dt_status idx_open(const char *name, int kind, dt_data_file *f, idx_header *h) {
    DT_TRY(dt_data_file_open(f, name));
    dt_status status = idx_header_read(f, kind, h);
    if (status != DT_OK) dt_data_file_close(f);
    return status;
}

/* Some rows at a time, as inflating a few bytes is slow, and what was just read is still in the processor's cache. */
static dt_status idx_numbers(const idx *s, dt_data_file *f, const idx_header *h, size_t rows, float *x, dt_arena *scratch) {
    enum { BLOCK = 1 << 17 };
    size_t n = h->height * h->width, most = BLOCK / (n * h->bytes) + 1;
    unsigned char *block = dt_arena_take(scratch, most * n, h->bytes);
    for (size_t i = 0; i < rows; i += most) {
        size_t count = (rows - i < most ? rows - i : most) * n;
        DT_TRY(dt_data_file_read(f, block, count * h->bytes));
        for (size_t k = 0; k < count; k++)
            x[i * n + k] = (float)(idx_value(block + k * h->bytes, h) * (s->scale == 0 ? 1 : s->scale));
    }
    return DT_OK;
}

/* All labels are read, so that the number of classes does not depend on how many rows are kept. */
static dt_status idx_labels(const char *name, dt_data_labels *labels, dt_arena *scratch) {
    dt_data_file f;
    idx_header h;
    DT_TRY(idx_open(name, DT_DATA_LABELS, &f, &h));
    unsigned char *bytes = dt_arena_take(scratch, h.count, h.bytes);
    *labels = (dt_data_labels){ name, dt_arena_take(scratch, h.count, sizeof(double)), h.count };
    dt_status status = dt_data_file_read(&f, bytes, h.count * h.bytes);
    if (status == DT_OK) status = dt_data_file_end(&f);
    dt_data_file_close(&f);
    for (size_t i = 0; status == DT_OK && i < h.count; i++) labels->label[i] = idx_value(bytes + i * h.bytes, &h);
    return status;
}

static dt_status idx_fill(const idx *s, dt_data_file *f, const idx_header *h, const dt_data_labels *labels, bool test,
                          dt_data *out, dt_arena *run, dt_arena *scratch) {
    size_t cap = (size_t)(test ? s->test : s->train), rows = cap > 0 && cap < h->count ? cap : h->count;
    bool image = h->rank == 3;
    dt_shape shape = { h->height * h->width, out->shape.classes, image, image ? h->height : 0, image ? h->width : 0 };
    bool grey = h->type == BYTE && s->scale == 0;
    uint8_t *pixel = NULL;
    float *x = NULL, *y;
    dt_dataset *set = test ? &out->test : &out->train;
    if (h->count != labels->count)
        return dt_fail(DT_EFORMAT, "%s: expected %zu images, as many as there are labels, got %zu", f->name, labels->count,
                       h->count);
    if (test && memcmp(&shape, &out->shape, sizeof shape) != 0)
        return dt_fail(DT_EFORMAT, "%s: expected images of %zu by %zu, as the training images are, got %zu by %zu", f->name,
                       out->shape.height, out->shape.width, h->height, h->width);
    out->shape = shape;
    DT_TRY(grey ? dt_data_take_pixels(rows, shape.features, set, &pixel, &y, run) : dt_data_take(rows, shape.features, set, &x, &y, run));
    for (size_t i = 0; i < rows; i++) y[i] = (float)labels->label[i];
    if (!grey) DT_TRY(idx_numbers(s, f, h, rows, x, scratch));
    else DT_TRY(dt_data_file_read(f, pixel, rows * shape.features));
    return rows == h->count ? dt_data_file_end(f) : DT_OK;
}

static dt_status idx_part(const idx *s, const char *name, const dt_data_labels *labels, bool test, dt_data *out,
                          dt_arena *run, dt_arena *scratch) {
    dt_data_file f;
    idx_header h;
    DT_TRY(idx_open(name, DT_DATA_IMAGES, &f, &h));
    dt_status status = idx_fill(s, &f, &h, labels, test, out, run, scratch);
    dt_data_file_close(&f);
    return status;
}

static dt_status idx_find(const idx *s, const char *file[DT_DATA_PARTS][DT_DATA_KINDS], dt_arena *scratch) {
    const char *folder;
    DT_TRY(dt_file_find("data.path", s->path, "the file to read", home, &folder, scratch));
    return dt_data_idx_files(folder, s->prefix, home, file, scratch);
}

static dt_status idx_load_from(const idx *s, dt_data *out, dt_arena *run, dt_arena *scratch) {
    const char *file[DT_DATA_PARTS][DT_DATA_KINDS];
    dt_data_labels train, test;
    DT_TRY(idx_find(s, file, scratch));
    DT_TRY(idx_labels(file[DT_DATA_TRAIN][DT_DATA_LABELS], &train, scratch));
    DT_TRY(idx_labels(file[DT_DATA_TEST][DT_DATA_LABELS], &test, scratch));
    DT_TRY(dt_data_classes(train, test, &out->shape.classes, scratch));
    DT_TRY(idx_part(s, file[DT_DATA_TRAIN][DT_DATA_IMAGES], &train, false, out, run, scratch));
    return idx_part(s, file[DT_DATA_TEST][DT_DATA_IMAGES], &test, true, out, run, scratch);
}

static dt_status idx_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    (void)seed;
    (void)workers;
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = idx_load_from(state, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}

static dt_status idx_check_in(const idx *s, dt_arena *scratch) {
    const char *file[DT_DATA_PARTS][DT_DATA_KINDS];
    DT_TRY(idx_find(s, file, scratch));
    for (int i = 0; i < DT_DATA_PARTS * DT_DATA_KINDS; i++) {
        dt_data_file f;
        idx_header h;
        int kind = i % DT_DATA_KINDS;
        DT_TRY(idx_open(file[i / DT_DATA_KINDS][kind], kind, &f, &h));
        dt_data_file_close(&f);
    }
    return DT_OK;
}

static dt_status idx_check(const void *state) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = idx_check_in(state, scratch);
    dt_arena_free(scratch);
    return status;
}

static const dt_param idx_params[] = {
    DT_TEXT_PARAM(idx, path, "mnist", "folder with the four files, beside the scenario, in the working folder or under "
                  "$DTSIM_DATA; they are called as train-images-idx3-ubyte (dots instead of dashes, a prefix and .gz are "
                  "read too); the distinct labels, in ascending order, are the classes 0, 1, ..."),
    DT_TEXT_PARAM(idx, prefix, NULL, "where a folder holds several sets: what the names of the one to read begin with, such "
                  "as \"emnist-letters\", or the end of that, \"letters\""),
    DT_REAL_PARAM(idx, scale, 0, -1e12, 1e12, "1",
                  "values are multiplied by this; 0: bytes by 1/255, other types are read as they are"),
    DT_INT_PARAM(idx, train, 0, 0, 4e9, "training images, the first ones; 0: all"),
    DT_INT_PARAM(idx, test, 0, 0, 4e9, "test images, the first ones; 0: all"),
    { 0 }
};

const dt_data_type dt_data_idx = {
    .is = { "idx", "Images in the format of MNIST, Fashion-MNIST and EMNIST.", "LeCun, Cortes, Burges, the MNIST database",
            idx_params, sizeof(idx) },
    .check = idx_check, .load = idx_load,
};
