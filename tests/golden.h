/* golden.h - for the contract tests of a room: every member as its file tests/golden/ROOM/NAME.json chooses it.
 * They run in the project's folder; files that the choice names are found beside that of the golden scenarios. */
#ifndef DT_TESTS_GOLDEN_H
#define DT_TESTS_GOLDEN_H

#include "tests/test.h"
#include "base/file.h"
#include "base/room.h"
#include <stdio.h>

/* The first choice of that name in the tree, or NULL. */
static inline const dt_config *golden_find(const dt_config *node, const char *name) {
    const char *chosen = dt_config_name(node);
    if (chosen != NULL && strcmp(chosen, name) == 0) return node;
    for (const dt_config *c = node->kind == DT_CONFIG_TABLE ? node->first : NULL; c != NULL; c = c->next) {
        const dt_config *found = golden_find(c, name);
        if (found != NULL) return found;
    }
    return NULL;
}

/* The choice of member i with the parameters that its golden file sets. */
static inline const dt_config *golden_choice(const dt_room *room, size_t i, dt_arena *arena) {
    enum { MOST = 4096 };
    const char *name = room->entries[i]->name;
    const char *path = dt_arena_text(arena, "tests/golden/%s/%s.json", room->name, name);
    char *text = dt_arena_take(arena, MOST, 1);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("%s needs parameters, and there is no %s that sets them", name, path);
    size_t length = fread(text, 1, MOST - 1, file);
    fclose(file);
    dt_config *all;
    if (length == MOST - 1 || dt_config_parse(text, &all, arena) != DT_OK) fail_msg("%s cannot be read", path);
    const dt_config *set = dt_config_get(all, "set"), *own = set == NULL ? NULL : dt_config_get(set, room->name);
    const dt_config *found = set == NULL ? NULL : golden_find(own != NULL ? own : set, name);
    if (found == NULL) fail_msg("%s does not set \"%s\"", path, name);
    dt_file_set_folder("tests/golden");
    return found;
}

/* Member i with its presets. */
static inline const dt_config *golden_preset(const dt_room *room, size_t i, dt_arena *arena) {
    return dt_config_set_text(dt_config_new(arena), NULL, room->entries[i]->name, arena);
}

/* Does the last refusal blame a parameter of member i, in a scenario whose key is key? */
static inline bool golden_blames(const dt_room *room, size_t i, const char *key) {
    size_t length = strlen(key);
    const char *path = dt_reason_path();
    if (strncmp(path, key, length) != 0 || path[length] != '.') return false;
    for (const dt_param *p = room->entries[i]->params; p != NULL && p->name != NULL; p++)
        if (strcmp(path + length + 1, p->name) == 0) return true;
    return false;
}

#endif
