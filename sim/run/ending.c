/* ending.c - reads endings from the records of runs. */
#include "run/ending.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

dt_ending dt_ending_died(const char *status, const char *reason) {
    return (dt_ending){ .status = status, .reason = reason, .time_s = NAN, .steps = NAN, .rounds = NAN, .loss = NAN,
                        .accuracy = NAN, .bytes = NAN, .joules = NAN };
}

const char *dt_ending_spent(dt_activity a, dt_arena *arena) { return dt_arena_text(arena, "%s_s", dt_meter_name(a)); }

bool dt_ending_final(const dt_ending *e) {
    static const dt_status own[] = { DT_OK, DT_EDIVERGED, DT_EDEADLOCK, DT_EAUDIT, DT_EINVAL };
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

dt_status dt_ending_read(dt_reading *r, const char *file, const char *group, const dt_plan_run *run, dt_ending *e,
                         dt_arena *arena) {
    const char *config, *version, *print;
    bool there;
    dt_ending read = { .file = file, .group = dt_arena_text(arena, "%s", group) };
    DT_TRY(dt_reading_text(r, group, "config", &config));
    DT_TRY(dt_reading_text(r, "/", "dtsim", &version));
    if (strcmp(config, dt_config_json(run->config, arena)) != 0 || strcmp(version, DT_VERSION) != 0)
        return dt_fail(DT_ENOTFOUND, "%s holds another run in %s", file, group);
    DT_TRY(dt_reading_text(r, group, "status", &read.status));
    DT_TRY(dt_reading_text(r, group, "reason", &read.reason));
    DT_TRY(ending_optional(dt_reading_text(r, group, "where", &read.where), &there));
    const char *const name[] = { "time_s", "steps", "rounds", "loss", "accuracy", "bytes" };
    double *const value[] = { &read.time_s, &read.steps, &read.rounds, &read.loss, &read.accuracy, &read.bytes };
    DT_TRY(ending_optional(dt_reading_text(r, group, "fingerprint", &print), &there));
    if (!there) {       /* the process died: there is no more */
        *e = dt_ending_died(read.status, read.reason);
        return DT_OK;
    }
    for (int i = 0; i < 6; i++) DT_TRY(dt_reading_real(r, group, name[i], value[i]));
    DT_TRY(ending_optional(dt_reading_real(r, group, "joules", &read.joules), &there));
    if (!there) read.joules = NAN;
    const char *host = dt_arena_text(arena, "%s/host", group);
    for (dt_activity a = 0; a < DT_ACTIVITIES; a++)     /* nothing hangs on these: one that is absent stays 0 */
        dt_reading_real(r, host, dt_ending_spent(a, arena), &read.spent[a]);
    dt_reading_real(r, host, "peak_bytes", &read.peak_bytes);
    *e = read;
    return DT_OK;
}

dt_status dt_ending_part(const char *path, const dt_plan_run *run, dt_ending *e, dt_arena *arena) {
    dt_reading *reading;
    DT_TRY(dt_reading_open(path, &reading, arena));
    dt_status status = dt_ending_read(reading, path, "/run", run, e, arena);
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

/* Offer one record to all runs. */
static void find_offer(dt_reading *r, const char *path, const char *group, const dt_plan *plan, const uint64_t *key,
                       uint64_t program, dt_ending *ending, size_t *found, dt_arena *arena) {
    uint64_t own_key, own_program;
    dt_ending e;
    if (dt_ending_key(r, group, &own_key, &own_program, arena) != DT_OK || own_program != program) return;
    for (size_t i = 0; i < plan->runs; i++) {
        if (ending[i].status != NULL || key[i] != own_key) continue;
        if (dt_ending_read(r, path, group, &plan->run[i], &e, arena) != DT_OK || !dt_ending_final(&e)) continue;
        ending[i] = e;
        *found += 1;
    }
}

dt_status dt_ending_find(const char *path, const dt_plan *plan, const uint64_t *key, uint64_t program,
                         dt_ending *ending, size_t *found, dt_arena *arena) {
    dt_reading *reading;
    const char **name;
    size_t count;
    *found = 0;
    if (access(path, F_OK) != 0) return DT_OK;
    DT_TRY(dt_reading_open(path, &reading, arena));
    dt_status status = dt_reading_groups(reading, "/runs", &name, &count);
    for (size_t i = 0; i < count && status == DT_OK; i++)
        find_offer(reading, path, dt_arena_text(arena, "/runs/%s", name[i]), plan, key, program, ending, found, arena);
    dt_reading_close(reading);
    return status == DT_ENOTFOUND ? DT_OK : status;     /* a record without runs */
}
