/* config.h - a tree of named values: a scenario as it was written, or the resolved configuration of a run.
 * A table holds named children and unnamed items; { "topk", ratio = 0.01 } has one of each.
 * Nodes, keys and texts belong to the arena they were made with. */
#ifndef DT_BASE_CONFIG_H
#define DT_BASE_CONFIG_H

#include "base/arena.h"
#include "base/status.h"
#include <stdbool.h>

typedef enum dt_config_kind { DT_CONFIG_BOOL, DT_CONFIG_NUMBER, DT_CONFIG_TEXT, DT_CONFIG_TABLE } dt_config_kind;

typedef struct dt_config {
    const char       *key;      /* NULL for an item of a list */
    dt_config_kind    kind;
    bool              truth;
    double            number;
    const char       *unit;     /* of a number that dt_param_dump wrote, else NULL */
    const char       *text;
    struct dt_config *first;    /* a table's children: items in order, then keys as they were set */
    struct dt_config *next;
} dt_config;

/* An empty table. */
dt_config *dt_config_new(dt_arena *arena);

/* Add a child (key NULL: an item), or replace the child of that key.  Texts are copied.
 * dt_config_set_table returns the new empty child; dt_config_set_copy copies a whole tree. */
dt_config *dt_config_set_bool(dt_config *table, const char *key, bool value, dt_arena *arena);
dt_config *dt_config_set_number(dt_config *table, const char *key, double value, dt_arena *arena);
dt_config *dt_config_set_text(dt_config *table, const char *key, const char *value, dt_arena *arena);
dt_config *dt_config_set_table(dt_config *table, const char *key, dt_arena *arena);
dt_config *dt_config_set_copy(dt_config *table, const char *key, const dt_config *value, dt_arena *arena);

/* The child of that key, or of that dotted path ("strategy.period"); NULL if absent. */
const dt_config *dt_config_get(const dt_config *table, const char *key);
const dt_config *dt_config_at(const dt_config *table, const char *path);

/* Set the unit of the number at that dotted path, if there is a number and it has no unit yet. */
void dt_config_set_unit(dt_config *table, const char *path, const char *unit);

/* The name in an algorithm's node: the text itself ("ring") or its first item ({ "ring", ... });
 * NULL if it is neither. */
const char *dt_config_name(const dt_config *node);

/* The node as JSON: keys sorted, shortest numbers that read back exactly, and an algorithm's name
 * as "name".  Equal trees give equal text. */
char *dt_config_json(const dt_config *node, dt_arena *arena);

/* Read such a text back into a tree, whose text is then the same; numbers have no unit, and bytes that were not UTF-8 are read
 * as characters of Latin-1.  Errors: DT_EFORMAT if it is not such a text. */
dt_status dt_config_parse(const char *json, dt_config **node, dt_arena *arena);

/* True if two trees have equal values, whatever the order of their keys.  NULL equals only NULL. */
bool dt_config_equal(const dt_config *a, const dt_config *b);

#endif
