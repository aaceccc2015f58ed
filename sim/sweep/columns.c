/* columns.c - compares the configurations of all runs, and names every key in which they differ. */
#include "sweep/columns.h"
#include "distribution/distribution.h"
#include <string.h>

/* A swept value, and the part of the configuration that it names. */
typedef struct label { const dt_config *value, *node; } label;

typedef struct columns {
    dt_plan_run  *run;          /* [runs] */
    size_t        runs;
    const char  **key;          /* [keys] */
    size_t        keys, swept, room;        /* the first `swept` keys were swept, and the others differ */
    dt_arena     *arena;
} columns;

static void columns_add(columns *c, const char *key) {
    for (size_t k = 0; k < c->keys; k++)
        if (strcmp(c->key[k], key) == 0) return;
    if (c->keys == c->room) {
        const char **former = c->key;
        c->room = c->room == 0 ? 16 : 2 * c->room;
        c->key = dt_arena_take(c->arena, c->room, sizeof *c->key);
        if (c->keys > 0) memcpy(c->key, former, c->keys * sizeof *c->key);
    }
    c->key[c->keys++] = key;
}

/* ---- values -------------------------------------------------------------------------------- */

/* { "topk", ratio = 0.01 } is a choice, { seconds = ... } a record, { 20, 10 } a list. */
typedef enum shape { ABSENT, VALUE, CHOICE, RECORD, LIST } shape;

static shape shape_of(const dt_config *node) {
    if (node == NULL) return ABSENT;
    node = dt_distribution_short(node);
    if (node->kind == DT_CONFIG_TEXT) return CHOICE;
    if (node->kind != DT_CONFIG_TABLE) return VALUE;
    const dt_config *first = node->first;
    if (first == NULL || first->key != NULL) return RECORD;
    return dt_config_name(node) != NULL && (first->next == NULL || first->next->key != NULL) ? CHOICE : LIST;
}

/* A stored configuration does not have the units of its numbers. */
static void value_number(dt_config *value, const char *unit) {
    if (value->kind == DT_CONFIG_NUMBER && value->unit == NULL) value->unit = unit;
}

/* The text in a column for a part of a configuration; if a number or a list stands for that part, it is the text. */
static void value_set(dt_config *swept, const char *key, const dt_config *node, const char *unit, dt_arena *arena) {
    node = dt_distribution_short(node);
    switch (shape_of(node)) {
    case ABSENT: dt_config_set_text(swept, key, "-", arena); return;
    case VALUE: value_number(dt_config_set_copy(swept, key, node, arena), unit); return;
    case CHOICE: dt_config_set_text(swept, key, dt_config_name(node), arena); return;
    case RECORD:
    case LIST: dt_config_set_text(swept, key, dt_config_json(node, arena), arena); return;
    }
}

/* The swept values of a key in the scenario, each once: [*count], at most one for each run. */
static label *labels_of(const columns *c, const char *key, size_t *count) {
    label *list = dt_arena_take(c->arena, c->runs, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < c->runs; i++) {
        const dt_config *value = c->run[i].origin == NULL ? dt_config_get(c->run[i].swept, key) : NULL;
        if (value == NULL) continue;
        const dt_config *node = dt_config_at(c->run[i].config, key);
        size_t known = 0;
        while (known < *count && !dt_config_equal(list[known].node, node)) known++;
        if (known == *count) list[(*count)++] = (label){ value, node };
    }
    return list;
}

/* Booleans are texts in a file; they become booleans again if the configuration has one. */
static void columns_value(const dt_plan_run *run, const char *key, const label *list, size_t count, const char *unit,
                          dt_config *swept, dt_arena *arena) {
    const dt_config *node = dt_config_at(run->config, key), *own = dt_config_get(run->swept, key);
    bool stored = run->origin != NULL, truth = node != NULL && node->kind == DT_CONFIG_BOOL;
    for (size_t i = 0; i < count && (stored || own == NULL); i++)
        if (dt_config_equal(list[i].node, node)) {
            dt_config_set_copy(swept, key, list[i].value, arena);
            return;
        }
    if (own != NULL && !(stored && truth)) dt_config_set_copy(swept, key, own, arena);
    else value_set(swept, key, node, unit, arena);
}

/* The unit of a key's numbers, from a run that has it; NULL: no run has. */
static const char *columns_unit(const columns *c, const char *key) {
    for (size_t i = 0; i < c->runs; i++) {
        const dt_config *node = dt_distribution_short(dt_config_at(c->run[i].config, key));
        if (node != NULL && node->kind == DT_CONFIG_NUMBER && node->unit != NULL) return node->unit;
    }
    return NULL;
}

