/* sync.c - the registry of synchronisations, and the question they answer. */
#include "sync/sync.h"

#define ROOM sync
#include "base/members.h"

const dt_room dt_sync_room = {
    .name = "sync", .brief = "synchronisation of parameter servers: barrier, bounded staleness or none", .preset = "bsp",
    ROOM_MEMBERS,
};

dt_status dt_sync_open(dt_sync *s, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    *s = (dt_sync){ 0 };
    DT_TRY(dt_room_open(&dt_sync_room, config, NULL, NULL, run, &entry, &s->state));
    s->type = dt_sync_of(entry);
    return DT_OK;
}

bool dt_sync_allows(const dt_sync *s, const dt_sync_clocks *clocks, size_t worker) {
    long done = clocks->done[worker];
    if (done == LONG_MAX) return true;
    return done - clocks->slowest <= s->type->lead(s->state, clocks, worker);
}
