/* csv.c - reads a table line by line and keeps what is wanted of it. */
#include "base/csv.h"
#include "base/file.h"
#include "base/lines.h"
#include "base/near.h"
#include "base/param.h"
#include "base/warn.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1 << 20 };

typedef struct reader {
    const dt_csv *csv;
    dt_csv_table *table;
    dt_arena *run, *scratch;
    const char **name;                  /* [fields] of the columns; their numbers where the file has no names */
    char  **field;                      /* [fields + 1] of the line at hand: one more shows that it is too long */
    size_t  fields, room, known;        /* of a line; rows that the table has room for; values that are known */
    bool    named;                      /* by the first line */
    size_t *wanted, label, filter;      /* [table->columns] where they stand in a line; fields where there is none */
    size_t  least;                      /* fields that a line has at least, so that all of these are there */
    char   *keep;                       /* the text that field filter must have; NULL: all rows are kept */
} reader;

/* ---- lines --------------------------------------------------------------------------------- */

/* A field without the blanks and the quotes around it. */
static char *csv_bare(char *field) {
    field += strspn(field, " \t");
    size_t length = strlen(field);
    while (length > 0 && strchr(" \t", field[length - 1]) != NULL) length--;
    if (length > 1 && field[0] == '"' && field[length - 1] == '"') {
        field++;
        length -= 2;
    }
    field[length] = '\0';
    return field;
}

/* Cut line at its commas; the number of fields, at most most. */
static size_t csv_cut(char *line, char **field, size_t most) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *next; line != NULL && count < most; line = next) {
        next = strchr(line, ',');
        if (next != NULL) *next++ = '\0';
        field[count++] = csv_bare(line);
    }
    return count;
}

static bool csv_number(const char *text, double *number) {
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0';
}

/* ---- columns ------------------------------------------------------------------------------- */

static dt_status csv_find(const reader *r, const char *name, const char *key, size_t *column) {
    const char *at = dt_arena_text(r->run, "%s.%s", r->csv->path, key), *file = r->csv->file;
    for (*column = 0; *column < r->fields; ++*column)
        if (strcmp(r->name[*column], name) == 0) return DT_OK;
    if (!r->named)
        return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\": its first line holds values, not names, so its "
                          "columns are called 1 to %zu", file, name, r->fields);
    const char *near = dt_nearest(name, r->name, r->fields);
    if (near != NULL) return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\"%s", file, name, dt_did_you_mean(near));
    return dt_fail_at(DT_EINVAL, at, "%s has no column \"%s\"; its first is \"%s\"", file, name, r->name[0]);
}

/* The last column that is neither the filter nor the label. */
static size_t csv_last(const reader *r) {
    for (size_t i = r->fields; i-- > 0;)
        if (i != r->filter && i != r->label) return i;
    return r->fields - 1;
}

static dt_status csv_place(const reader *r, const dt_csv_column *c, size_t *column) {
    *column = c->preset == NULL ? csv_last(r) : 0;
    if (c->name != NULL) return csv_find(r, c->name, c->key, column);
    return c->preset != NULL && r->named ? csv_find(r, c->preset, c->key, column) : DT_OK;
}

/* "column=value" */
static dt_status csv_filter(reader *r) {
    r->filter = r->fields;
    if (r->csv->where == NULL) return DT_OK;
    char *name = dt_arena_copy(r->run, r->csv->where, strlen(r->csv->where));
    r->keep = strchr(name, '=');
    if (r->keep == NULL)
        return dt_fail_at(DT_EINVAL, dt_arena_text(r->run, "%s.where", r->csv->path), "expected \"column=value\", got \"%s\"",
                          r->csv->where);
    *r->keep++ = '\0';
    return csv_find(r, name, "where", &r->filter);
}

/* Choose all columns.  One without a name holds row numbers that pandas or R wrote, or is a mistake: it is refused. */
static dt_status csv_all(reader *r) {
    for (size_t i = 0; i < r->fields; i++) {
        if (i == r->filter || i == r->label) continue;
        if (r->name[i][0] == '\0')
            return dt_fail_at(DT_EINVAL, dt_arena_text(r->run, "%s.column", r->csv->path), "column %zu of %s has no name: "
                              "is it an index? Name the columns that hold values", i + 1, r->csv->file);
        r->wanted[r->table->columns++] = i;
    }
    return DT_OK;
}

static dt_status csv_wanted(reader *r) {
    const dt_csv *csv = r->csv;
    r->wanted = dt_arena_take(r->scratch, csv->columns + r->fields, sizeof *r->wanted);
    r->label = r->fields;
    DT_TRY(csv_filter(r));
    if (csv->label != NULL) DT_TRY(csv_place(r, csv->label, &r->label));
    if (csv->columns == 0) return csv_all(r);
    for (size_t c = 0; c < csv->columns; c++) DT_TRY(csv_place(r, &csv->column[c], &r->wanted[c]));
    r->table->columns = csv->columns;
    return DT_OK;
}

static dt_status csv_columns(reader *r) {
    DT_TRY(csv_wanted(r));
    if (r->filter < r->fields) r->least = r->filter + 1;
    if (r->label < r->fields && r->label + 1 > r->least) r->least = r->label + 1;
    for (size_t c = 0; c < r->table->columns; c++) r->least = r->wanted[c] + 1 > r->least ? r->wanted[c] + 1 : r->least;
    return DT_OK;
}

/* True if the fields of the line are first, first + 1, and so on. */
static bool csv_counts(const reader *r, double first) {
    double number;
    for (size_t i = 0; i < r->fields; i++)
        if (!csv_number(r->field[i], &number) || number != first + (double)i) return false;
    return true;
}

