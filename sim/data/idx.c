/* idx.c - images and labels in the IDX format of MNIST, plain or gzipped.
 * Source: LeCun, Cortes, Burges, "The MNIST database": big-endian header (magic 2051: count, height, width;
 * magic 2049: count), then one unsigned byte a pixel or label. */
#include "base/file.h"
#include "base/wide.h"
#include "data/file.h"
#include "data/table.h"
#include <unistd.h>

typedef struct idx {
    const char *path;
    long        train, test;
} idx;

typedef struct idx_header { size_t count, height, width; } idx_header;

enum { IMAGES = 2051, LABELS = 2049, WIDEST = 4096 };

static const char home[] = "MNIST can be had from yann.lecun.com/exdb/mnist, "
                           "Fashion-MNIST from github.com/zalandoresearch/fashion-mnist";

static size_t idx_number(const unsigned char *b) {
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

/* Read the header and hold it against the size of the file. */
static dt_status idx_header_read(dt_data_file *f, size_t magic, idx_header *h) {
    unsigned char bytes[16];
    size_t length = magic == IMAGES ? 16 : 8;
    DT_TRY(dt_data_file_read(f, bytes, length));
    if (idx_number(bytes) != magic)
        return dt_fail(DT_EFORMAT, "%s starts with the number %zu; an IDX file of %s starts with %zu", f->name,
                       idx_number(bytes), magic == IMAGES ? "images" : "labels", magic);
    *h = (idx_header){ idx_number(bytes + 4), 1, 1 };
    if (magic == IMAGES) {
        h->height = idx_number(bytes + 8);
        h->width = idx_number(bytes + 12);
    }
    if (h->count == 0 || h->height == 0 || h->width == 0 || h->height > WIDEST || h->width > WIDEST)
        return dt_fail(DT_EFORMAT, "%s says it holds %zu images of %zu by %zu; 1 by 1 to %d by %d are allowed", f->name,
                       h->count, h->height, h->width, WIDEST, WIDEST);
    if (length + h->count * h->height * h->width > f->most)
        return dt_fail(DT_EFORMAT, "%s is truncated: its header promises %zu bytes", f->name,
                       length + h->count * h->height * h->width);
    return DT_OK;
}

/* Open folder/part-kind, or the same with .gz, and read its header. */
static dt_status idx_open(const char *folder, const char *part, size_t magic, dt_data_file *f, idx_header *h,
                          dt_arena *arena) {
    const char *kind = magic == IMAGES ? "images-idx3" : "labels-idx1";
    const char *name = dt_arena_text(arena, "%s/%s-%s-ubyte", folder, part, kind);
    if (access(name, R_OK) != 0) name = dt_arena_text(arena, "%s.gz", name);
    if (access(name, R_OK) != 0)
        return dt_fail_at(DT_ENOTFOUND, "data.path", "%s holds no %s-%s-ubyte, plain or .gz; %s", folder, part, kind,
                          home);
    DT_TRY(dt_data_file_open(f, name));
    dt_status status = idx_header_read(f, magic, h);
    if (status != DT_OK) dt_data_file_close(f);
    return status;
}

DT_WIDE
static void idx_grey(const unsigned char *restrict pixel, size_t n, float *restrict x) {
    for (size_t i = 0; i < n; i++) x[i] = (float)pixel[i] / 255.0f;
}

static dt_status idx_pixels(dt_data_file *f, const idx_header *h, size_t rows, float *x, dt_arena *scratch) {
    size_t n = h->height * h->width;
    unsigned char *row = dt_arena_take(scratch, n, 1);
    for (size_t i = 0; i < rows; i++) {
        DT_TRY(dt_data_file_read(f, row, n));
        idx_grey(row, n, x + i * n);
    }
    return rows == h->count ? dt_data_file_end(f) : DT_OK;
}

/* All labels are read, whatever the cap: the number of classes is the file's, not the cap's. */
static dt_status idx_labels(const char *folder, const char *part, unsigned char **label, size_t *count, size_t *classes,
                            dt_arena *scratch) {
    dt_data_file f;
    idx_header h;
    DT_TRY(idx_open(folder, part, LABELS, &f, &h, scratch));
    *label = dt_arena_take(scratch, h.count, 1);
    *count = h.count;
    dt_status status = dt_data_file_read(&f, *label, h.count);
    if (status == DT_OK) status = dt_data_file_end(&f);
    dt_data_file_close(&f);
    for (size_t i = 0; i < h.count; i++)
        if ((*label)[i] >= *classes) *classes = (size_t)(*label)[i] + 1;
    return status;
}

static dt_status idx_fill(dt_data_file *f, const idx_header *h, const unsigned char *label, size_t cap, dt_dataset *set,
                          dt_shape *shape, dt_arena *run, dt_arena *scratch) {
    size_t rows = cap > 0 && cap < h->count ? cap : h->count, n = h->height * h->width;
    float *x, *y;
    if (shape->features > 0 && (shape->height != h->height || shape->width != h->width))
        return dt_fail(DT_EFORMAT, "%s holds images of %zu by %zu, the training images are %zu by %zu", f->name,
                       h->height, h->width, shape->height, shape->width);
    *shape = (dt_shape){ n, shape->classes, 1, h->height, h->width };
    DT_TRY(dt_data_take(rows, n, set, &x, &y, run));
    for (size_t i = 0; i < rows; i++) y[i] = label[i];
    return idx_pixels(f, h, rows, x, scratch);
}

static dt_status idx_part(const char *folder, const char *part, long cap, dt_dataset *set, dt_shape *shape,
                          dt_arena *run, dt_arena *scratch) {
    dt_data_file f;
    idx_header h;
    unsigned char *label;
    size_t labels;
    DT_TRY(idx_labels(folder, part, &label, &labels, &shape->classes, scratch));
    DT_TRY(idx_open(folder, part, IMAGES, &f, &h, scratch));
    dt_status status = h.count == labels ? idx_fill(&f, &h, label, (size_t)cap, set, shape, run, scratch)
                                         : dt_fail(DT_EFORMAT, "%s holds %zu images, but there are %zu labels", f.name,
                                                   h.count, labels);
    dt_data_file_close(&f);
    return status;
}

static dt_status idx_load_from(const idx *s, dt_data *out, dt_arena *run, dt_arena *scratch) {
    const char *folder;
    DT_TRY(dt_file_find("data.path", s->path, "the file to read", home, &folder, scratch));
    DT_TRY(idx_part(folder, "train", s->train, &out->train, &out->shape, run, scratch));
    return idx_part(folder, "t10k", s->test, &out->test, &out->shape, run, scratch);
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
    const char *folder;
    DT_TRY(dt_file_find("data.path", s->path, "the file to read", home, &folder, scratch));
    for (int i = 0; i < 4; i++) {
        dt_data_file f;
        idx_header h;
        DT_TRY(idx_open(folder, i < 2 ? "train" : "t10k", i % 2 == 0 ? IMAGES : LABELS, &f, &h, scratch));
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
    { "path", DT_TEXT, offsetof(idx, path), 0, 0, 0, "1", "folder with the four files: beside the scenario, "
      "in the working folder or under $DTSIM_DATA",
      "mnist", NULL },
    { "train", DT_INT, offsetof(idx, train), 0, 0, 4e9, "1", "training images, the first ones; 0: all", NULL, NULL },
    { "test", DT_INT, offsetof(idx, test), 0, 0, 4e9, "1", "test images, the first ones; 0: all", NULL, NULL },
    { 0 }
};

const dt_data_type dt_data_idx = {
    .is = { "idx", "Images in the format of MNIST and Fashion-MNIST.", "LeCun, Cortes, Burges, the MNIST database",
            idx_params, sizeof(idx) },
    .check = idx_check, .load = idx_load,
};
