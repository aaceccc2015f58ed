/* trace.c - measured values: a column of a CSV file, plain or gzip, played in order or drawn at random.
 * Source: the user's file.  It has a header line and no quotes; an empty field means unknown and is left out. */
#include "base/csv.h"
#include "dist/dist.h"
#include <string.h>

typedef struct trace {
    const char *path, *column, *order, *where;
    double  scale, mean;
    bool    normalise, random;
    size_t  count;
    double *value;          /* [count] */
} trace;

static dt_status trace_settle(trace *t) {
    double sum = 0;
    for (size_t i = 0; i < t->count; i++) sum += t->value[i];
    t->mean = sum / (double)t->count;
    if (!t->normalise) return DT_OK;
    if (!(t->mean > 0)) return dt_fail(DT_EFORMAT, "%s: values that are all 0 have no mean of 1", t->path);
    t->scale /= t->mean;
    return DT_OK;
}

static dt_status trace_init(void *state, const char *path, dt_arena *run) {
    trace *t = state;
    dt_csv csv = { .path = path, .file = t->path, .where = t->where, .columns = 1, .column = { t->column },
                   .key = { "column" } };
    t->random = strcmp(t->order, "random") == 0;
    DT_TRY(dt_csv_read(&csv, &t->value, &t->count, run));
    return trace_settle(t);
}

static double trace_draw(const void *state, dt_rng *rng, long index) {
    const trace *t = state;
    size_t at = t->random ? gsl_rng_uniform_int(rng, t->count) : (size_t)index % t->count;
    return t->value[at] * t->scale;
}

static double trace_mean(const void *state) { return ((const trace *)state)->mean * ((const trace *)state)->scale; }

static const dt_param trace_params[] = {
    { "path", DT_TEXT, offsetof(trace, path), 0, 0, 0, "1", "CSV file, plain or gzip; it is looked for beside the "
      "scenario, in the working folder and under $DTSIM_DATA", NULL, NULL },
    { "column", DT_TEXT, offsetof(trace, column), 0, 0, 0, "1", "the column's name; else the last", NULL, NULL },
    { "where", DT_TEXT, offsetof(trace, where), 0, 0, 0, "1", "\"column=value\": only rows that say so", NULL, NULL },
    { "order", DT_TEXT, offsetof(trace, order), 0, 0, 0, "1",
      "random: any row each time; sequence: row after row, alike for every stream, again from the first at the end",
      "random", "random|sequence" },
    { "normalise", DT_BOOL, offsetof(trace, normalise), 1, 0, 1, "1", "divide by the mean of the column", NULL, NULL },
    { "scale", DT_REAL, offsetof(trace, scale), 1, 0, 1e300, "s", "times this, afterwards", NULL, NULL },
    { 0 }
};

const dt_dist_type dt_dist_trace = {
    .is = { "trace", "Measured values from a file.", "the user's file", trace_params, sizeof(trace) },
    .init = trace_init, .draw = trace_draw, .mean = trace_mean,
};