/* Names that are numbers cannot be told from values.  Only times begin with 0 and 1, as pandas numbers columns; values may
 * well be 1 and 2. */
static dt_status csv_doubt(const reader *r) {
    if (r->fields > (r->csv->timed ? 2 : 1) && csv_counts(r, 0))
        return dt_fail(DT_EFORMAT, "the first line of %s is 0, 1 and so on: are these names, as "
                          "pandas gives them, or values? Take the line out, or write names that are no numbers", r->csv->file);
    if (r->fields > 2 && csv_counts(r, 1))
        dt_warn(dt_arena_text(r->run, "%s.path", r->csv->path), "the first line of %s is 1, 2 and so on: it was read as values, "
                "not as names of columns", r->csv->file);
    return DT_OK;
}

/* Name the columns by the first line; its fields stay cut. */
static dt_status csv_names(reader *r, char *line) {
    double number;
    r->fields = 1;
    for (const char *c = line; *c != '\0'; c++) r->fields += *c == ',';
    r->name = dt_arena_take(r->run, r->fields, sizeof *r->name);
    r->field = dt_arena_take(r->scratch, r->fields + 1, sizeof *r->field);
    r->fields = csv_cut(line, r->field, r->fields);
    DT_TRY(csv_doubt(r));
    for (size_t i = 0; i < r->fields; i++) r->named |= r->field[i][0] != '\0' && !csv_number(r->field[i], &number);
    for (size_t i = 0; i < r->fields; i++)
        r->name[i] = r->named ? dt_arena_text(r->run, "%s", r->field[i]) : dt_arena_text(r->run, "%zu", i + 1);
    return csv_columns(r);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void csv_grow(reader *r) {
    dt_csv_table *t = r->table, old = *t;
    r->room = r->room == 0 ? 256 : 2 * r->room;
    t->value = dt_arena_take(r->run, r->room * t->columns, sizeof *t->value);
    if (old.rows > 0) memcpy(t->value, old.value, old.rows * old.columns * sizeof *old.value);
    if (r->csv->label == NULL) return;
    t->label = dt_arena_take(r->run, r->room, sizeof *t->label);
    if (old.rows > 0) memcpy(t->label, old.label, old.rows * sizeof *old.label);
}

static dt_status csv_row(reader *r, size_t count, long number) {
    dt_csv_table *t = r->table;
    const char *file = r->csv->file;
    if (count < r->least)
        return dt_fail(DT_EFORMAT, "%s, line %ld: expected %zu fields, as many as the first line has, got %zu", file, number,
                       r->fields, count);
    if (count > r->fields && r->field[r->fields][0] != '\0')
        return dt_fail(DT_EFORMAT, "%s, line %ld: expected %zu fields, as many as the first line has, got %zu: fields are "
                       "separated by commas, and decimals by a point", file, number, r->fields, count);
    if (r->keep != NULL && strcmp(r->field[r->filter], r->keep) != 0) return DT_OK;
    if (r->csv->label != NULL && r->field[r->label][0] == '\0')
        return dt_fail(DT_EFORMAT, "%s, line %ld: expected a label in column \"%s\", which says whose values these are, "
                       "got an empty field", file, number, r->name[r->label]);
    if (t->rows == r->room) csv_grow(r);
    for (size_t c = 0; c < t->columns; c++) {
        const char *text = r->field[r->wanted[c]];
        double value = NAN;
        if (text[0] != '\0' && (!csv_number(text, &value) || !(value >= 0) || isinf(value)))
            return dt_fail(DT_EFORMAT, "%s, line %ld: expected a number of at least 0, got \"%.40s\"", file, number, text);
        t->value[t->rows * t->columns + c] = value;
        r->known += isnan(value) ? 0 : 1;
    }
    if (r->csv->label != NULL) t->label[t->rows] = dt_arena_text(r->run, "%s", r->field[r->label]);
    t->rows++;
    return DT_OK;
}

static dt_status csv_line(reader *r, char *line, long number) {
    if (line[strspn(line, " \t\r\n")] == '\0') return DT_OK;
    if (r->fields == 0) {
        DT_TRY(csv_names(r, line));
        return r->named ? DT_OK : csv_row(r, r->fields, number);
    }
    return csv_row(r, csv_cut(line, r->field, r->fields + 1), number);
}

static dt_status csv_lines(reader *r, dt_source *in) {
    const char *file = r->csv->file, *where = r->csv->where;
    dt_lines lines = { .in = in, .file = file, .line = dt_arena_take(r->scratch, LINE, 1), .room = LINE };
    char *line;
    for (;;) {
        DT_TRY(dt_lines_next(&lines, &line));
        if (line == NULL) break;
        DT_TRY(csv_line(r, line, lines.number));
    }
    if (r->known > 0) return DT_OK;
    return dt_fail(DT_EFORMAT, "%s holds no values%s%s", file, where == NULL ? "" : " where ", where == NULL ? "" : where);
}

dt_status dt_csv_read(const dt_csv *csv, dt_csv_table *table, dt_arena *run) {
    const char *found = NULL;
    const char *key = dt_arena_text(run, "%s.path", csv->path);
    DT_TRY(dt_file_find(key, csv->file, "a CSV file", NULL, &found, run));
    dt_source in;
    DT_TRY(dt_fail_place(dt_source_open(&in, found), key));
    *table = (dt_csv_table){ 0 };
    reader r = { .csv = csv, .table = table, .run = run, .scratch = dt_arena_new(0) };
    dt_status status = dt_fail_place(csv_lines(&r, &in), key);
    dt_arena_free(r.scratch);
    dt_source_close(&in);
    return status;
}
