/* schedule.c - opens a schedule, and reads the unit that its progress is counted in. */
#include "schedule/schedule.h"
#include "base/near.h"
#include <string.h>

#define ROOM schedule
#include "base/members.h"

static const dt_param schedule_common[] = {
    DT_CHOICE_PARAM(dt_schedule, by, "epochs", "epochs|rounds|steps", "what at counts: global epochs (passes over all "
                    "samples, all workers together), rounds, or steps of a worker; a key of that name in place of at says "
                    "both"),
    { 0 }
};

static const char *const units[] = { "epochs", "rounds", "steps" };
enum { UNITS = sizeof units / sizeof *units };

static bool schedule_unit(const char *key) {
    for (size_t i = 0; key != NULL && i < UNITS; i++)
        if (strcmp(key, units[i]) == 0) return true;
    return false;
}

static bool schedule_takes(const dt_entry *entry, const char *key) {
    for (const dt_param *p = entry == NULL ? NULL : entry->params; p != NULL && p->name != NULL; p++)
        if (strcmp(p->name, key) == 0) return true;
    return false;
}

/* One key of the scenario's table, as it stands or written out.  No table of parameters knows the units, so that a
 * misspelt one is found here; other unknown keys are refused with the rest. */
static dt_status schedule_key(const dt_entry *entry, const dt_config *c, const char *path, dt_config *out, dt_arena *arena) {
    if (!schedule_unit(c->key)) {
        const char *near = c->key == NULL || schedule_takes(entry, c->key) ? NULL : dt_nearest(c->key, units, UNITS);
        if (near != NULL)
            return dt_fail_at(DT_EINVAL, dt_arena_text(arena, "%s.%s", path, c->key), "there is no such key%s",
                              dt_did_you_mean(near));
        dt_config_set_copy(out, c->key, c, arena);
        return DT_OK;
    }
    if (dt_config_get(out, "at") != NULL)
        return dt_fail_at(DT_EINVAL, path, "expected one of epochs, rounds, steps or at, got two of them");
    dt_config_set_copy(out, "at", c, arena);
    dt_config_set_text(out, "by", c->key, arena);
    return DT_OK;
}

/* { epochs = { 0, 5 }, factor = { 0.1, 1 } } is { "points", at = { 0, 5 }, factor = { 0.1, 1 }, by = "epochs" }. */
static dt_status schedule_write_out(const dt_config *given, const char *path, const dt_config **out, dt_arena *arena) {
    if (given->kind != DT_CONFIG_TABLE || given->first == NULL) return DT_OK;
    bool named = given->first->key == NULL;
    const char *name = named ? dt_config_name(given) : "points";
    const dt_entry *entry = name == NULL ? NULL : dt_room_find(&dt_schedule_room, name);
    if (!schedule_takes(entry, "at")) return DT_OK;
    dt_config *table = dt_config_new(arena);
    const dt_config *at = dt_config_get(given, "at"), *by = dt_config_get(given, "by");
    dt_config_set_text(table, NULL, name, arena);
    if (at != NULL) dt_config_set_copy(table, "at", at, arena);
    for (const dt_config *c = named ? given->first->next : given->first; c != NULL; c = c->next) {
        if (c != at && c != by) DT_TRY(schedule_key(entry, c, path, table, arena));
        if (by != NULL && schedule_unit(c->key))
            return dt_fail_at(DT_EINVAL, dt_arena_text(arena, "%s.by", path), "expected no by beside %s, which says what is "
                              "counted; write at = ... with by = ..., or %s alone", c->key, c->key);
    }
    if (by != NULL) dt_config_set_copy(table, "by", by, arena);
    *out = table;
    return DT_OK;
}

/* One more sentence for the help of each member. */
static const char *schedule_more(const dt_entry *entry) {
    (void)entry;
    return "one learning rate for all: in a round every worker uses the factor of the round's beginning; where workers have no "
           "common rounds (gossip), the epochs are those that all have gone through when each has done as many steps";
}

const dt_room dt_schedule_room = {
    .name = "schedule",
    .brief = "learning-rate schedule: the factor of lr over time; in a round all workers use the factor of its beginning",
    .preset = "constant", .common = schedule_common, ROOM_MEMBERS,
    .more = schedule_more, .write_out = schedule_write_out,
};

dt_status dt_schedule_open(dt_schedule *s, const dt_config *config, const char *path, dt_arena *run) {
    const dt_entry *entry;
    if (path == NULL) path = dt_schedule_room.name;
    DT_TRY(dt_room_open(&dt_schedule_room, config, path, s, run, &entry, &s->state));
    s->type = dt_schedule_of(entry);
    return s->type->init == NULL ? DT_OK : s->type->init(s->state, path);
}

double dt_schedule_factor(const dt_schedule *s, const dt_trained *trained) {
    double progress = s->by[0] == 'e' ? trained->epochs : s->by[0] == 'r' ? (double)trained->rounds : (double)trained->steps;
    return s->type->factor(s->state, progress);
}
