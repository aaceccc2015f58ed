/* optimiser.c - opening an optimiser. */
#include "optimiser/optimiser.h"

#define ROOM optimiser
#include "base/members.h"

static const dt_param optimiser_common[] = {
    DT_REAL_PARAM(dt_optimiser, lr, 0.1, 0, 1e6, "1", "learning rate"),
    { 0 }
};

const dt_room dt_optimiser_room = {
    .name = "optimiser", .brief = "a step from a gradient", .preset = "sgd", .common = optimiser_common,
    ROOM_MEMBERS,
};

dt_status dt_optimiser_open(dt_optimiser *o, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_optimiser_room, config, NULL, o, run, &entry, &o->state));
    o->type = dt_optimiser_of(entry);
    return DT_OK;
}
