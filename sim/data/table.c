/* table.c - from a table of text to a data set. */
#include "data/table.h"
#include "base/near.h"
#include "base/warn.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double most_bytes = 8e9;

/* each: bytes of a feature. */
static dt_status table_room(size_t rows, size_t features, size_t each) {
    double bytes = (double)rows * ((double)features * (double)each + sizeof(float));
    if (bytes > most_bytes || rows > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "data",
                          "expected at most %g GB of samples, got %.1f GB (%zu rows of %zu columns): take fewer "
                          "rows or columns", most_bytes / 1e9, bytes / 1e9, rows, features);
    return DT_OK;
}

dt_status dt_data_take(size_t rows, size_t features, dt_dataset *set, float **x, float **y, dt_arena *run) {
    DT_TRY(table_room(rows, features, sizeof **x));
    set->rows = rows;
    set->x = *x = dt_arena_take_dense(run, rows * features, sizeof **x);
    set->y = *y = dt_arena_take(run, rows, sizeof **y);
    return DT_OK;
}

dt_status dt_data_take_pixels(size_t rows, size_t features, dt_dataset *set, uint8_t **pixel, float **y, dt_arena *run) {
    DT_TRY(table_room(rows, features, 1));
    set->rows = rows;
    set->pixel = *pixel = dt_arena_take_dense(run, rows * features, 1);
    set->y = *y = dt_arena_take(run, rows, sizeof **y);
    return DT_OK;
}

/* ---- words in order ------------------------------------------------------------------------ */

/* The words of one column, and where they occur. */
typedef struct ranking {
    const dt_data_words *words;
    uint32_t *order, *rank;     /* [count] ranks to words, and words to ranks */
    size_t   *rows;             /* [count] of each word */
    size_t   *first;            /* [count] the first row of each */
    bool     *trained;          /* [count] a training row has it */
} ranking;

static void table_rank(const dt_data_words *words, const uint32_t *word, const bool *held, size_t rows, ranking *r,
                       dt_arena *scratch) {
    size_t count = words->count;
    *r = (ranking){ words, dt_arena_take(scratch, count, sizeof *r->order), dt_arena_take(scratch, count, sizeof *r->rank),
                    dt_arena_take(scratch, count, sizeof *r->rows), dt_arena_take(scratch, count, sizeof *r->first),
                    dt_arena_take(scratch, count, sizeof *r->trained) };
    for (size_t i = 0; i < rows; i++) {
        if (r->rows[word[i]]++ == 0) r->first[word[i]] = i;
        r->trained[word[i]] |= !held[i];
    }
    dt_data_words_order(words, r->trained, r->order, scratch);
    for (size_t i = 0; i < count; i++) r->rank[r->order[i]] = (uint32_t)i;
}

/* The label of training rows that is most likely meant instead: the same number, or the nearest text. */
static const char *label_near(const ranking *r, const char *text, size_t trained, dt_arena *scratch) {
    double number = dt_data_words_number(text);
    const char **known = dt_arena_take(scratch, trained, sizeof *known);
    for (size_t i = 0; i < trained; i++) {
        known[i] = r->words->text[r->order[i]];
        if (dt_data_words_number(known[i]) == number) return known[i];
    }
    const char *near = dt_nearest(text, known, trained);
    return near != NULL ? near : known[0];
}

/* A row of the test file of an unknown class is refused: it would always count as wrong. */
static dt_status label_untrained(const dt_data_table *t, const ranking *r, dt_arena *scratch) {
    size_t trained = 0;
    while (trained < r->words->count && r->trained[r->order[trained]]) trained++;
    if (trained == r->words->count) return DT_OK;
    uint32_t word = r->order[trained];
    const char *text = r->words->text[word];
    if (trained == 0) return dt_fail_at(DT_EFORMAT, "data", "expected at least 1 training row, got none");
    if (t->first_test < t->rows)
        return dt_fail_at(DT_EFORMAT, "data.test", "the label \"%.60s\" (in %zu of the test file's rows, first in row %zu) is in "
                          "no training row; the nearest there is \"%.60s\". Labels are compared as texts: write them alike in "
                          "both files, or remove these rows", text, r->rows[word], r->first[word] - t->first_test + 1,
                          label_near(r, text, trained, scratch));
    dt_warn("data.holdout", "%zu of %zu labels have no training row, because all their rows are held out for the test; the "
            "first is \"%.60s\"", r->words->count - trained, r->words->count, text);
    return DT_OK;
}

static void label_doubts(const ranking *r, size_t rows) {
    enum { LEAST = 20, FEW = 3 };       /* fewer rows tell nothing; a class has more rows than FEW */
    size_t count = r->words->count;
    if (rows >= LEAST && FEW * count > rows)
        dt_warn("data", "%zu rows have %zu different labels: is the target a number (target = \"real\"), or another column?",
                rows, count);
    if (count == 1) dt_warn("data", "every row has the same label, \"%.60s\": there is a single class", r->words->text[0]);
    for (size_t i = 1; i < count; i++) {
        uint32_t a = r->order[i - 1], b = r->order[i];
        const char *one = r->words->text[a], *other = r->words->text[b];
        if (dt_data_words_number(one) != dt_data_words_number(other)) continue;
        dt_warn("data", "the labels \"%.60s\" (%zu rows) and \"%.60s\" (%zu rows) are the same number in two spellings; they "
                "count as two classes, because labels are compared as texts", one, r->rows[a], other, r->rows[b]);
        return;
    }
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

/* label, owner: the rank of each word; NULL: no classes, no owners. */
typedef struct columns { const uint32_t *label, *owner; const bool *held; /* [rows] */ } columns;

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
        y[to] = c->label != NULL ? (float)c->label[t->label[i]] : t->y[i];
        if (owner != NULL) owner[to] = (int32_t)c->owner[t->owner[i]];
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

/* Number the words of labels and owners. */
static dt_status table_words(const dt_data_table *t, columns *c, dt_data *out, dt_arena *scratch) {
    ranking label, owner;
    if (t->labels != NULL) {
        table_rank(t->labels, t->label, c->held, t->rows, &label, scratch);
        DT_TRY(label_untrained(t, &label, scratch));
        label_doubts(&label, t->rows);
        out->shape.classes = t->labels->count;
        c->label = label.rank;
    }
    if (t->owners != NULL) {
        table_rank(t->owners, t->owner, c->held, t->rows, &owner, scratch);
        c->owner = owner.rank;
    }
    return DT_OK;
}

static dt_status table_build(const dt_data_table *t, const dt_data_finish *f, uint64_t seed, dt_data *out,
                             dt_arena *run, dt_arena *scratch) {
    bool *held = dt_arena_take(scratch, t->rows, sizeof *held);
    double *mean = dt_arena_take(scratch, t->columns, sizeof *mean);
    double *sd = dt_arena_take(scratch, t->columns, sizeof *sd);
    float *train, *test;
    columns c = { NULL, NULL, held };
    table_held(t, f->holdout, seed, held, scratch);
    DT_TRY(table_words(t, &c, out, scratch));
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
        return dt_fail_at(DT_EFORMAT, "data", "expected a file of at least 1 row of at least 1 feature, got %zu rows of %zu "
                          "features", t->rows, t->columns);
    dt_arena *scratch = dt_arena_new(0);
    out->shape.features = t->columns;
    dt_status status = table_build(t, f, seed, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}
