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

dt_status dt_dist_open(dt_dist *d, const dt_config *config, const char *path, dt_arena *run) {
    const dt_entry *entry;
    if (path == NULL) path = dt_dist_room.name;
    if (config != NULL && config->kind == DT_CONFIG_NUMBER) config = dist_constant(config->number, run);
    DT_TRY(dt_room_open(&dt_dist_room, config, path, NULL, run, &entry, &d->state));
    d->type = (const dt_dist_type *)(const void *)entry;
    return d->type->init == NULL ? DT_OK : d->type->init(d->state, path, run);
}

double dt_dist_draw(const dt_dist *d, dt_rng *rng, long index) { return d->type->draw(d->state, rng, index); }
double dt_dist_mean(const dt_dist *d) { return d->type->mean(d->state); }
