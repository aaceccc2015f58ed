/* csv.c - a table of text, plain or gzipped: one sample a record, one column the target, perhaps one the owner.
 * Source: RFC 4180. */
#include "base/file.h"
#include "base/warn.h"
#include "data/columns.h"
#include "data/file.h"
#include "data/table.h"
#include <math.h>
#include <string.h>

typedef struct csv {
    const char *path, *test, *column, *owner, *drop, *target, *separator, *decimal, *missing;
    bool        header, standardise;
    double      holdout;
} csv;

static const char home[] = "many such tables can be had from archive.ics.uci.edu";

/* One file while it is read. */
typedef struct csv_file {
    dt_data_fields  fields;
    dt_data_columns columns;
    size_t          rows, left_out, infinite;   /* read so far; without a value that is needed; values */
} csv_file;

static char csv_separator(const csv *s) {
    return s->separator[0] == 't' ? '\t' : s->separator[0] == 's' ? ' ' : s->separator[0];
}

/* Excel puts "sep=;" into the first line of a table, which is no part of it. */
static void csv_skip_separator(dt_data_fields *f) {
    bool there = strncmp(f->text, "sep=", 4) == 0 && f->text[4] != '\0' && strchr("\r\n", f->text[5]) != NULL;
    if (there) dt_data_line(&f->text);
    f->next = there ? 2 : 1;
}

/* Find the training file (0) or the test file (1), read it, or only its beginning, and learn its columns. */
static dt_status csv_open(const csv *s, int which, bool whole, csv_file *f, dt_arena *scratch) {
    const char *name, *key = which == 0 ? "data.path" : "data.test";
    char *text;
    DT_TRY(dt_file_find(key, which == 0 ? s->path : s->test, "the file to read", home, &name, scratch));
    DT_TRY(whole ? dt_data_file_text(name, &text, scratch) : dt_data_file_start(name, &text, scratch));
    *f = (csv_file){ .fields = { .name = name, .text = text, .separator = csv_separator(s), .arena = scratch } };
    csv_skip_separator(&f->fields);
    DT_TRY(dt_data_fields_next(&f->fields));
    DT_TRY(dt_data_columns_read(&f->fields, s->header, &f->columns, scratch));
    if (which == 0) DT_TRY(dt_data_columns_names(&f->columns));
    DT_TRY(dt_data_columns_drop(&f->columns, s->drop, scratch));
    DT_TRY(dt_data_columns_mark(&f->columns, "data.owner", s->owner, DT_ROLE_OWNER, scratch));
    return dt_data_columns_mark(&f->columns, "data.column", s->column, DT_ROLE_TARGET, scratch);
}

/* ---- one field ------------------------------------------------------------------------------- */

/* "file line 3 (row 2)", without the header the row is counted. */
static const char *csv_place(const csv_file *f) {
    return dt_arena_text(f->fields.arena, "%s line %zu (row %zu)", f->fields.name, f->fields.line, f->rows);
}

static dt_status csv_no_number(const csv *s, const csv_file *f, size_t i) {
    const char *text = f->fields.field[i], *more = "data.drop leaves a column out";
    bool comma = strchr(text, ',') != NULL && text[strspn(text, "+-0123456789,")] == '\0' && s->decimal[0] == '.';
    if (f->columns.role[i] == DT_ROLE_TARGET) more = "set target = \"class\" where it is a label";
    else if (comma) more = "decimal = \",\" reads decimal commas";
    else if (!s->header && f->rows == 1) more = "header = true takes the first line of each file for the names of columns";
    else if (s->header && f->columns.field[0][0] == '#')
        more = "remove the first line, which begins with \"#\", if it is a comment";
    return dt_fail_at(DT_EFORMAT, "data.path", "%s, column \"%.60s\": expected a number, got \"%.40s\"; %s", csv_place(f),
                      f->columns.name[i], text, more);
}

