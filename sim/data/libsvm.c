/* libsvm.c - sparse text, a line a sample: label index:value index:value ...; made dense.
 * Indices begin at 1, or at 0 where one of the files holds an index 0.
 * Source: Chang, Lin 2011, "LIBSVM: A Library for Support Vector Machines"; qid: is that of SVMrank (Joachims 2006). */
#include "base/file.h"
#include "base/warn.h"
#include "data/file.h"
#include "data/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct libsvm {
    const char *path, *test, *target;
    long        columns;
    double      holdout;
} libsvm;

static const char home[] = "sets in this format can be had from www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets";

enum { MOST_COLUMNS = 100000000 };

/* One file, or several, while it is read. */
typedef struct libsvm_reading {
    const libsvm  *set;
    const char    *name;
    size_t         line, rows;
    long           first, widest;   /* least and greatest index; first is 1 unless a 0 was found */
    bool           queries;         /* qid: was found */
    dt_data_table *table;           /* NULL: the lines are only looked at and counted */
} libsvm_reading;

/* A label: what is left of the line is returned in *text. */
static dt_status libsvm_label(libsvm_reading *r, char **text) {
    char *start = *text, *end;
    double label = strtod(start, &end);
    bool real = strcmp(r->set->target, "real") == 0, whole = end != start && strchr(" \t#", *end) != NULL;
    if (!whole || isnan(label) || (real && isinf((float)label)))
        return dt_fail(DT_EFORMAT, "%s line %zu: expected a number as label at its start, got something else", r->name, r->line);
    *text = end;
    if (r->table == NULL) return DT_OK;
    char ends = *end;
    *end = '\0';
    if (real) r->table->y[r->rows] = (float)label;
    else r->table->label[r->rows] = dt_data_words_add(r->table->labels, start);
    *end = ends;
    return DT_OK;
}

/* index:value.  Where the indices begin is known once all lines were looked at. */
static dt_status libsvm_pair(libsvm_reading *r, char **text) {
    char *end, *start = *text;
    long index = strtol(start, &end, 10), columns = r->set->columns, least = r->table != NULL ? r->first : 0;
    long most = columns == 0 ? MOST_COLUMNS : r->table != NULL ? r->first + columns - 1 : columns;
    if (end == start || *end != ':')
        return dt_fail(DT_EFORMAT, "%s line %zu: expected index:value, got \"%.20s\"", r->name, r->line, start);
    if (index < least || index > most)
        return dt_fail(DT_EFORMAT, "%s line %zu: expected an index from %ld to %ld, got %ld%s", r->name, r->line, least, most,
                       index, r->table != NULL && r->first == 0 ? " (there is an index 0, so they begin at 0)" : "");
    start = end + 1;
    float value = strtof(start, &end);
    if (end == start || strchr(" \t#", *end) == NULL || !isfinite(value))
        return dt_fail(DT_EFORMAT, "%s line %zu: expected a finite number as value of index %ld, got \"%.*s\"", r->name, r->line,
                       index, (int)strcspn(start, " \t#"), start);
    *text = end;
    if (index < r->first) r->first = index;
    if (index > r->widest) r->widest = index;
    if (r->table != NULL) r->table->x[r->rows * r->table->columns + (size_t)(index - r->first)] = value;
    return DT_OK;
}

static dt_status libsvm_line(libsvm_reading *r, char *text) {
    DT_TRY(libsvm_label(r, &text));
    for (text += strspn(text, " \t"); *text != '\0' && *text != '#'; text += strspn(text, " \t")) {
        bool query = strncmp(text, "qid:", 4) == 0;
        r->queries |= query;
        if (query) text += strcspn(text, " \t#");
        else DT_TRY(libsvm_pair(r, &text));
    }
    return DT_OK;
}

static dt_status libsvm_lines(libsvm_reading *r, char *text) {
    char *line;
    for (r->line = 1; (line = dt_data_line(&text)) != NULL; r->line++) {
        line += strspn(line, " \t");
        if (*line == '\0' || *line == '#') continue;
        if (r->table != NULL && r->rows == r->table->rows) return dt_fail(DT_EIO, "%s changed while it was read", r->name);
        DT_TRY(libsvm_line(r, line));
        r->rows++;
    }
    return DT_OK;
}

/* Read all lines of a file; its text is released afterwards. */
static dt_status libsvm_walk(libsvm_reading *r, const char *name) {
    char *text;
    dt_arena *arena = dt_arena_new(0);
    r->name = name;
    dt_status status = dt_data_file_text(name, &text, arena);
    if (status == DT_OK) status = libsvm_lines(r, text);
    dt_arena_free(arena);
    return status;
}

