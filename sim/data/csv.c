/* csv.c - a table of text, plain or gzipped: one sample a line, one column the target, perhaps one the owner.
 * Source: RFC 4180, without line ends inside quotes. */
#include "base/file.h"
#include "data/file.h"
#include "data/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct csv {
    const char *path, *test, *column, *owner, *drop, *target, *separator, *missing;
    bool        header, standardise;
    double      holdout;
} csv;

static const char home[] = "many such tables can be had from archive.ics.uci.edu";

typedef enum csv_role { FEATURE, TARGET, OWNER, DROPPED } csv_role;

typedef struct csv_layout {
    size_t       fields, features;
    const char **name;      /* [fields] */
    csv_role    *role;      /* [fields] */
} csv_layout;

static char csv_separator(const csv *s) {
    return s->separator[0] == 't' ? '\t' : s->separator[0] == 's' ? ' ' : s->separator[0];
}

static size_t csv_find(const csv_layout *l, const char *name) {
    if (strcmp(name, "last") == 0) return l->fields - 1;
    for (size_t i = 0; i < l->fields; i++)
        if (strcmp(l->name[i], name) == 0) return i;
    return l->fields;
}

static dt_status csv_mark(csv_layout *l, const char *key, const char *name, csv_role role) {
    size_t at = csv_find(l, name);
    if (at < l->fields) {
        l->role[at] = role;
        return DT_OK;
    }
    const char *near = dt_nearest(name, l->name, l->fields);
    return dt_fail_at(DT_EINVAL, key, "there is no column \"%s\" among the %zu of the file%s%s%s", name, l->fields,
                      near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near, near == NULL ? "" : "\"?");
}

/* What each column is, from the first line (which is overwritten). */
static dt_status csv_layout_read(const csv *s, char *line, csv_layout *l, dt_arena *arena) {
    l->fields = 1;
    for (const char *c = line; *c != '\0'; c++) l->fields += *c == csv_separator(s);
    l->name = dt_arena_take(arena, l->fields, sizeof *l->name);
    l->role = dt_arena_take(arena, l->fields, sizeof *l->role);
    l->fields = dt_data_fields(line, csv_separator(s), l->name, l->fields);
    for (size_t i = 0; i < l->fields && !s->header; i++) l->name[i] = dt_arena_text(arena, "%zu", i + 1);
    if (s->drop != NULL) {
        char *at = dt_arena_text(arena, "%s", s->drop), *name;
        while ((name = strtok_r(at, ",", &at)) != NULL)
            DT_TRY(csv_mark(l, "data.drop", name + strspn(name, " "), DROPPED));
    }
    if (s->owner != NULL) DT_TRY(csv_mark(l, "data.owner", s->owner, OWNER));
    DT_TRY(csv_mark(l, "data.column", s->column, TARGET));
    for (size_t i = 0; i < l->fields; i++) l->features += l->role[i] == FEATURE;
    return DT_OK;
}

static bool csv_missing(const char *field) {
    return field[0] == '\0' || strcmp(field, "?") == 0 || strcmp(field, "NA") == 0;
}

static dt_status csv_row(const csv *s, const csv_layout *l, const char *const *field, dt_data_table *t, size_t row,
                         const char *name) {
    float *x = t->x + row * t->columns;
    for (size_t i = 0; i < l->fields; i++) {
        if (l->role[i] == TARGET) t->target[row] = dt_data_word_of(csv_missing(field[i]) ? "" : field[i]);
        if (l->role[i] == OWNER) t->owner[row] = dt_data_word_of(field[i]);
        if (l->role[i] != FEATURE) continue;
        dt_data_word word = csv_missing(field[i]) ? (dt_data_word){ NAN, NULL } : dt_data_word_of(field[i]);
        if (word.text != NULL)
            return dt_fail_at(DT_EFORMAT, "data.path", "%s: \"%.40s\" in column \"%s\" is not a number; data.drop "
                              "leaves a column out", name, word.text, l->name[i]);
        if (isnan(word.number) && s->missing[0] == 'r')
            return dt_fail_at(DT_EFORMAT, "data.missing", "%s: sample %zu has no value in column \"%s\"; set missing = "
                              "\"mean\", or leave the column out by data.drop", name, row + 1, l->name[i]);
        *x++ = (float)word.number;
    }
    return DT_OK;
}

/* Samples in a text: lines that are not blank, less the header. */
static size_t csv_count(const csv *s, const char *text) {
    size_t lines = 0;
    while (*text != '\0') {
        lines += text[strspn(text, " \t\r")] != '\n' && text[strspn(text, " \t\r")] != '\0';
        text = strchrnul(text, '\n');
        text += *text == '\n';
    }
    return lines > 0 && s->header ? lines - 1 : lines;
}

