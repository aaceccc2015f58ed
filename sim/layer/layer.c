/* layer.c - opens a layer. */
#include "layer/layer.h"

#define ROOM layer
#include "base/members.h"

const dt_room dt_layer_room = {
    .name = "layer", .brief = "the layers that a neural network is built of", .preset = NULL,
    ROOM_MEMBERS,
};

dt_status dt_layer_open(dt_layer *l, const dt_config *config, dt_extent in, dt_arena *run) {
    const dt_entry *entry;
    *l = (dt_layer){ .in = in };
    DT_TRY(dt_room_open(&dt_layer_room, config, NULL, NULL, run, &entry, &l->state));
    l->type = dt_layer_of(entry);
    return l->type->init(l->state, l, run);
}
