/* profile.c - a model of which only the sizes are known: simulated in time and bytes, never trained.
 * Source: a CSV with a header line and the columns layer, params, fwd_flops, bwd_flops, act_bytes, the last three of one
 * sample: one of ours (profiles/, computed by make.py from the published architectures) or the user's. */
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

static dt_status profile_row(const char *file, long number, char *line, dt_model_layer *row, dt_arena *run) {
    char *value = strchr(line, ','), *end;
    double field[FIELDS - 1];
    if (value == NULL) return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld: expected five fields, got fewer", file, number);
    row->name = dt_arena_copy(run, line, (size_t)(value - line));
    for (int i = 0; i < FIELDS - 1; i++, value = end) {
        field[i] = *value == ',' ? strtod(value + 1, &end) : -1;
        if (*value != ',' || end == value + 1 || !(field[i] >= 0 && field[i] < 1e18))
            return dt_fail_at(DT_EFORMAT, "model.path", "%s, line %ld, field %d: expected a number of at least 0, got \"%.*s\"",
                              file, number, i + 2, (int)strcspn(value + (*value == ','), ",\r\n"), value + (*value == ','));
    }
    row->params = (size_t)field[0];
    row->forward_flops = field[1];
    row->backward_flops = field[2];
    row->activation_bytes = field[3];
    return DT_OK;
}

/* The first line names the columns. */
static dt_status profile_header(const char *file, const char *line, dt_arena *run) {
    const char *expected = dt_model_file_columns[0].name;
    for (int i = 1; dt_model_file_columns[i].name != NULL; i++) expected = dt_arena_text(run, "%s,%s", expected, dt_model_file_columns[i].name);
    if (strcmp(line, expected) == 0) return DT_OK;
    return dt_fail_at(DT_EFORMAT, "model.path", "%s: expected \"%s\" as its first line, got \"%.60s\"", file, expected, line);
}

static dt_status profile_line(const profile *p, char *line, long number, dt_model *m, dt_model_layer *layer, dt_arena *run) {
    line[strcspn(line, "\r\n")] = '\0';
    if (number == 1) return profile_header(p->path, line, run);
    if (line[0] == '\0') return DT_OK;
    if (m->layers == MOST) return dt_fail_at(DT_EFORMAT, "model.path", "%s: expected at most %d layers, got more", p->path, MOST);
    dt_model_layer *row = &layer[m->layers++];
    DT_TRY(profile_row(p->path, number, line, row, run));
    row->first = m->n;
    m->n += row->params;
    return DT_OK;
}

static dt_status profile_read(const profile *p, dt_stream *in, dt_model *m, dt_model_layer *layer, dt_arena *run) {
    char room[LINE], *line;
    dt_lines lines = { .in = in, .file = p->path, .line = room, .room = LINE };
    for (;;) {
        DT_TRY(dt_fail_place(dt_lines_next(&lines, &line), "model.path"));
        if (line == NULL) break;
        DT_TRY(profile_line(p, line, lines.number, m, layer, run));
    }
    if (m->n == 0) return dt_fail_at(DT_EFORMAT, "model.path", "%s: expected layers with parameters, got none", p->path);
    m->layer = layer;
    return DT_OK;
}

static dt_status profile_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    const profile *p = state;
    const char *found;
    (void)shape;
    DT_TRY(profile_find(p->path, &found, run));
    dt_stream in;
    DT_TRY(dt_fail_place(dt_stream_open(&in, found), "model.path"));
    dt_status status = profile_read(p, &in, m, dt_arena_take(run, MOST, sizeof(dt_model_layer)), run);
    dt_stream_close(&in);
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