static dt_status csv_fill(const csv *s, const csv_layout *l, char *text, const char *name, dt_data_table *t,
                          size_t *row, dt_arena *scratch) {
    const char **field = dt_arena_take(scratch, l->fields, sizeof *field);
    bool header = s->header;
    char *line;
    for (size_t number = 1; (line = dt_data_line(&text)) != NULL; number++) {
        if (line[strspn(line, " \t\r")] == '\0') continue;
        if (header) {
            header = false;
            continue;
        }
        size_t count = dt_data_fields(line, csv_separator(s), field, l->fields);
        if (count != l->fields)
            return dt_fail(DT_EFORMAT, "%s line %zu has %zu fields, the first has %zu", name, number, count, l->fields);
        DT_TRY(csv_row(s, l, field, t, (*row)++, name));
    }
    return DT_OK;
}

/* Find the training file (0) or the test file (1) and read its layout. */
static dt_status csv_first(const csv *s, int which, const char **name, csv_layout *l, dt_arena *scratch) {
    char *line;
    DT_TRY(dt_file_find(which == 0 ? "data.path" : "data.test", which == 0 ? s->path : s->test, "the file to read", home, name, scratch));
    DT_TRY(dt_data_file_line(*name, &line, scratch));
    return csv_layout_read(s, line, l, scratch);
}

static bool csv_alike(const csv_layout *a, const csv_layout *b) {
    bool alike = a->fields == b->fields;
    for (size_t i = 0; i < a->fields && alike; i++) alike = strcmp(a->name[i], b->name[i]) == 0;
    return alike;
}

static dt_status csv_build(const csv *s, uint64_t seed, dt_data *out, dt_arena *run, dt_arena *scratch) {
    dt_data_finish finish = { s->holdout, strcmp(s->target, "real") == 0, s->standardise };
    csv_layout layout[2] = { { 0 }, { 0 } };
    dt_data_table t = { 0 };
    dt_dataset whole = { 0 };
    const char *name[2];
    char *text[2];
    size_t length, row = 0;
    float *unused;
    int files = s->test == NULL ? 1 : 2;
    for (int i = 0; i < files; i++) {
        DT_TRY(csv_first(s, i, &name[i], &layout[i], scratch));
        DT_TRY(dt_data_file_text(name[i], &text[i], &length, scratch));
        t.rows += csv_count(s, text[i]);
        if (i == 0) t.first_test = t.rows;
    }
    t.columns = layout[0].features;
    if (files == 2 && !csv_alike(&layout[0], &layout[1]))
        return dt_fail_at(DT_EFORMAT, "data.test", "%s has not the columns of %s", name[1], name[0]);
    DT_TRY(dt_data_take(t.rows, t.columns, &whole, &t.x, &unused, scratch));
    t.target = dt_arena_take(scratch, t.rows, sizeof *t.target);
    if (s->owner != NULL) t.owner = dt_arena_take(scratch, t.rows, sizeof *t.owner);
    for (int i = 0; i < files; i++) DT_TRY(csv_fill(s, &layout[0], text[i], name[i], &t, &row, scratch));
    return dt_data_table_finish(&t, &finish, seed, out, run);
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
    const char *name;
    csv_layout layout = { 0 }, other = { 0 };
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = csv_first(s, 0, &name, &layout, scratch);
    if (status == DT_OK && s->test != NULL) status = csv_first(s, 1, &name, &other, scratch);
    dt_arena_free(scratch);
    return status;
}

static const dt_param csv_params[] = {
    { "path", DT_TEXT, offsetof(csv, path), 0, 0, 0, "1", "file: beside the scenario, "
      "in the working folder or under $DTSIM_DATA; .gz is read too", NULL, NULL },
    { "test", DT_TEXT, offsetof(csv, test), 0, 0, 0, "1", "file of the test set", NULL, NULL },
    { "holdout", DT_REAL, offsetof(csv, holdout), 0.2, 0, 0.9, "1", "share of the rows kept for the test without one",
      NULL, NULL },
    { "column", DT_TEXT, offsetof(csv, column), 0, 0, 0, "1", "column of the target: its name (its number from 1 where "
      "there is no header), or last", "last", NULL },
    { "target", DT_TEXT, offsetof(csv, target), 0, 0, 0, "1", "what the target is", "class", "class|real" },
    { "owner", DT_TEXT, offsetof(csv, owner), 0, 0, 0, "1", "column with the device of each row", NULL, NULL },
    { "drop", DT_TEXT, offsetof(csv, drop), 0, 0, 0, "1", "columns to leave out, with commas between", NULL, NULL },
    { "header", DT_BOOL, offsetof(csv, header), 1, 0, 1, "1", "the first line names the columns", NULL, NULL },
    { "separator", DT_TEXT, offsetof(csv, separator), 0, 0, 0, "1", "what parts the fields", ",", ",|;|tab|space" },
    { "standardise", DT_BOOL, offsetof(csv, standardise), 1, 0, 1, "1", "features get mean 0, variance 1", NULL, NULL },
    { "missing", DT_TEXT, offsetof(csv, missing), 0, 0, 0, "1", "what a feature without a value becomes", "refuse",
      "refuse|mean" },
    { 0 }
};

const dt_data_type dt_data_csv = {
    .is = { "csv", "A table of text with a target column.", "RFC 4180", csv_params, sizeof(csv) },
    .check = csv_check, .load = csv_load,
};
