/* trace.c - measured values from a CSV file: drawn at random, in the order of the file, or each worker its own.
 * When: the distribution was measured.  A worker that is slow in one step is often slow in the next: if values are drawn
 * independently, the mean of the slowest worker is not that of the measurement; with order = "own" it is.
 * Source: the user's file; base/csv.h says what it may look like. */
#include "base/csv.h"
#include "distribution/distribution.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The part of the file that holds the values of one worker. */
typedef enum trace_own { TOGETHER, COLUMN, ROW, LABEL } trace_own;

typedef struct trace {
    const char *path, *where, *order, *own, *worker;
    dt_words  column;
    double    scale, common;    /* common: the mean of all values */
    bool      normalise, random;
    trace_own by;
    size_t    series;           /* one for each worker; TOGETHER: one for all */
    size_t   *start;            /* [series + 1] where each begins */
    double   *value;            /* [start[series]] */
    double   *mean;             /* [series] */
} trace;

/* ---- which columns ------------------------------------------------------------------------- */

static dt_status trace_refuse(const char *path, const char *key, const char *why, dt_arena *run) {
    return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.%s", path, key), "%s", why);
}

static dt_status trace_choose(trace *t, const char *path, dt_arena *run) {
    bool own = strcmp(t->order, "own") == 0, several = t->column.count > 1;
    t->random = strcmp(t->order, "random") == 0;
    if (!own && t->worker != NULL) return trace_refuse(path, "worker", "is for order = \"own\" alone", run);
    if (!own && t->own != NULL) return trace_refuse(path, "own", "is for order = \"own\" alone", run);
    if (!own && several) return trace_refuse(path, "column", "several columns are for order = \"own\" alone", run);
    if (t->worker != NULL && t->own != NULL)
        return trace_refuse(path, "own", "says what worker says, too, whose the values are: one of the two is enough", run);
    if (t->worker != NULL && several)
        return trace_refuse(path, "column", "where worker says whose a row is, its value stands in one column", run);
    if (own) t->by = t->worker != NULL ? LABEL : t->own != NULL && t->own[0] == 'r' ? ROW : COLUMN;
    return DT_OK;
}

static dt_status trace_read(const trace *t, const char *path, dt_csv_table *table, dt_arena *run) {
    const dt_csv_column label = { t->worker, "worker", NULL };
    bool all = t->column.count == 0 && (t->by == COLUMN || t->by == ROW);
    dt_csv_column *column = dt_arena_take(run, t->column.count + 1, sizeof *column);
    column[0] = (dt_csv_column){ NULL, "column", NULL };
    for (size_t c = 0; c < t->column.count; c++) column[c] = (dt_csv_column){ t->column.item[c], "column", NULL };
    dt_csv csv = { .path = path, .file = t->path, .where = t->where, .column = column,
                   .columns = all ? 0 : t->column.count > 0 ? t->column.count : 1,
                   .label = t->worker != NULL ? &label : NULL };
    return dt_csv_read(&csv, table, run);
}

/* ---- whose values -------------------------------------------------------------------------- */

/* Natural order: w2 comes before w10. */
static int label_order(const void *a, const void *b) { return strverscmp(*(const char *const *)a, *(const char *const *)b); }

/* The labels in their order, each once. */
static const char **trace_labels(const dt_csv_table *table, size_t *count, dt_arena *run) {
    const char **label = dt_arena_take(run, table->rows, sizeof *label);
    memcpy(label, table->label, table->rows * sizeof *label);
    qsort(label, table->rows, sizeof *label, label_order);
    *count = 0;
    for (size_t i = 0; i < table->rows; i++)
        if (i == 0 || strcmp(label[i], label[*count - 1]) != 0) label[(*count)++] = label[i];
    return label;
}