/* A value is missing or infinite: leave out the row (*keep), take the mean (*x), or refuse the file. */
static dt_status csv_gap(const csv *s, csv_file *f, size_t i, float *x, bool *keep) {
    static const char *const what[] = { "", ", the target,", ", the owner,", "" };
    const char *text = f->fields.field[i], *name = f->columns.name[i];
    dt_data_role role = f->columns.role[i];
    float value;
    bool infinite = dt_data_cell(text, s->decimal[0], &value) == DT_CELL_INFINITE;
    if (s->missing[0] == 'd') {
        *keep = false;
        return DT_OK;
    }
    if (s->missing[0] == 'm' && role == DT_ROLE_FEATURE) {
        f->infinite += infinite;
        *x = NAN;
        return DT_OK;
    }
    return dt_fail_at(DT_EFORMAT, "data.missing", "%s: column \"%.60s\"%s has %s (\"%.40s\"); missing = \"drop\" leaves such rows "
                      "out%s", csv_place(f), name, what[role], infinite ? "no finite number" : "no value", text,
                      role != DT_ROLE_FEATURE ? ""
                      : ", missing = \"mean\" takes the mean of the column, data.drop leaves the column out");
}

static dt_status csv_number(const csv *s, csv_file *f, size_t i, float *x, bool *keep) {
    dt_data_cell_kind cell = dt_data_cell(f->fields.field[i], s->decimal[0], x);
    if (cell == DT_CELL_NUMBER) return DT_OK;
    return cell == DT_CELL_TEXT ? csv_no_number(s, f, i) : csv_gap(s, f, i, x, keep);
}

