/* table.c - from a table of text to a data set. */
#include "data/table.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double most_bytes = 8e9;

dt_status dt_data_take(size_t rows, size_t features, dt_dataset *set, float **x, float **y, dt_arena *run) {
    double bytes = 4.0 * (double)rows * ((double)features + 1);
    if (bytes > most_bytes || rows > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "data", "%zu rows of %zu columns need %.1f GB; at most %g GB are allowed: "
                          "take fewer rows or columns", rows, features, bytes / 1e9, most_bytes / 1e9);
    set->rows = rows;
    set->x = *x = dt_arena_take(run, rows * features, sizeof **x);
    set->y = *y = dt_arena_take(run, rows, sizeof **y);
    return DT_OK;
}

dt_data_word dt_data_word_of(const char *text) {
    char *end;
    double number = strtod(text, &end);
    end += strspn(end, " \t");
    return end != text && *end == '\0' ? (dt_data_word){ number, NULL } : (dt_data_word){ 0, text };
}

/* ---- words in order ------------------------------------------------------------------------ */

typedef struct placed { dt_data_word word; size_t row; } placed;

static int word_compare(const dt_data_word *a, const dt_data_word *b) {
    if (a->text != NULL && b->text != NULL) return strcmp(a->text, b->text);
    if (a->text != NULL || b->text != NULL) return a->text == NULL ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static int placed_compare(const void *a, const void *b) {
    return word_compare(&((const placed *)a)->word, &((const placed *)b)->word);
}

/* rank[i] = how many distinct words stand before word[i]; returns how many there are. */
static size_t word_ranks(const dt_data_word *word, size_t rows, uint32_t *rank, dt_arena *scratch) {
    placed *sorted = dt_arena_take(scratch, rows, sizeof *sorted);
    size_t distinct = 0;
    for (size_t i = 0; i < rows; i++) sorted[i] = (placed){ word[i], i };
    qsort(sorted, rows, sizeof *sorted, placed_compare);
    for (size_t i = 0; i < rows; i++) {
        if (i > 0 && word_compare(&sorted[i - 1].word, &sorted[i].word) != 0) distinct++;
        rank[sorted[i].row] = (uint32_t)distinct;
    }
    return distinct + 1;
}

/* ---- one part: the rows that are held out, or those that are not ------------------------------ */

static void table_held(const dt_data_table *t, double share, uint64_t seed, bool *held, dt_arena *scratch) {
    for (size_t i = t->first_test; i < t->rows; i++) held[i] = true;
    if (t->first_test < t->rows) return;
    size_t count = (size_t)(share * (double)t->rows);
    size_t *row = dt_arena_take(scratch, t->rows, sizeof *row), *pick = dt_arena_take(scratch, count, sizeof *pick);
    for (size_t i = 0; i < t->rows; i++) row[i] = i;
    if (count > 0)
        gsl_ran_choose(dt_rng_stream(scratch, seed, 0, "data.holdout"), pick, count, row, t->rows, sizeof *row);
    for (size_t i = 0; i < count; i++) held[pick[i]] = true;
}

typedef struct columns { const uint32_t *label, *owner; const bool *held; } columns;   /* [rows]; NULL: none */

static dt_status table_part(const dt_data_table *t, const columns *c, bool held, dt_dataset *set, float **x,
                            dt_arena *run) {
    size_t rows = 0, to = 0;
    float *y = NULL;
    int32_t *owner = NULL;
    for (size_t i = 0; i < t->rows; i++) rows += c->held[i] == held;
    DT_TRY(dt_data_take(rows, t->columns, set, x, &y, run));
    if (c->owner != NULL) set->owner = owner = dt_arena_take(run, rows, sizeof *owner);
    for (size_t i = 0; i < t->rows; i++) {
        if (c->held[i] != held) continue;
        memcpy(*x + to * t->columns, t->x + i * t->columns, t->columns * sizeof **x);
        y[to] = c->label != NULL ? (float)c->label[i] : (float)t->target[i].number;
        if (owner != NULL) owner[to] = (int32_t)c->owner[i];
        to++;
    }
    return DT_OK;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Mean and standard deviation of each column over the values that are there. */
static void column_moments(const dt_dataset *set, size_t n, double *mean, double *sd, dt_arena *scratch) {
    double *count = dt_arena_take(scratch, n, sizeof *count);
    for (size_t i = 0; i < set->rows * n; i++)
        if (!isnan(set->x[i])) {
            mean[i % n] += (double)set->x[i];
            count[i % n]++;
        }
    for (size_t j = 0; j < n; j++) mean[j] = count[j] > 0 ? mean[j] / count[j] : 0;
    for (size_t i = 0; i < set->rows * n; i++)
        if (!isnan(set->x[i])) sd[i % n] += ((double)set->x[i] - mean[i % n]) * ((double)set->x[i] - mean[i % n]);
    for (size_t j = 0; j < n; j++) sd[j] = count[j] > 0 ? sqrt(sd[j] / count[j]) : 0;
}

static void column_apply(float *x, size_t rows, size_t n, bool standardise, const double *mean, const double *sd) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < n; j++) {
            float *at = &x[i * n + j];
            double value = isnan(*at) ? mean[j] : (double)*at;
            if (standardise) value = sd[j] > 0 ? (value - mean[j]) / sd[j] : 0;
            *at = (float)value;
        }
}

