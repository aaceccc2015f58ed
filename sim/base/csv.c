/* csv.c - reads a table line by line and keeps what is wanted of it. */
#include "base/csv.h"
#include "base/file.h"
#include "base/param.h"
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LINE = 1 << 14, FIELDS = 256 };

typedef struct reader {
    const dt_csv *csv;
    dt_arena *run;
    size_t  wanted[DT_CSV_COLUMNS], filter;     /* where they stand in a line */
    char   *keep;                               /* what field filter must say; NULL: every row is kept */
    double *value;                              /* [rows * columns] */
    size_t  rows, room;
} reader;

/* Cut line at its commas; the number of fields, at most FIELDS. */
static size_t csv_cut(char *line, char **field) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    while (count < FIELDS) {
        field[count++] = line;
        line = strchr(line, ',');
        if (line == NULL) break;
        *line++ = '\0';
    }
    return count;
}

static dt_status csv_column(const reader *r, const char *name, const char *key, char *const *field, size_t count,
                            size_t *column) {
    for (*column = 0; *column < count; ++*column)
        if (strcmp(field[*column], name) == 0) return DT_OK;
    const char *at = dt_arena_text(r->run, "%s.%s", r->csv->path, key);
    const char *near = dt_nearest(name, (const char *const *)field, count);
    if (near != NULL)
        return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\"; did you mean \"%s\"?", r->csv->file, name, near);
    return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\"; its first is \"%s\"", r->csv->file, name, field[0]);
}

static dt_status csv_header(reader *r, char *line) {
    char *field[FIELDS];
    const dt_csv *csv = r->csv;
    size_t count = csv_cut(line, field);
    for (size_t c = 0; c < csv->columns; c++) {
        r->wanted[c] = count - 1;
        if (csv->column[c] != NULL) DT_TRY(csv_column(r, csv->column[c], csv->key[c], field, count, &r->wanted[c]));
    }
    if (csv->where == NULL) return DT_OK;
    char *name = dt_arena_copy(r->run, csv->where, strlen(csv->where));
    r->keep = strchr(name, '=');
    if (r->keep == NULL)
        return dt_fail_at(DT_EINVAL, dt_arena_text(r->run, "%s.where", csv->path), "\"%s\" is not \"column=value\"",
                          csv->where);
    *r->keep++ = '\0';
    return csv_column(r, name, "where", field, count, &r->filter);
}

static double *csv_push(reader *r) {
    size_t columns = r->csv->columns;
    if (r->rows == r->room) {
        double *old = r->value;
        r->room = r->room == 0 ? 256 : 2 * r->room;
        r->value = dt_arena_take(r->run, r->room * columns, sizeof *r->value);
        if (old != NULL) memcpy(r->value, old, r->rows * columns * sizeof *old);
    }
    return r->value + r->rows++ * columns;
}

static dt_status csv_row(reader *r, char *line, long number) {
    char *field[FIELDS], *end;
    double value[DT_CSV_COLUMNS];
    size_t count = csv_cut(line, field), columns = r->csv->columns;
    if (count == 1 && field[0][0] == '\0') return DT_OK;
    for (size_t c = 0; c < columns; c++)
        if (r->wanted[c] >= count || (r->keep != NULL && r->filter >= count))
            return dt_fail(DT_EFORMAT, "%s, line %ld has %zu fields, fewer than the header", r->csv->file, number, count);
    if (r->keep != NULL && strcmp(field[r->filter], r->keep) != 0) return DT_OK;
    for (size_t c = 0; c < columns; c++) {
        const char *text = field[r->wanted[c]];
        if (text[0] == '\0') return DT_OK;
        value[c] = strtod(text, &end);
        if (end == text || *end != '\0' || !(value[c] >= 0) || isinf(value[c]))
            return dt_fail(DT_EFORMAT, "%s, line %ld: \"%.40s\" is not a number of at least 0", r->csv->file, number, text);
    }
    memcpy(csv_push(r), value, columns * sizeof *value);
    return DT_OK;
}

static dt_status csv_lines(reader *r, gzFile in) {
    const char *file = r->csv->file, *where = r->csv->where;
    char *line = dt_arena_take(r->run, LINE, 1);
    for (long number = 1; gzgets(in, line, LINE) != NULL; number++) {
        if (strlen(line) == LINE - 1 && line[LINE - 2] != '\n')
            return dt_fail(DT_EFORMAT, "%s, line %ld has more than %d bytes: no table", file, number, LINE - 2);
        if (number == 1) DT_TRY(csv_header(r, line));
        else DT_TRY(csv_row(r, line, number));
    }
    int code;
    const char *why = gzerror(in, &code);
    if (code == Z_ERRNO) return dt_fail(DT_EIO, "%s cannot be read: %s", file, strerror(errno));
    if (code != Z_OK) return dt_fail(DT_EFORMAT, "%s is corrupt or truncated: %s", file, why);
    if (r->rows == 0)
        return dt_fail(DT_EFORMAT, "%s holds no values%s%s", file, where == NULL ? "" : " where ", where == NULL ? "" : where);
    return DT_OK;
}

dt_status dt_csv_read(const dt_csv *csv, double **value, size_t *rows, dt_arena *run) {
    const char *found = NULL;
    reader r = { .csv = csv, .run = run };
    DT_TRY(dt_file_find(dt_arena_text(run, "%s.path", csv->path), csv->file, "a CSV file", NULL, &found, run));
    gzFile in = gzopen(found, "rb");
    if (in == NULL) return dt_fail(DT_EIO, "%s cannot be read: %s", found, strerror(errno));
    dt_status status = csv_lines(&r, in);
    gzclose_r(in);
    *value = r.value;
    *rows = r.rows;
    return status;
}