/* Labels and owners are texts.  A label that stands for no value is missing; an owner may have any name. */
static dt_status csv_word(const csv *s, csv_file *f, size_t i, const char **text, bool *keep) {
    float value;
    *text = f->fields.field[i];
    bool gap = f->columns.role[i] == DT_ROLE_OWNER ? **text == '\0' : dt_data_cell(*text, '.', &value) == DT_CELL_MISSING;
    return gap ? csv_gap(s, f, i, NULL, keep) : DT_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Empty fields after the last column come of superfluous separators at the end of a line, and are ignored. */
static dt_status csv_width(const csv_file *f) {
    size_t count = f->fields.count, columns = f->columns.count;
    while (count > columns && f->fields.field[count - 1][0] == '\0') count--;
    if (count == columns) return DT_OK;
    return dt_fail_at(DT_EFORMAT, "data.path", "%s: expected %zu fields, as many as the first line has, got %zu%s",
                      csv_place(f), columns, count,
                      count == columns + 1 && f->rows == 1 && f->columns.header
                      ? ": a column of row names needs a name in the header, too" : "");
}

static dt_status csv_row(const csv *s, csv_file *f, dt_data_table *t) {
    float *x = t->x + t->rows * t->columns;
    const char *label = NULL, *owner = NULL;
    bool keep = true;
    f->rows++;
    DT_TRY(csv_width(f));
    for (size_t i = 0; i < f->columns.count && keep; i++) {
        dt_data_role role = f->columns.role[i];
        if (role == DT_ROLE_FEATURE) DT_TRY(csv_number(s, f, i, x++, &keep));
        if (role == DT_ROLE_OWNER) DT_TRY(csv_word(s, f, i, &owner, &keep));
        if (role == DT_ROLE_TARGET && t->labels != NULL) DT_TRY(csv_word(s, f, i, &label, &keep));
        if (role == DT_ROLE_TARGET && t->labels == NULL) DT_TRY(csv_number(s, f, i, &t->y[t->rows], &keep));
    }
    f->left_out += !keep;
    if (!keep) return DT_OK;
    if (label != NULL) t->label[t->rows] = dt_data_words_add(t->labels, label);
    if (owner != NULL) t->owner[t->rows] = dt_data_words_add(t->owners, owner);
    t->rows++;
    return DT_OK;
}

static dt_status csv_fill(const csv *s, csv_file *f, dt_data_table *t) {
    size_t before = t->rows;
    if (s->header) DT_TRY(dt_data_fields_next(&f->fields));
    while (f->fields.count > 0) {
        DT_TRY(csv_row(s, f, t));
        DT_TRY(dt_data_fields_next(&f->fields));
    }
    if (f->left_out > 0)
        dt_warn("data.missing", "\"drop\" leaves out %zu of the %zu rows of %s", f->left_out, f->rows, f->fields.name);
    if (f->infinite > 0)
        dt_warn("data.missing", "\"mean\" replaces infinite values of %s, too: %zu of them", f->fields.name, f->infinite);
    if (before == 0) dt_data_columns_index(&f->columns, t->x, t->rows);
    if (t->rows == before && before > 0) return dt_fail_at(DT_EFORMAT, "data.test", "expected at least 1 row in %s, got none",
                                                           f->fields.name);
    return DT_OK;
}

/* Room for as many rows as the files have lines. */
static dt_status csv_room(const csv *s, const csv_file *f, int files, dt_data_table *t, dt_arena *scratch) {
    dt_dataset whole = { 0 };
    size_t lines = 0;
    for (int i = 0; i < files; i++) lines += dt_data_lines(f[i].fields.text) + 1;
    t->columns = f[0].columns.features;
    DT_TRY(dt_data_take(lines, t->columns, &whole, &t->x, &t->y, scratch));
    if (strcmp(s->target, "class") == 0) {
        t->labels = dt_data_words_new(scratch);
        t->label = dt_arena_take(scratch, lines, sizeof *t->label);
    }
    if (s->owner == NULL) return DT_OK;
    t->owners = dt_data_words_new(scratch);
    t->owner = dt_arena_take(scratch, lines, sizeof *t->owner);
    return DT_OK;
}

static dt_status csv_build(const csv *s, uint64_t seed, dt_data *out, dt_arena *run, dt_arena *scratch) {
    dt_data_finish finish = { s->holdout, s->standardise };
    dt_data_table t = { 0 };
    csv_file f[2];
    int files = s->test == NULL ? 1 : 2;
    for (int i = 0; i < files; i++) DT_TRY(csv_open(s, i, true, &f[i], scratch));
    if (files == 2) DT_TRY(dt_data_columns_alike(&f[0].columns, &f[1].columns));
    DT_TRY(csv_room(s, f, files, &t, scratch));
    DT_TRY(csv_fill(s, &f[0], &t));
    t.first_test = t.rows;
    if (files == 2) DT_TRY(csv_fill(s, &f[1], &t));
    DT_TRY(dt_data_columns_header(&f[0].columns, t.labels));
    return dt_data_table_finish(&t, &finish, seed, out, run);
}

/* The seed draws the rows that are held out. */
static bool csv_settled(const void *state) {
    const csv *s = state;
    return s->test != NULL || s->holdout == 0;
}

static dt_status csv_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    (void)workers;
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = csv_build(state, seed, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}

static dt_status csv_check(const void *state) {
    const csv *s = state;
    csv_file f[2];
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = csv_open(s, 0, false, &f[0], scratch);
    if (status == DT_OK && s->test != NULL) status = csv_open(s, 1, false, &f[1], scratch);
    if (status == DT_OK && s->test != NULL) status = dt_data_columns_alike(&f[0].columns, &f[1].columns);
    dt_arena_free(scratch);
    return status;
}

static const dt_param csv_params[] = {
    DT_TEXT_PARAM(csv, path, NULL, "file: beside the scenario, in the working folder or under $DTSIM_DATA; .gz is read too"),
    DT_TEXT_PARAM(csv, test, NULL, "file of the test set; its labels must be spelled as those of path"),
    DT_REAL_PARAM(csv, holdout, 0.2, 0, 0.9, "1", "share of the rows kept for the test without one"),
    DT_TEXT_PARAM(csv, column, "last", "column of the target: its name (its number from 1 where there is no header), or last"),
    DT_CHOICE_PARAM(csv, target, "class", "class|real", "what the target is; classes are texts: \"1\" and \"1.0\" are two"),
    DT_TEXT_PARAM(csv, owner, NULL, "column with the device of each row: any text"),
    DT_TEXT_PARAM(csv, drop, NULL, "columns to leave out, with commas between (a name that holds commas in double quotes); "
                  "as in pandas, a first column without a name is called \"Unnamed: 0\", and a second \"a\" is called \"a.1\""),
    DT_BOOL_PARAM(csv, header, true, "the first line names the columns"),
    DT_CHOICE_PARAM(csv, separator, ",", ",|;|tab|space", "what separates the fields; space: any number of blanks"),
    DT_CHOICE_PARAM(csv, decimal, ".", ".|,", "what separates the decimals of a number"),
    DT_BOOL_PARAM(csv, standardise, true, "features get mean 0, variance 1"),
    DT_CHOICE_PARAM(csv, missing, "refuse", "refuse|mean|drop", "what is done where a value is missing (empty, NA, NaN, "
                    "None, ?, ...) or infinite: refuse the file, take the mean of the column over the training rows, or "
                    "leave out the row"),
    { 0 }
};

const dt_data_type dt_data_csv = {
    .is = { "csv", "A table of text with a target column.", "RFC 4180", csv_params, sizeof(csv) },
    .check = csv_check, .by_seed = true, .settled = csv_settled, .load = csv_load,
};