static dt_status table_targets(const dt_data_table *t, bool real) {
    for (size_t i = 0; i < t->rows; i++) {
        const dt_data_word *w = &t->target[i];
        if (real && w->text != NULL)
            return dt_fail_at(DT_EFORMAT, "data", "the target \"%s\" of row %zu is not a number; set target = "
                              "\"class\"", w->text, i + 1);
        if (w->text == NULL ? !isfinite(w->number) : w->text[0] == '\0')
            return dt_fail_at(DT_EFORMAT, "data", "the target of row %zu is missing", i + 1);
    }
    return DT_OK;
}

static dt_status table_build(const dt_data_table *t, const dt_data_finish *f, uint64_t seed, dt_data *out,
                             dt_arena *run, dt_arena *scratch) {
    uint32_t *label = dt_arena_take(scratch, t->rows, sizeof *label), *owner = NULL;
    bool *held = dt_arena_take(scratch, t->rows, sizeof *held);
    double *mean = dt_arena_take(scratch, t->columns, sizeof *mean);
    double *sd = dt_arena_take(scratch, t->columns, sizeof *sd);
    float *train, *test;
    if (!f->real) out->shape.classes = word_ranks(t->target, t->rows, label, scratch);
    if (t->owner != NULL) {
        owner = dt_arena_take(scratch, t->rows, sizeof *owner);
        word_ranks(t->owner, t->rows, owner, scratch);
    }
    table_held(t, f->holdout, seed, held, scratch);
    columns c = { f->real ? NULL : label, owner, held };
    DT_TRY(table_part(t, &c, false, &out->train, &train, run));
    DT_TRY(table_part(t, &c, true, &out->test, &test, run));
    column_moments(&out->train, t->columns, mean, sd, scratch);
    column_apply(train, out->train.rows, t->columns, f->standardise, mean, sd);
    column_apply(test, out->test.rows, t->columns, f->standardise, mean, sd);
    return DT_OK;
}

dt_status dt_data_table_finish(const dt_data_table *t, const dt_data_finish *f, uint64_t seed, dt_data *out,
                               dt_arena *run) {
    if (t->rows == 0 || t->columns == 0)
        return dt_fail_at(DT_EFORMAT, "data", "the file holds %zu rows of %zu features; at least 1 of each is needed",
                          t->rows, t->columns);
    DT_TRY(table_targets(t, f->real));
    dt_arena *scratch = dt_arena_new(0);
    out->shape.features = t->columns;
    dt_status status = table_build(t, f, seed, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}
