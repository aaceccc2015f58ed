/* schedule.c - opening a schedule. */
#include "schedule/schedule.h"

#define ITEM(name) extern const dt_schedule_type dt_schedule_##name;
#include "schedule/list.h"
#undef ITEM

static const dt_entry *const entries[] = {
#define ITEM(name) &dt_schedule_##name.is,
#include "schedule/list.h"
#undef ITEM
};

const dt_room dt_schedule_room = {
    .name = "schedule", .brief = "how the learning rate changes", .preset = "constant",
    .entries = entries, .count = sizeof entries / sizeof *entries,
};

dt_status dt_schedule_open(dt_schedule *s, const dt_config *config, const char *path, dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_schedule_room, config, path, NULL, run, &entry, &s->state));
    s->type = (const dt_schedule_type *)(const void *)entry;
    return DT_OK;
}

double dt_schedule_factor(const dt_schedule *s, double epoch, long step) {
    return s->type->factor(s->state, epoch, step);
}
