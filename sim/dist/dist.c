/* dist.c - opening a distribution and drawing from it. */
#include "dist/dist.h"

#define ITEM(name) extern const dt_dist_type dt_dist_##name;
#include "dist/list.h"
#undef ITEM

static const dt_entry *const entries[] = {
#define ITEM(name) &dt_dist_##name.is,
#include "dist/list.h"
#undef ITEM
};

const dt_room dt_dist_room = {
    .name = "dist", .brief = "how a random delay or factor is distributed", .preset = "constant",
    .entries = entries, .count = sizeof entries / sizeof *entries,
};

static const dt_config *dist_constant(double value, dt_arena *run) {
    dt_config *table = dt_config_new(run);
    dt_config_set_text(table, NULL, "constant", run);
    dt_config_set_number(table, "value", value, run);
    return table;
}

/* A bare number, or a quantity, stands for the constant distribution. */
static const dt_config *dist_node(const dt_config *node, const char *unit, dt_arena *run) {
    double value;
    if (node == NULL) return NULL;
    if (node->kind == DT_CONFIG_NUMBER) return dist_constant(node->number, run);
    if (node->kind != DT_CONFIG_TEXT || dt_unit_read(node->text, unit, &value) != DT_OK) return node;
    return dist_constant(value, run);
}

dt_status dt_dist_open(dt_dist *d, const dt_config *config, const char *path, dt_arena *run) {
    const dt_entry *entry;
    if (path == NULL) path = dt_dist_room.name;
    DT_TRY(dt_room_open(&dt_dist_room, dist_node(config, "s", run), path, NULL, run, &entry, &d->state));
    d->type = (const dt_dist_type *)(const void *)entry;
    return d->type->init == NULL ? DT_OK : d->type->init(d->state, path, run);
}

dt_status dt_dist_resolve(const dt_config *node, const char *unit, const char *path, dt_config *out, const char *key,
                          dt_arena *arena) {
    return dt_room_resolve(&dt_dist_room, dist_node(node, unit, arena), path, 0, out, key, arena);
}

double dt_dist_draw(const dt_dist *d, dt_rng *rng, long index) { return d->type->draw(d->state, rng, index); }
double dt_dist_mean(const dt_dist *d) { return d->type->mean(d->state); }
