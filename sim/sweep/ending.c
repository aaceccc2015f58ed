/* ending.c - reads outcomes from the records of runs. */
#include "sweep/ending.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

dt_ending dt_ending_died(const char *status, const char *reason) {
    return (dt_ending){ .status = status, .reason = reason, .time_s = NAN, .steps = NAN, .rounds = NAN, .loss = NAN,
                        .accuracy = NAN, .bytes = NAN, .joules = NAN };
}

const char *dt_ending_spent(dt_activity a, dt_arena *arena) { return dt_arena_text(arena, "%s_s", dt_meter_name(a)); }

bool dt_ending_final(const dt_ending *e) {
    static const dt_status own[] = { DT_OK, DT_EDIVERGED, DT_EDEADLOCK, DT_EAUDIT, DT_EINVAL, DT_EDECODE };
    if (e->file == NULL || e->where != NULL) return false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(e->status, dt_status_word(own[i])) == 0) return true;
    return false;
}

/* Of what need not be there: was it?  That it cannot be read is another matter. */
static dt_status ending_optional(dt_status status, bool *there) {
    *there = status == DT_OK;
    return status == DT_ENOTFOUND ? DT_OK : status;
}

dt_status dt_ending_read(dt_reading *r, const char *file, const char *group, dt_ending *e, dt_arena *arena) {
    const char *print;
    bool there;
    dt_ending read = { .file = file, .group = dt_arena_text(arena, "%s", group) };
    DT_TRY(dt_reading_text(r, group, "status", &read.status));
    DT_TRY(dt_reading_text(r, group, "reason", &read.reason));
    DT_TRY(ending_optional(dt_reading_text(r, group, "where", &read.where), &there));
    const char *const name[] = { "time_s", "steps", "rounds", "loss", "accuracy", "bytes" };
    double *const value[] = { &read.time_s, &read.steps, &read.rounds, &read.loss, &read.accuracy, &read.bytes };
    DT_TRY(ending_optional(dt_reading_text(r, group, "fingerprint", &print), &there));
    if (!there) {       /* the process died: there is nothing more to read */
        *e = dt_ending_died(read.status, read.reason);
        return DT_OK;
    }
    for (int i = 0; i < 6; i++) DT_TRY(dt_reading_real(r, group, name[i], value[i]));
    DT_TRY(ending_optional(dt_reading_real(r, group, "joules", &read.joules), &there));
    if (!there) read.joules = NAN;
    const char *host = dt_arena_text(arena, "%s/host", group);
    for (dt_activity a = 0; a < DT_ACTIVITIES; a++)     /* no result depends on these: one that is absent stays 0 */
        dt_reading_real(r, host, dt_ending_spent(a, arena), &read.spent[a]);
    dt_reading_real(r, host, "peak_bytes", &read.peak_bytes);
    const char *trained;
    dt_reading_real(r, host, "gradients", &read.gradients);
    read.replayed = dt_reading_text(r, host, "trained", &trained) == DT_OK;
    *e = read;
    return DT_OK;
}

dt_status dt_ending_part(const char *path, const dt_plan_run *run, dt_ending *e, dt_arena *arena) {
    dt_reading *reading;
    const char *config;
    DT_TRY(dt_reading_open(path, &reading, arena));
    dt_status status = dt_reading_text(reading, "/run", "config", &config);
    if (status == DT_OK && strcmp(config, dt_config_json(run->config, arena)) != 0)
        status = dt_fail(DT_ENOTFOUND, "%s holds another run", path);
    if (status == DT_OK) status = dt_ending_read(reading, path, "/run", e, arena);
    dt_reading_close(reading);
    return status;
}

dt_status dt_ending_key(dt_reading *r, const char *group, uint64_t *key, uint64_t *program, dt_arena *arena) {
    const char *host = dt_arena_text(arena, "%s/host", group), *key_text, *program_text;
    DT_TRY(dt_reading_text(r, host, "key", &key_text));
    DT_TRY(dt_reading_text(r, host, "program", &program_text));
    *key = strtoull(key_text, NULL, 16);
    *program = strtoull(program_text, NULL, 16);
    return DT_OK;
}
