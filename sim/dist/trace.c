/* trace.c - measured values: a column of a CSV file, plain or gzip, played in order or drawn at random.
 * Source: the user's file.  It has a header line and no quotes; an empty field means unknown and is left out. */
#include "dist/dist.h"
#include "base/file.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LINE = 1 << 14, COLUMNS = 256 };

typedef struct trace {
    const char *file, *column, *order, *where;
    double  scale, mean;
    bool    normalise, random;
    size_t  count, room;
    double *value;          /* [count] */
    /* Only while reading: */
    const char *path;       /* of the scenario */
    size_t  wanted, filter; /* columns */
    char   *keep;           /* what column filter must say; NULL: every row is kept */
} trace;

/* Cut line at its commas; the number of fields, at most COLUMNS. */
static size_t trace_cut(char *line, char **field) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    while (count < COLUMNS) {
        field[count++] = line;
        line = strchr(line, ',');
        if (line == NULL) break;
        *line++ = '\0';
    }
    return count;
}

static dt_status trace_column(const trace *t, const char *name, const char *key, char *const *field, size_t count,
                              size_t *column, dt_arena *run) {
    for (*column = 0; *column < count; ++*column)
        if (strcmp(field[*column], name) == 0) return DT_OK;
    const char *at = dt_arena_text(run, "%s.%s", t->path, key);
    const char *near = dt_nearest(name, (const char *const *)field, count);
    if (near != NULL)
        return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\"; did you mean \"%s\"?", t->file, name, near);
    return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\"; its first is \"%s\"", t->file, name, field[0]);
}

static dt_status trace_header(trace *t, char *line, dt_arena *run) {
    char *field[COLUMNS];
    size_t count = trace_cut(line, field);
    t->wanted = count - 1;
    if (t->column != NULL) DT_TRY(trace_column(t, t->column, "column", field, count, &t->wanted, run));
    if (t->where == NULL) return DT_OK;
    char *name = dt_arena_copy(run, t->where, strlen(t->where));
    t->keep = strchr(name, '=');
    if (t->keep == NULL)
        return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.where", t->path), "\"%s\" is not \"column=value\"",
                          t->where);
    *t->keep++ = '\0';
    return trace_column(t, name, "where", field, count, &t->filter, run);
}

static void trace_push(trace *t, double value, dt_arena *run) {
    if (t->count == t->room) {
        double *old = t->value;
        t->room = t->room == 0 ? 256 : 2 * t->room;
        t->value = dt_arena_take(run, t->room, sizeof *t->value);
        if (old != NULL) memcpy(t->value, old, t->count * sizeof *old);
    }
    t->value[t->count++] = value;
}

static dt_status trace_row(trace *t, char *line, long number, dt_arena *run) {
    char *field[COLUMNS], *end;
    size_t count = trace_cut(line, field);
    if (count == 1 && field[0][0] == '\0') return DT_OK;
    if (t->wanted >= count || (t->keep != NULL && t->filter >= count))
        return dt_fail(DT_EFORMAT, "%s, line %ld has %zu fields, fewer than the header", t->file, number, count);
    const char *text = field[t->wanted];
    if ((t->keep != NULL && strcmp(field[t->filter], t->keep) != 0) || text[0] == '\0') return DT_OK;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= 0) || isinf(value))
        return dt_fail(DT_EFORMAT, "%s, line %ld: \"%.40s\" is not a number of at least 0", t->file, number, text);
    trace_push(t, value, run);
    return DT_OK;
}

static dt_status trace_read(trace *t, gzFile in, dt_arena *run) {
    char *line = dt_arena_take(run, LINE, 1);
    for (long number = 1; gzgets(in, line, LINE) != NULL; number++) {
        if (strlen(line) == LINE - 1 && line[LINE - 2] != '\n')
            return dt_fail(DT_EFORMAT, "%s, line %ld has more than %d bytes: no table", t->file, number, LINE - 2);
        if (number == 1) DT_TRY(trace_header(t, line, run));
        else DT_TRY(trace_row(t, line, number, run));
    }
    int code;
    const char *why = gzerror(in, &code);
    if (code == Z_ERRNO) return dt_fail(DT_EIO, "%s cannot be read: %s", t->file, strerror(errno));
    if (code != Z_OK) return dt_fail(DT_EFORMAT, "%s is corrupt or truncated: %s", t->file, why);
    if (t->count == 0)
        return dt_fail(DT_EFORMAT, "%s holds no values%s%s", t->file, t->where == NULL ? "" : " where ",
                       t->where == NULL ? "" : t->where);
    return DT_OK;
}

static dt_status trace_settle(trace *t) {
    double sum = 0;
    for (size_t i = 0; i < t->count; i++) sum += t->value[i];
    t->mean = sum / (double)t->count;
    if (!t->normalise) return DT_OK;
    if (!(t->mean > 0)) return dt_fail(DT_EFORMAT, "%s: values that are all 0 have no mean of 1", t->file);
    t->scale /= t->mean;
    return DT_OK;
}

static dt_status trace_init(void *state, const char *path, dt_arena *run) {
    trace *t = state;
    const char *found = NULL;
    t->path = path;
    t->random = strcmp(t->order, "random") == 0;
    DT_TRY(dt_file_find(dt_arena_text(run, "%s.file", path), t->file, "a CSV file", NULL, &found, run));
    gzFile in = gzopen(found, "rb");
    if (in == NULL) return dt_fail(DT_EIO, "%s cannot be read: %s", found, strerror(errno));
    dt_status status = trace_read(t, in, run);
    gzclose_r(in);
    DT_TRY(status);
    return trace_settle(t);
}

static double trace_draw(const void *state, dt_rng *rng, long index) {
    const trace *t = state;
    size_t at = t->random ? gsl_rng_uniform_int(rng, t->count) : (size_t)index % t->count;
    return t->value[at] * t->scale;
}

static double trace_mean(const void *state) { return ((const trace *)state)->mean * ((const trace *)state)->scale; }

static const dt_param trace_params[] = {
    { "file", DT_TEXT, offsetof(trace, file), 0, 0, 0, "1", "CSV with a header line, plain or gzip, as given or under "
      "the folder DTSIM_DATA", NULL, NULL },
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