static void columns_fill(const columns *c, size_t from, dt_config *const *swept) {
    for (size_t k = from; k < c->keys; k++) {
        size_t count;
        const char *unit = columns_unit(c, c->key[k]);
        const label *list = labels_of(c, c->key[k], &count);
        for (size_t i = 0; i < c->runs; i++) columns_value(&c->run[i], c->key[k], list, count, unit, swept[i], c->arena);
    }
}

/* ---- keys that differ ---------------------------------------------------------------------- */

typedef struct walk { columns *c; dt_config *const *swept; } walk;

/* True if runs with equal values of a swept key have equal parts of the configuration at path. */
static bool walk_implies(const walk *w, const char *key, const char *path) {
    const columns *c = w->c;
    size_t *known = dt_arena_take(c->arena, c->runs, sizeof *known), count = 0;
    for (size_t i = 0; i < c->runs; i++) {
        size_t k = 0;
        while (k < count && !dt_config_equal(dt_config_get(w->swept[known[k]], key), dt_config_get(w->swept[i], key))) k++;
        if (k == count) known[count++] = i;
        else if (!dt_config_equal(dt_config_at(c->run[known[k]].config, path), dt_config_at(c->run[i].config, path)))
            return false;
    }
    return true;
}

static void walk_found(const walk *w, const char *path) {
    const columns *c = w->c;
    for (size_t k = 0; k < c->swept; k++) {
        size_t length = strlen(c->key[k]);
        if (strncmp(path, c->key[k], length) == 0 && path[length] == '.' && walk_implies(w, c->key[k], path)) return;
    }
    columns_add(w->c, path);
}

static bool walk_alike(const dt_config *a, const dt_config *b) {
    if (shape_of(a) != shape_of(b)) return false;
    return shape_of(a) == RECORD || (shape_of(a) == CHOICE && strcmp(dt_config_name(a), dt_config_name(b)) == 0);
}

static void walk_at(const walk *w, const char *path, const dt_config *const *node, size_t count);

/* Compare every key of records, or of choices of the same name. */
static void walk_below(const walk *w, const char *path, const dt_config *const *node, size_t count) {
    dt_arena *arena = w->c->arena;
    dt_config *keys = dt_config_new(arena);
    const dt_config **child = dt_arena_take(arena, count, sizeof *child);
    for (size_t i = 0; i < count; i++)
        for (const dt_config *c = node[i]->kind == DT_CONFIG_TABLE ? node[i]->first : NULL; c != NULL; c = c->next)
            if (c->key != NULL && dt_config_get(keys, c->key) == NULL) dt_config_set_bool(keys, c->key, true, arena);
    for (const dt_config *k = keys->first; k != NULL; k = k->next) {
        for (size_t i = 0; i < count; i++) child[i] = dt_config_get(node[i], k->key);
        walk_at(w, dt_arena_text(arena, "%s%s%s", path, path[0] != '\0' ? "." : "", k->key), child, count);
    }
}

/* Compare the nodes at one path: if some are of another kind or name, the runs differ here; else they may differ below. */
static void walk_at(const walk *w, const char *path, const dt_config *const *node, size_t count) {
    bool equal = true, alike = true;
    for (size_t i = 1; i < count; i++) {
        equal = equal && dt_config_equal(node[0], node[i]);
        alike = alike && walk_alike(node[0], node[i]);
    }
    if (equal) return;
    if (!alike) walk_found(w, path);
    const dt_config **group = dt_arena_take(w->c->arena, count, sizeof *group);
    bool *seen = dt_arena_take(w->c->arena, count, sizeof *seen);
    for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        if (seen[i] || !walk_alike(node[i], node[i]) || (!alike && shape_of(node[i]) == RECORD)) continue;
        for (size_t k = i; k < count; k++) {
            if (seen[k] || !walk_alike(node[i], node[k])) continue;
            seen[k] = true;
            group[size++] = node[k];
        }
        walk_below(w, path, group, size);
    }
}

void dt_columns_join(dt_plan_run *run, size_t runs, dt_arena *arena) {
    columns c = { .run = run, .runs = runs, .arena = arena };
    dt_config **swept = dt_arena_take(arena, runs, sizeof *swept);
    const dt_config **config = dt_arena_take(arena, runs, sizeof *config);
    size_t count = 0;
    for (size_t i = 0; i < runs; i++) {
        for (const dt_config *v = run[i].swept->first; v != NULL; v = v->next) columns_add(&c, v->key);
        swept[i] = dt_config_new(arena);
        if (run[i].origin == NULL) config[count++] = run[i].config;
    }
    for (size_t i = 0; i < runs; i++)       /* a stored configuration is sorted by name, one of the scenario by meaning */
        if (run[i].origin != NULL) config[count++] = run[i].config;
    c.swept = c.keys;
    columns_fill(&c, 0, swept);
    walk_below(&(walk){ &c, swept }, "", config, runs);
    columns_fill(&c, c.swept, swept);
    for (size_t i = 0; i < runs; i++) run[i].swept = swept[i];
}
