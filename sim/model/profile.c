/* profile.c - a model of which only the sizes are known: simulated in time and bytes, never trained.
 * Source: a CSV with a header line and the columns layer, params, fwd_flops, bwd_flops, act_bytes, the last three of one
 * sample: one of ours (profiles/, computed by make.py from the published architectures) or the user's.  A sixth column, after,
 * makes a graph of the chain of layers: shortcuts and branches. */
#include "model/model.h"
#include "base/file.h"
#include "base/lines.h"
#include "base/near.h"
#include "base/room.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct profile { const char *path; } profile;

enum { LINE = 512, FIELDS = 5, MOST = 100000, NAMES = 64 };

/* ---- where it is --------------------------------------------------------------------------- */

/* The shipped profiles, by name. */
static size_t profile_names(const char *folder, const char **name, dt_arena *run) {
    struct dirent **found;
    size_t count = 0;
    int files = scandir(folder, &found, NULL, alphasort);
    for (int i = 0; i < files; i++) {
        const char *file = found[i]->d_name, *end = strstr(file, ".csv");
        if (end != NULL && end[4] == '\0' && count < NAMES) name[count++] = dt_arena_copy(run, file, (size_t)(end - file));
        free(found[i]);
    }
    if (files >= 0) free(found);
    return count;
}

/* A word without dot and slash names a shipped profile; all else is a path. */
static dt_status profile_find(const char *file, const char **found, dt_arena *run) {
    const char *folder = dt_arena_text(run, "%s/sim/model/profiles", dt_file_home(run)), *name[NAMES], *list = "";
    size_t names = profile_names(folder, name, run);
    for (size_t i = 0; i < names; i++) {
        list = dt_arena_text(run, "%s%s%s", list, i == 0 ? "" : ", ", name[i]);
        if (file == NULL || strcmp(name[i], file) != 0) continue;
        *found = dt_arena_text(run, "%s/%s.csv", folder, file);
        return DT_OK;
    }
    if (file == NULL || file[0] == '\0' || strpbrk(file, "./") != NULL)
        return dt_file_find("model.path", file, "a CSV file of layers or a shipped profile",
                            dt_arena_text(run, "shipped are %s", list), found, run);
    return dt_fail_at(DT_ENOTFOUND, "model.path", "there is no profile \"%s\"%s (shipped are %s; a file of yours has a dot or "
                      "a slash in its path)", file, dt_did_you_mean(dt_nearest(file, name, names)), list);
}

/* ---- what it says -------------------------------------------------------------------------- */

/* A file that is read: line so many, and the layers so far. */
typedef struct table {
    const char     *file;
    long            line;
    bool            graph;          /* it has the column after */
    dt_model       *m;
    dt_model_layer *layer;          /* [MOST] */
    dt_arena       *run;
} table;

/* *rest is what follows the fields that are numbers. */
static dt_status table_row(const table *t, char *line, dt_model_layer *row, char **rest) {
    char *value = strchr(line, ','), *end = NULL;
    double field[FIELDS - 1];
    if (value == NULL) return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld: expected five fields, got fewer", t->file, t->line);
    row->name = dt_arena_copy(t->run, line, (size_t)(value - line));
    for (int i = 0; i < FIELDS - 1; i++, value = end) {
        field[i] = *value == ',' ? strtod(value + 1, &end) : -1;
        if (*value != ',' || end == value + 1 || !(field[i] >= 0 && field[i] < 1e18))
            return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld, field %d: expected a number of at least 0, got \"%.*s\"",
                              t->file, t->line, i + 2, (int)strcspn(value + (*value == ','), ",\r\n"), value + (*value == ','));
    }
    row->params = (size_t)field[0];
    row->forward_flops = field[1];
    row->backward_flops = field[2];
    row->activation_bytes = field[3];
    *rest = value;
    return DT_OK;
}

/* The row of that name above the last one, or SIZE_MAX; of several the nearest. */
static size_t table_above(const table *t, const char *name) {
    for (size_t l = t->m->layers - 1; l-- > 0;)
        if (strcmp(t->layer[l].name, name) == 0) return l;
    return SIZE_MAX;
}

static dt_status table_unknown(const table *t, const char *name) {
    size_t above = t->m->layers - 1;
    const char **known = dt_arena_take(t->run, above, sizeof *known);
    for (size_t l = 0; l < above; l++) known[l] = t->layer[l].name;
    return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld, after: expected names of layers in lines above, got \"%.60s\"%s", t->file,
                      t->line, name, dt_did_you_mean(dt_nearest(name, known, above)));
}

