/* trace.c - measured values: two columns of a CSV file, the time and the value that holds until the next time.  After
 * the last value the trace begins again; the last value lasts as long as a value does on average.
 * When: the bandwidth of a mobile network, or the availability of devices, was measured.
 * Source: the user's file; base/csv.h says what it may look like. */
#include "base/csv.h"
#include "profile/profile.h"
#include <math.h>
#include <string.h>

typedef struct trace {
    const char *path, *time, *column, *where, *begin;
    double *row;            /* [count * 2] time and value */
    size_t  count;
} trace;

/* Keep the rows whose time and value are known. */
static void trace_keep(trace *t, const dt_csv_table *table) {
    t->row = table->value;
    for (size_t i = 0; i < table->rows; i++) {
        const double *row = table->value + 2 * i;
        if (isnan(row[0]) || isnan(row[1])) continue;
        memmove(t->row + 2 * t->count++, row, 2 * sizeof *row);
    }
}

static dt_status trace_init(void *state, const char *path, dt_arena *run) {
    trace *t = state;
    dt_csv_table table;
    const dt_csv_column column[] = { { t->time, "time", "t_s" }, { t->column, "column", NULL } };
    dt_csv csv = { .path = path, .file = t->path, .where = t->where, .column = column, .columns = 2,
                   .timed = true };
    DT_TRY(dt_csv_read(&csv, &table, run));
    trace_keep(t, &table);
    for (size_t i = 1; i < t->count; i++)
        if (t->row[2 * i] < t->row[2 * i - 2])
            return dt_fail_at(DT_EFORMAT, path, "in %s the time goes back from %g to %g; if it holds several traces, choose "
                              "one by where = \"column=value\"", t->path, t->row[2 * i - 2], t->row[2 * i]);
    if (t->count < 2 || !(t->row[2 * (t->count - 1)] > t->row[0]))
        return dt_fail_at(DT_EFORMAT, path, "%s: expected at least two different times, got fewer", t->path);
    return DT_OK;
}

static long trace_first(const void *state, const dt_profile_draws *draws) {
    const trace *t = state;
    return strcmp(t->begin, "random") == 0 ? (long)gsl_rng_uniform_int(draws->rng, t->count) : 0;
}

static dt_piece trace_piece(const void *state, const dt_profile_draws *draws, dt_turn turn) {
    const trace *t = state;
    size_t at = (size_t)turn.index % t->count;
    const double *row = t->row + 2 * at;
    (void)draws;
    if (at + 1 < t->count) return (dt_piece){ row[1], row[2] - row[0] };
    return (dt_piece){ row[1], (row[0] - t->row[0]) / (double)(t->count - 1) };
}

static const dt_param trace_params[] = {
    DT_TEXT_PARAM(trace, path, NULL,
                  "CSV file, plain or gzip; it is looked for beside the scenario, in the working folder and under $DTSIM_DATA"),
    DT_TEXT_PARAM(trace, time, NULL, "name of the column with the times, in s (its number from 1 where the first line is no "
                  "header); else t_s, or the first where there is no header"),
    DT_TEXT_PARAM(trace, column, NULL, "name or number of the column with the values; else the last"),
    DT_TEXT_PARAM(trace, where, NULL, "\"column=value\": only rows that say so"),
    DT_CHOICE_PARAM(trace, begin, "first", "first|random",
                    "where each host or link begins: alike at the first row, or each at a row drawn for it"),
    { 0 }
};

const dt_profile_type dt_profile_trace = {
    .is = { "trace", "Measured values from a file.", "the user's file", trace_params, sizeof(trace) },
    .init = trace_init, .first = trace_first, .piece = trace_piece,
};
