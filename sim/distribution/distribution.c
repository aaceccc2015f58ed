/* distribution.c - opens a distribution and draws from it. */
#include "distribution/distribution.h"
#include <string.h>

#define ROOM distribution
#include "base/members.h"

const dt_room dt_distribution_room = {
    .name = "distribution", .brief = "distribution of a random delay or factor, such as the slowness of stragglers", .preset = "constant",
    ROOM_MEMBERS,
};

static const dt_config *dist_constant(double value, dt_arena *run) {
    dt_config *table = dt_config_new(run);
    dt_config_set_text(table, NULL, "constant", run);
    dt_config_set_number(table, "value", value, run);
    return table;
}

static bool dist_quantity(const dt_config *node, const char *unit, double *value) {
    *value = node->number;
    return node->kind == DT_CONFIG_NUMBER || (node->kind == DT_CONFIG_TEXT && dt_unit_read(node->text, unit, value) == DT_OK);
}

/* The parameter table checks the items of the list. */
static const dt_config *dist_each(const dt_config *node, const char *unit, dt_arena *run) {
    double value;
    dt_config *table = dt_config_new(run);
    dt_config_set_text(table, NULL, "each", run);
    dt_config *values = dt_config_set_table(table, "values", run);
    for (const dt_config *c = node->first; c != NULL; c = c->next) {
        if (c->key == NULL && dist_quantity(c, unit, &value)) dt_config_set_number(values, NULL, value, run);
        else dt_config_set_copy(values, c->key, c, run);
    }
    return table;
}

/* Not a table of parameters, and not named by its first item. */
static bool dist_list(const dt_config *node, const char *unit) {
    double value;
    const dt_config *first = node->kind == DT_CONFIG_TABLE ? node->first : NULL;
    return first != NULL && first->key == NULL && (first->kind != DT_CONFIG_TEXT || dist_quantity(first, unit, &value));
}

/* A bare number, or a quantity, stands for the constant distribution, a list of them for each worker's own value. */
static const dt_config *dist_node(const dt_config *node, const char *unit, dt_arena *run) {
    double value;
    if (node == NULL) return NULL;
    if (dist_quantity(node, unit, &value)) return dist_constant(value, run);
    return dist_list(node, unit) ? dist_each(node, unit, run) : node;
}

dt_status dt_distribution_open(dt_distribution *d, const dt_config *config, const char *path, dt_arena *run) {
    const dt_entry *entry;
    if (path == NULL) path = dt_distribution_room.name;
    DT_TRY(dt_room_open(&dt_distribution_room, dist_node(config, "s", run), path, NULL, run, &entry, &d->state));
    d->type = dt_distribution_of(entry);
    return d->type->init == NULL ? DT_OK : d->type->init(d->state, path, run);
}

/* Refuse quantities with a unit anywhere in the node of a factor. */
static dt_status dist_factor(const dt_config *node, const char *path, dt_arena *arena) {
    double value;
    if (node->kind == DT_CONFIG_TEXT && dt_unit_read(node->text, "1", &value) != DT_OK &&
        dt_unit_read(node->text, "s", &value) == DT_OK)
        return dt_fail_at(DT_EINVAL, path, "expected a factor without a unit, got \"%s\"; the seconds of a step stand in "
                          "compute.seconds", node->text);
    for (const dt_config *c = node->kind == DT_CONFIG_TABLE ? node->first : NULL; c != NULL; c = c->next)
        DT_TRY(dist_factor(c, c->key == NULL ? path : dt_arena_text(arena, "%s.%s", path, c->key), arena));
    return DT_OK;
}

const dt_config *dt_distribution_short(const dt_config *node) {
    const char *name = dt_config_name(node);
    const dt_config *plain = name == NULL                  ? NULL
                             : strcmp(name, "constant") == 0 ? dt_config_get(node, "value")
                             : strcmp(name, "each") == 0     ? dt_config_get(node, "values")
                                                             : NULL;
    return plain != NULL ? plain : node;
}

/* The unit of the parameters is "s", whatever is drawn: it is replaced here. */
static void dist_units(dt_config *table, const char *unit) {
    for (dt_config *c = table->first; c != NULL; c = c->next) {
        if (c->kind == DT_CONFIG_TABLE) dist_units(c, unit);
        else if (c->kind == DT_CONFIG_NUMBER && c->unit != NULL && strcmp(c->unit, "s") == 0) c->unit = unit;
    }
}

dt_status dt_distribution_resolve(const dt_config *node, const char *unit, const char *path, dt_config *out, const char *key,
                          dt_arena *arena) {
    if (node != NULL && strcmp(unit, "1") == 0) DT_TRY(dist_factor(node, path, arena));
    dt_config *table = dt_config_new(arena);
    DT_TRY(dt_room_resolve(&dt_distribution_room, dist_node(node, unit, arena), path, 0, table, key, arena));
    dist_units(table->first, unit);
    dt_config_set_copy(out, key, table->first, arena);
    return DT_OK;
}

dt_status dt_distribution_fit(const dt_distribution *d, const char *path, size_t workers) {
    return d->type->fit == NULL ? DT_OK : d->type->fit(d->state, path, workers);
}

double dt_distribution_draw(const dt_distribution *d, dt_rng *rng, long rank, long index) {
    return d->type->draw(d->state, rng, (dt_turn){ rank, index });
}

double dt_distribution_once(const dt_distribution *d, dt_rng *rng, long rank) {
    return d->type->once == NULL ? dt_distribution_draw(d, rng, rank, rank) : d->type->once(d->state, rng, rank);
}

const char *dt_distribution_note(const dt_distribution *d, dt_arena *run) {
    return d->type->note == NULL ? NULL : d->type->note(d->state, run);
}

double dt_distribution_mean(const dt_distribution *d, long rank) { return d->type->mean(d->state, rank); }