static int size_order(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The names of the field after, of the last row. */
static dt_status table_after(const table *t, char *names) {
    size_t found[LINE / 2], count = 0;
    char *at = NULL;
    dt_model_layer *row = &t->layer[t->m->layers - 1];
    char *name = strtok_r(names, " ", &at);
    if (name == NULL) return DT_OK;
    bool none = strcmp(name, "-") == 0;
    if (none) name = strtok_r(NULL, " ", &at);
    for (; name != NULL; name = strtok_r(NULL, " ", &at), count++) {
        found[count] = none ? SIZE_MAX : table_above(t, name);
        if (found[count] == SIZE_MAX) return table_unknown(t, name);
        for (size_t i = 0; i < count; i++)
            if (found[i] == found[count])
                return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld, after: expected each layer once, got \"%.60s\" twice", t->file,
                                  t->line, name);
    }
    qsort(found, count, sizeof *found, size_order);
    size_t *after = dt_arena_take(t->run, count > 0 ? count : 1, sizeof *after);
    memcpy(after, found, count * sizeof *after);
    row->after = after;
    row->afters = count;
    return DT_OK;
}

/* The first line names the columns. */
static dt_status table_header(table *t, const char *line) {
    const char *expected = dt_model_file_columns[0].name, *last = dt_model_file_columns[FIELDS].name;
    for (int i = 1; i < FIELDS; i++) expected = dt_arena_text(t->run, "%s,%s", expected, dt_model_file_columns[i].name);
    t->graph = strcmp(line, dt_arena_text(t->run, "%s,%s", expected, last)) == 0;
    if (t->graph || strcmp(line, expected) == 0) return DT_OK;
    return dt_fail_at(DT_EFORMAT, "model.path", "%s: expected \"%s\", with or without \",%s\", as its first line, got \"%.60s\"", t->file,
                      expected, last, line);
}

static dt_status table_line(table *t, char *line) {
    char *rest = NULL;
    line[strcspn(line, "\r\n")] = '\0';
    if (t->line == 1) return table_header(t, line);
    if (line[0] == '\0') return DT_OK;
    if (t->m->layers == MOST) return dt_fail_at(DT_EFORMAT, "model.path", "%s: expected at most %d layers, got more", t->file, MOST);
    dt_model_layer *row = &t->layer[t->m->layers++];
    DT_TRY(table_row(t, line, row, &rest));
    if (!t->graph && *rest != '\0')
        return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld: expected five fields, as in the first line, got more", t->file, t->line);
    if (*rest == ',') DT_TRY(table_after(t, rest + 1));
    row->first = t->m->n;
    t->m->n += row->params;
    return DT_OK;
}

static dt_status table_read(table *t, dt_source *in) {
    char room[LINE], *line;
    dt_lines lines = { .in = in, .file = t->file, .line = room, .room = LINE };
    for (;;) {
        DT_TRY(dt_fail_place(dt_lines_next(&lines, &line), "model.path"));
        if (line == NULL) break;
        t->line = lines.number;
        DT_TRY(table_line(t, line));
    }
    if (t->m->n == 0) return dt_fail_at(DT_EFORMAT, "model.path", "%s: expected layers with parameters, got none", t->file);
    t->m->layer = t->layer;
    return DT_OK;
}

static dt_status profile_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    const profile *p = state;
    const char *found;
    (void)shape;
    DT_TRY(profile_find(p->path, &found, run));
    dt_source in;
    DT_TRY(dt_fail_place(dt_source_open(&in, found), "model.path"));
    table t = { .file = p->path, .m = m, .layer = dt_arena_take(run, MOST, sizeof(dt_model_layer)), .run = run };
    dt_status status = table_read(&t, &in);
    dt_source_close(&in);
    return status;
}

static const dt_param profile_params[] = {
    DT_TEXT_PARAM(profile, path, NULL, "resnet50 or another shipped name, or a CSV of layers"),
    { 0 }
};

const dt_model_type dt_model_profile = {
    .is = { "profile", "Layers of which only the sizes are known: nothing is learnt.",
            "He et al. 2016 (resnet50) and others, see sim/model/profiles/make.py; or the user's file", profile_params,
            sizeof(profile) },
    .init = profile_init,
};