/* The worker of each row: [rows], or NULL where that does not depend on the row. */
static size_t *trace_owners(trace *t, const dt_csv_table *table, dt_arena *run) {
    t->series = t->by == COLUMN ? table->columns : t->by == ROW ? table->rows : 1;
    if (t->by != LABEL) return NULL;
    const char **label = trace_labels(table, &t->series, run);
    size_t *owner = dt_arena_take(run, table->rows, sizeof *owner);
    for (size_t i = 0; i < table->rows; i++) {
        const char **at = bsearch(&table->label[i], label, t->series, sizeof *label, label_order);
        owner[i] = (size_t)(at - label);
    }
    return owner;
}

/* Put the known values in the order of their owners, those of one as they stand in the file. */
static void trace_arrange(trace *t, const dt_csv_table *table, dt_arena *run) {
    const size_t *owner = trace_owners(t, table, run), cells = table->rows * table->columns;
    size_t *next = dt_arena_take(run, t->series + 1, sizeof *next);
    t->start = dt_arena_take(run, t->series + 1, sizeof *t->start);
    t->value = dt_arena_take(run, cells, sizeof *t->value);
    for (int fill = 0; fill < 2; fill++) {
        for (size_t i = 0; i < cells; i++) {
            size_t row = i / table->columns, column = i % table->columns;
            size_t s = t->by == COLUMN ? column : t->by == ROW ? row : t->by == LABEL ? owner[row] : 0;
            if (isnan(table->value[i])) continue;
            if (fill) t->value[next[s]++] = table->value[i];
            else t->start[s + 1]++;
        }
        for (size_t s = 0; s < t->series && !fill; s++) next[s + 1] = t->start[s + 1] += t->start[s];
    }
}

static dt_status trace_settle(trace *t, const char *path, dt_arena *run) {
    const char *key = dt_arena_text(run, "%s.path", path);
    double total = 0;
    t->mean = dt_arena_take(run, t->series, sizeof *t->mean);
    for (size_t s = 0; s < t->series; s++) {
        double sum = 0;
        for (size_t i = t->start[s]; i < t->start[s + 1]; i++) sum += t->value[i];
        if (t->start[s] == t->start[s + 1])
            return dt_fail_at(DT_EFORMAT, key, "%s: expected at least 1 value in each of the chosen ones, got none in %s %zu",
                              t->path, t->by == COLUMN ? "column" : t->by == ROW ? "row" : "worker", s + 1);
        t->mean[s] = sum / (double)(t->start[s + 1] - t->start[s]);
        total += sum;
    }
    if (isinf(total)) return dt_fail_at(DT_EFORMAT, key, "%s: the sum of the values is infinite", t->path);
    t->common = total / (double)t->start[t->series];
    if (!t->normalise) return DT_OK;
    if (!(t->common > 0)) return dt_fail_at(DT_EFORMAT, key, "%s: values that are all 0 have no mean of 1", t->path);
    t->scale /= t->common;
    return DT_OK;
}

static dt_status trace_init(void *state, const char *path, dt_arena *run) {
    trace *t = state;
    dt_csv_table table;
    DT_TRY(trace_choose(t, path, run));
    DT_TRY(trace_read(t, path, &table, run));
    if (t->by == COLUMN && t->own == NULL && table.columns == 1) t->by = ROW;
    trace_arrange(t, &table, run);
    return trace_settle(t, path, run);
}

/* ---- in a run ------------------------------------------------------------------------------ */

/* Columns that the scenario does not name may hold something else than times of workers, and rows without a label may be
 * values of all workers: such columns or rows are only taken if there are as many as workers. */
static dt_status trace_surplus(const trace *t, const char *key, size_t workers) {
    const char *many = workers == 1 ? "" : "s";
    if (t->by == COLUMN)
        return dt_fail_at(DT_EINVAL, key, "%s has %zu columns and the run has %zu worker%s: name the columns of the workers, "
                          "as column = { \"w0\", \"w1\" }", t->path, t->series, workers, many);
    return dt_fail_at(DT_EINVAL, key, "%s has %zu rows of one value and the run has %zu worker%s: say with worker = ... which "
                      "column tells whose a row is, or with own = \"row\" that the first %zu %s meant", t->path, t->series,
                      workers, many, workers, workers == 1 ? "is" : "are");
}