static dt_status libsvm_find(const libsvm *s, const char *name[2], dt_arena *scratch) {
    DT_TRY(dt_file_find("data.path", s->path, "the file to read", home, &name[0], scratch));
    return s->test == NULL ? DT_OK : dt_file_find("data.test", s->test, "the file to read", home, &name[1], scratch);
}

static dt_status libsvm_room(const libsvm *s, const libsvm_reading *look, dt_data_table *t, dt_arena *scratch) {
    dt_dataset whole = { 0 };
    t->rows = look->rows;
    t->columns = s->columns > 0 ? (size_t)s->columns : (size_t)(look->widest - look->first + 1);
    DT_TRY(dt_data_take(t->rows, t->columns, &whole, &t->x, &t->y, scratch));
    if (strcmp(s->target, "real") == 0) return DT_OK;
    t->labels = dt_data_words_new(scratch);
    t->label = dt_arena_take(scratch, t->rows, sizeof *t->label);
    return DT_OK;
}

static void libsvm_tell(const libsvm_reading *look, const char *name) {
    if (look->first == 0) dt_warn("data.path", "%s: there is an index 0, so indices begin at 0, not at 1", name);
    if (look->queries) dt_warn("data.path", "%s: the query ids (qid:) are left out", name);
}

static dt_status libsvm_build(const libsvm *s, uint64_t seed, dt_data *out, dt_arena *run, dt_arena *scratch) {
    dt_data_finish finish = { .holdout = s->holdout };
    dt_data_table t = { 0 };
    libsvm_reading look = { .set = s, .first = 1 };
    const char *name[2];
    int files = s->test == NULL ? 1 : 2;
    DT_TRY(libsvm_find(s, name, scratch));
    for (int i = 0; i < files; i++) {
        DT_TRY(libsvm_walk(&look, name[i]));
        if (i == 0) t.first_test = look.rows;
    }
    if (files == 2 && look.rows == t.first_test) return dt_fail_at(DT_EFORMAT, "data.test",
                                                                   "expected at least 1 row in %s, got none", name[1]);
    DT_TRY(libsvm_room(s, &look, &t, scratch));
    libsvm_tell(&look, name[0]);
    libsvm_reading fill = { .set = s, .first = look.first, .table = &t };
    for (int i = 0; i < files; i++) DT_TRY(libsvm_walk(&fill, name[i]));
    if (fill.rows != t.rows) return dt_fail(DT_EIO, "%s changed while it was read", name[0]);
    return dt_data_table_finish(&t, &finish, seed, out, run);
}

/* The seed draws the rows that are held out. */
static bool libsvm_settled(const void *state) {
    const libsvm *s = state;
    return s->test != NULL || s->holdout == 0;
}

static dt_status libsvm_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    (void)workers;
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = libsvm_build(state, seed, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}

static dt_status libsvm_check_in(const libsvm *s, dt_arena *scratch) {
    libsvm_reading look = { .set = s, .line = 1, .first = 1 };
    const char *name[2];
    char *text, *line;
    DT_TRY(libsvm_find(s, name, scratch));
    DT_TRY(dt_data_file_start(name[0], &text, scratch));
    look.name = name[0];
    line = dt_data_line(&text);
    if (line != NULL) line += strspn(line, " \t");
    return line == NULL || *line == '\0' || *line == '#' ? DT_OK : libsvm_line(&look, line);
}

static dt_status libsvm_check(const void *state) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = libsvm_check_in(state, scratch);
    dt_arena_free(scratch);
    return status;
}

static const dt_param libsvm_params[] = {
    DT_TEXT_PARAM(libsvm, path, NULL, "file: beside the scenario, in the working folder or under $DTSIM_DATA; .gz is read too"),
    DT_TEXT_PARAM(libsvm, test, NULL, "file of the test set"),
    DT_REAL_PARAM(libsvm, holdout, 0.2, 0, 0.9, "1", "share of the rows kept for the test without a file"),
    DT_INT_PARAM(libsvm, columns, 0, 0, MOST_COLUMNS, "features; 0: as many as the greatest index found tells"),
    DT_CHOICE_PARAM(libsvm, target, "class", "class|real", "what the label is"),
    { 0 }
};

const dt_data_type dt_data_libsvm = {
    .is = { "libsvm", "A sparse text file of the LIBSVM collection; indices from 1, or from 0 where a file has an index 0; "
            "query ids (qid:) are left out.", "Chang, Lin 2011 (LIBSVM)", libsvm_params,
            sizeof(libsvm) },
    .check = libsvm_check, .by_seed = true, .settled = libsvm_settled, .load = libsvm_load,
};
