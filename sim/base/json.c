/* json.c - reads back the text of a configuration that dt_config_json wrote. */
#include "base/config.h"
#include <jansson.h>
#include <math.h>
#include <string.h>

static void json_node(json_t *value, dt_config *node, dt_arena *arena);

/* What is no number in JSON, dt_config_json writes as a text. */
static void json_text(const char *text, dt_config *node, dt_arena *arena) {
    static const struct { const char *text; double number; } endless[] = { { "nan", NAN }, { "inf", HUGE_VAL },
                                                                           { "-inf", -HUGE_VAL } };
    node->kind = DT_CONFIG_TEXT;
    node->text = dt_arena_copy(arena, text, strlen(text));
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        if (strcmp(text, endless[i].text) != 0) continue;
        node->kind = DT_CONFIG_NUMBER;
        node->number = endless[i].number;
    }
}

static dt_config **json_child(dt_config **slot, const char *key, json_t *value, dt_arena *arena) {
    dt_config *child = *slot = dt_arena_take(arena, 1, sizeof *child);
    if (key != NULL) child->key = dt_arena_copy(arena, key, strlen(key));
    json_node(value, child, arena);
    return &child->next;
}

/* "name" in front stands for the item that names an algorithm. */
static void json_table(json_t *value, dt_config *node, dt_arena *arena) {
    dt_config **slot = &node->first;
    const char *key;
    json_t *child;
    size_t i;
    node->kind = DT_CONFIG_TABLE;
    json_array_foreach(value, i, child) slot = json_child(slot, NULL, child, arena);
    json_object_foreach(value, key, child) {
        bool item = node->first == NULL && strcmp(key, "name") == 0 && json_is_string(child);
        slot = json_child(slot, item ? NULL : key, child, arena);
    }
}

static void json_node(json_t *value, dt_config *node, dt_arena *arena) {
    if (json_is_string(value)) {
        json_text(json_string_value(value), node, arena);
    } else if (json_is_boolean(value)) {
        node->kind = DT_CONFIG_BOOL;
        node->truth = json_is_true(value);
    } else if (json_is_number(value)) {
        node->kind = DT_CONFIG_NUMBER;
        node->number = json_number_value(value);
    } else {
        json_table(value, node, arena);
    }
}

dt_status dt_config_parse(const char *text, dt_config **node, dt_arena *arena) {
    json_error_t error;
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_REJECT_DUPLICATES, &error);
    if (value == NULL)
        return dt_fail(DT_EFORMAT, "the text of a configuration is damaged at character %d: %s", error.position, error.text);
    dt_config *root = dt_arena_take(arena, 1, sizeof *root);
    json_node(value, root, arena);
    json_decref(value);
    *node = root;
    return DT_OK;
}
