/* optimiser.c - opening an optimiser. */
#include "optimiser/optimiser.h"

#define ITEM(name) extern const dt_optimiser_type dt_optimiser_##name;
#include "optimiser/list.h"
#undef ITEM

static const dt_entry *const entries[] = {
#define ITEM(name) &dt_optimiser_##name.is,
#include "optimiser/list.h"
#undef ITEM
};

static const dt_param optimiser_common[] = {
    { "rate", DT_REAL, offsetof(dt_optimiser, rate), 0.1, 0, 1e6, "1", "learning rate", NULL, NULL },
    { 0 }
};

const dt_room dt_optimiser_room = {
    .name = "optimiser", .brief = "a step from a gradient", .preset = "sgd", .common = optimiser_common,
    .entries = entries, .count = sizeof entries / sizeof *entries,
};

dt_status dt_optimiser_open(dt_optimiser *o, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_optimiser_room, config, NULL, o, run, &entry, &o->state));
    o->type = (const dt_optimiser_type *)(const void *)entry;
    return DT_OK;
}
