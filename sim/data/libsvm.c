/* libsvm.c - sparse text, a line a sample: label index:value index:value ..., indices from 1; made dense.
 * Source: Chang, Lin 2011, "LIBSVM: A Library for Support Vector Machines". */
#include "base/file.h"
#include "data/file.h"
#include "data/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct libsvm {
    const char *path, *test, *target;
    long        columns;
    double      holdout;
} libsvm;

static const char home[] = "sets in this format can be had from www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets";

enum { MOST_COLUMNS = 100000000 };

/* One line; x NULL: only look.  *widest grows to the greatest index.  line counts from 1, for the message. */
static dt_status libsvm_line(const char *text, const char *name, size_t line, float *x, size_t columns, double *label,
                             size_t *widest) {
    char *end;
    *label = strtod(text, &end);
    if (end == text || !isfinite(*label))
        return dt_fail(DT_EFORMAT, "%s line %zu does not start with a label that is a number", name, line);
    for (text = end + strspn(end, " \t"); *text != '\0' && *text != '#'; text = end + strspn(end, " \t")) {
        long index = strtol(text, &end, 10);
        if (end == text || *end != ':')
            return dt_fail(DT_EFORMAT, "%s line %zu: \"%.20s\" is not index:value", name, line, text);
        if (index < 1 || index > MOST_COLUMNS || (columns > 0 && (size_t)index > columns))
            return dt_fail(DT_EFORMAT, "%s line %zu: index %ld is outside 1 .. %zu", name, line, index,
                           columns > 0 ? columns : (size_t)MOST_COLUMNS);
        text = end + 1;
        float value = strtof(text, &end);
        if (end == text || !isfinite(value))
            return dt_fail(DT_EFORMAT, "%s line %zu: the value of index %ld is not a finite number", name, line, index);
        if ((size_t)index > *widest) *widest = (size_t)index;
        if (x != NULL) x[index - 1] = value;
    }
    return DT_OK;
}

/* Go through a file: count its samples and its widest index (t NULL), or put the samples into t from row on. */
static dt_status libsvm_walk(const libsvm *s, const char *name, dt_data_table *t, size_t *row, size_t *widest,
                             dt_arena *scratch) {
    char *text, *line;
    size_t length, number = 0, limit = t != NULL ? t->columns : (size_t)s->columns;
    double label;
    dt_arena_mark mark = dt_arena_here(scratch);
    DT_TRY(dt_data_file_text(name, &text, &length, scratch));
    while ((line = dt_data_line(&text)) != NULL && (t == NULL || *row < t->rows)) {
        number++;
        line += strspn(line, " \t");
        if (*line == '\0' || *line == '#') continue;
        float *x = t == NULL ? NULL : t->x + *row * t->columns;
        DT_TRY(libsvm_line(line, name, number, x, limit, &label, widest));
        if (t != NULL) t->target[*row] = (dt_data_word){ label, NULL };
        (*row)++;
    }
    dt_arena_release(scratch, mark);
    return DT_OK;
}

static dt_status libsvm_build(const libsvm *s, uint64_t seed, dt_data *out, dt_arena *run, dt_arena *scratch) {
    dt_data_finish finish = { .holdout = s->holdout, .real = strcmp(s->target, "real") == 0 };
    dt_data_table t = { 0 };
    dt_dataset whole = { 0 };
    const char *name[2];
    size_t widest = (size_t)s->columns, row = 0;
    float *unused;
    int files = s->test == NULL ? 1 : 2;
    DT_TRY(dt_file_find("data.path", s->path, "the file to read", home, &name[0], scratch));
    if (files == 2) DT_TRY(dt_file_find("data.test", s->test, "the file to read", home, &name[1], scratch));
    for (int i = 0; i < files; i++) {
        DT_TRY(libsvm_walk(s, name[i], NULL, &t.rows, &widest, scratch));
        if (i == 0) t.first_test = t.rows;
    }
    t.columns = widest;
    DT_TRY(dt_data_take(t.rows, t.columns, &whole, &t.x, &unused, scratch));
    t.target = dt_arena_take(scratch, t.rows, sizeof *t.target);
    for (int i = 0; i < files; i++) DT_TRY(libsvm_walk(s, name[i], &t, &row, &widest, scratch));
    if (row != t.rows) return dt_fail(DT_EIO, "%s changed while it was read", name[0]);
    return dt_data_table_finish(&t, &finish, seed, out, run);
}

static dt_status libsvm_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    (void)workers;
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = libsvm_build(state, seed, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}

static dt_status libsvm_check_in(const libsvm *s, dt_arena *scratch) {
    const char *name;
    char *line;
    size_t widest = 0;
    double label;
    if (s->test != NULL) DT_TRY(dt_file_find("data.test", s->test, "the file to read", home, &name, scratch));
    DT_TRY(dt_file_find("data.path", s->path, "the file to read", home, &name, scratch));
    DT_TRY(dt_data_file_line(name, &line, scratch));
    line += strspn(line, " \t");
    if (*line == '\0' || *line == '#') return DT_OK;
    return libsvm_line(line, name, 1, NULL, (size_t)s->columns, &label, &widest);
}

static dt_status libsvm_check(const void *state) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = libsvm_check_in(state, scratch);
    dt_arena_free(scratch);
    return status;
}

static const dt_param libsvm_params[] = {
    { "path", DT_TEXT, offsetof(libsvm, path), 0, 0, 0, "1", "file: beside the scenario, "
      "in the working folder or under $DTSIM_DATA; .gz is read too", NULL, NULL },
    { "test", DT_TEXT, offsetof(libsvm, test), 0, 0, 0, "1", "file of the test set", NULL, NULL },
    { "holdout", DT_REAL, offsetof(libsvm, holdout), 0.2, 0, 0.9, "1", "share of the rows kept for the test without a "
      "file", NULL, NULL },
    { "columns", DT_INT, offsetof(libsvm, columns), 0, 0, MOST_COLUMNS, "1", "features; 0: the greatest index found",
      NULL, NULL },
    { "target", DT_TEXT, offsetof(libsvm, target), 0, 0, 0, "1", "what the label is", "class", "class|real" },
    { 0 }
};

const dt_data_type dt_data_libsvm = {
    .is = { "libsvm", "A sparse text file of the LIBSVM collection.", "Chang, Lin 2011 (LIBSVM)", libsvm_params,
            sizeof(libsvm) },
    .check = libsvm_check, .load = libsvm_load,
};