static dt_status trace_fit(const void *state, const char *path, size_t workers) {
    static const char *const what[] = { "", "column", "row", "worker" };
    const trace *t = state;
    char key[200];
    bool exact = (t->by == COLUMN && t->column.count == 0) || (t->by == ROW && t->own == NULL);
    if (t->by == TOGETHER || workers == t->series || (workers < t->series && !exact)) return DT_OK;
    snprintf(key, sizeof key, "%s.%s", path, t->by == LABEL ? "worker" : t->by == ROW ? "order" : "column");
    if (workers < t->series) return trace_surplus(t, key, workers);
    return dt_fail_at(DT_EINVAL, key, "%s gives %zu %s%s and the run has %zu workers: with order = \"own\" every worker "
                      "has one of its own", t->path, t->series, what[t->by], t->series == 1 ? "" : "s", workers);
}

static size_t trace_series(const trace *t, long rank) { return t->by == TOGETHER ? 0 : (size_t)rank % t->series; }

static double trace_draw(const void *state, dt_rng *rng, dt_turn turn) {
    const trace *t = state;
    size_t s = trace_series(t, turn.rank), count = t->start[s + 1] - t->start[s];
    size_t at = t->random ? gsl_rng_uniform_int(rng, count) : (size_t)turn.index % count;
    return t->value[t->start[s] + at] * t->scale;
}

/* The values of a file that are divided by their mean are no measured amounts any more. */
static const char *trace_note(const void *state, dt_arena *run) {
    const trace *t = state;
    if (!t->normalise || fabs(t->common - 1) < 0.01) return NULL;
    return dt_arena_text(run, "the values of %s are divided by their mean, %.4g, so that their mean is %.4g here; normalise = false "
                         "takes them as they were measured", t->path, t->common, t->scale * t->common);
}

static double trace_mean(const void *state, long rank) {
    const trace *t = state;
    return t->mean[trace_series(t, rank)] * t->scale;
}

static double trace_once(const void *state, dt_rng *rng, long rank) {
    const trace *t = state;
    return t->by == TOGETHER ? trace_draw(state, rng, (dt_turn){ rank, rank }) : trace_mean(state, rank);
}

static const dt_param trace_params[] = {
    DT_TEXT_PARAM(trace, path, NULL, "CSV file, plain or gzip; it is looked for beside the scenario, in the working folder "
                  "and under $DTSIM_DATA; an empty field is left out"),
    DT_WORDS_PARAM(trace, column, NULL, "name of the column with the values (its number from 1 where the first line is no "
                   "header); else the last; for order = \"own\" a list of them, else all"),
    DT_TEXT_PARAM(trace, where, NULL, "\"column=value\": only rows that say so"),
    DT_CHOICE_PARAM(trace, order, "random", "random|sequence|own", "for jitter and compute.seconds, at each step: random: "
                    "any row; sequence: the next row, the same for all workers; own: the next of the worker's own values, so "
                    "that who is slow stays slow. For slowness, once: random: any row; sequence: the next row for each worker; "
                    "own: the mean of its own values"),
    DT_CHOICE_PARAM(trace, own, NULL, "column|row", "for order = \"own\": whether a worker has a column or a row of its own; "
                    "else a column where there are several, a row where there is one (as many rows as workers)"),
    DT_TEXT_PARAM(trace, worker, NULL, "for order = \"own\" in a long table: the column that says whose a row is; worker 0 "
                  "is the first of its texts in natural order"),
    DT_BOOL_PARAM(trace, normalise, true, "divide by the mean of all values"),
    DT_REAL_PARAM(trace, scale, 1, 0, 1e300, "s", "times this, afterwards"),
    { 0 }
};

const dt_distribution_type dt_distribution_trace = {
    .is = { "trace", "Measured values from a file.", "the user's file", trace_params, sizeof(trace) },
    .init = trace_init, .fit = trace_fit, .draw = trace_draw, .once = trace_once, .mean = trace_mean, .note = trace_note,
};
