/* profile.c - a model of which only the sizes are known: simulated in time and bytes, never trained.
 * Source: the user's file, a CSV with a header line and the columns layer, params, fwd_flops, bwd_flops, act_bytes,
 * the last three of one sample. */
#include "model/model.h"
#include "base/file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct profile { const char *file; } profile;

enum { LINE = 512, FIELDS = 5, MOST = 100000 };

static dt_status profile_row(const char *file, long number, char *line, dt_model_layer *row, dt_arena *run) {
    char *value = strchr(line, ','), *end;
    double field[FIELDS - 1];
    if (value == NULL) return dt_fail_at(DT_EFORMAT, "model.file", "%s, line %ld: five fields are needed", file, number);
    row->name = dt_arena_copy(run, line, (size_t)(value - line));
    for (int i = 0; i < FIELDS - 1; i++, value = end) {
        field[i] = *value == ',' ? strtod(value + 1, &end) : -1;
        if (*value != ',' || end == value + 1 || !(field[i] >= 0 && field[i] < 1e18))
            return dt_fail_at(DT_EFORMAT, "model.file", "%s, line %ld: field %d is not a number of at least 0", file,
                              number, i + 2);
    }
    row->params = (size_t)field[0];
    row->forward_flops = field[1];
    row->backward_flops = field[2];
    row->activation_bytes = field[3];
    return DT_OK;
}

static dt_status profile_read(const profile *p, FILE *in, dt_model *m, dt_model_layer *layer, dt_arena *run) {
    char line[LINE];
    for (long number = 1; fgets(line, sizeof line, in) != NULL; number++) {
        line[strcspn(line, "\r\n")] = '\0';
        if (number == 1 && strcmp(line, "layer,params,fwd_flops,bwd_flops,act_bytes") != 0)
            return dt_fail_at(DT_EFORMAT, "model.file", "%s begins with \"%.60s\" instead of \"layer,params,fwd_flops,"
                              "bwd_flops,act_bytes\"", p->file, line);
        if (number == 1 || line[0] == '\0') continue;
        if (m->layers == MOST) return dt_fail_at(DT_EFORMAT, "model.file", "%s has more than %d layers", p->file, MOST);
        dt_model_layer *row = &layer[m->layers++];
        DT_TRY(profile_row(p->file, number, line, row, run));
        row->first = m->n;
        m->n += row->params;
    }
    if (m->n == 0) return dt_fail_at(DT_EFORMAT, "model.file", "%s holds no parameters", p->file);
    m->layer = layer;
    return DT_OK;
}

static dt_status profile_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    const profile *p = state;
    const char *found;
    (void)shape;
    DT_TRY(dt_file_find("model.file", p->file, "a CSV file of layers", NULL, &found, run));
    FILE *in = fopen(found, "r");
    if (in == NULL) return dt_fail_at(DT_EIO, "model.file", "%s cannot be read: %s", found, strerror(errno));
    dt_status status = profile_read(p, in, m, dt_arena_take(run, MOST, sizeof(dt_model_layer)), run);
    fclose(in);
    return status;
}

static const dt_param profile_params[] = {
    { "file", DT_TEXT, offsetof(profile, file), 0, 0, 0, "1", "CSV of layers, as given or under the folder DTSIM_DATA",
      NULL, NULL },
    { 0 }
};

const dt_model_type dt_model_profile = {
    .is = { "profile", "Layers of which only the sizes are known: nothing is learnt.", "the user's file", profile_params,
            sizeof(profile) },
    .init = profile_init,
};
