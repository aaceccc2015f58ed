/* room.c - finding and opening an algorithm of any room. */
#include "base/room.h"
#include "base/foreign.h"
#include "base/near.h"
#include <string.h>

enum { NAMES = 64 };

const dt_entry *dt_room_find(const dt_room *room, const char *name) {
    for (size_t i = 0; i < room->count; i++)
        if (strcmp(room->entries[i]->name, name) == 0) return room->entries[i];
    return NULL;
}

static dt_status room_unknown(const dt_room *room, const char *name, const char *path) {
    const char *names[NAMES], *foreign = dt_foreign_value(path, name);
    size_t count = 0;
    if (foreign[0] != '\0') return dt_fail_at(DT_ENOTFOUND, path, "there is no \"%.80s\"%s", name, foreign);
    for (; count < room->count && count < NAMES; count++) names[count] = room->entries[count]->name;
    return dt_fail_at(DT_ENOTFOUND, path, "there is no \"%.80s\"%s", name, dt_known(name, names, count));
}

dt_status dt_room_open(const dt_room *room, const dt_config *config, const char *path, void *common,
                       dt_arena *run, const dt_entry **entry, void **state) {
    if (path == NULL) path = room->name;
    if (room->write_out != NULL && config != NULL) DT_TRY(room->write_out(config, path, &config, run));
    const dt_config *first = config == NULL || config->kind != DT_CONFIG_TABLE ? NULL : config->first;
    bool unnamed = config == NULL || (first != NULL && first->key != NULL);
    const char *name = unnamed ? room->preset : dt_config_name(config);
    if (config == NULL && name == NULL)
        return dt_fail_at(DT_EINVAL, path, "is missing: expected a name or a table { \"name\", key = value }, which says: %s",
                          room->brief);
    if (name == NULL)
        return dt_fail_at(DT_EINVAL, path, "expected a name or a table { \"name\", key = value }, got %s",
                          dt_config_json(config, run));
    *entry = dt_room_find(room, name);
    if (*entry == NULL) return room_unknown(room, name, path);
    *state = dt_arena_take(run, 1, (*entry)->state_size);
    return dt_param_fill((dt_target){ (*entry)->params, *state }, (dt_target){ room->common, common }, config, path,
                         run);
}

dt_status dt_room_resolve(const dt_room *room, const dt_config *config, const char *path, size_t common_size,
                          dt_config *out, const char *key, dt_arena *arena) {
    const dt_entry *entry;
    void *state, *common = common_size == 0 ? NULL : dt_arena_take(arena, 1, common_size);
    DT_TRY(dt_room_open(room, config, path, common, arena, &entry, &state));
    if (entry->params == NULL && room->common == NULL) {
        dt_config_set_text(out, key, entry->name, arena);
        return DT_OK;
    }
    dt_config *table = dt_config_set_table(out, key, arena);
    dt_config_set_text(table, NULL, entry->name, arena);
    dt_param_dump((dt_target){ entry->params, state }, table, arena);
    dt_param_dump((dt_target){ room->common, common }, table, arena);
    return DT_OK;
}
