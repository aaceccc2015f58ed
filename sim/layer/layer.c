/* layer.c - opening a layer. */
#include "layer/layer.h"

#define ITEM(name) extern const dt_layer_type dt_layer_##name;
#include "layer/list.h"
#undef ITEM

static const dt_entry *const entries[] = {
#define ITEM(name) &dt_layer_##name.is,
#include "layer/list.h"
#undef ITEM
};

const dt_room dt_layer_room = {
    .name = "layer", .brief = "what a layered model is built of", .preset = NULL,
    .entries = entries, .count = sizeof entries / sizeof *entries,
};

dt_status dt_layer_open(dt_layer *l, const dt_config *config, dt_extent in, dt_arena *run) {
    const dt_entry *entry;
    *l = (dt_layer){ .in = in };
    DT_TRY(dt_room_open(&dt_layer_room, config, NULL, NULL, run, &entry, &l->state));
    l->type = (const dt_layer_type *)(const void *)entry;
    return l->type->init(l->state, l);
}
