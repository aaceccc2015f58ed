/* sync.c - the registry of synchronisations, and the questions they answer. */
#include "sync/sync.h"

#define ROOM sync
#include "base/members.h"

const dt_room dt_sync_room = {
    .name = "sync", .preset = "bsp",
    .brief = "synchronisation of parameter servers: barrier, bounded staleness, backup workers or none",
    ROOM_MEMBERS,
};

dt_status dt_sync_open(dt_sync *s, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    *s = (dt_sync){ 0 };
    DT_TRY(dt_room_open(&dt_sync_room, config, NULL, NULL, run, &entry, &s->state));
    s->type = dt_sync_of(entry);
    return s->type->init == NULL ? DT_OK : s->type->init(s->state);
}

dt_status dt_sync_check(const dt_sync *s, size_t workers) {
    long spare = dt_sync_ends(s).spare;
    if ((size_t)spare < workers) return DT_OK;
    return dt_fail_at(DT_EINVAL, "sync.spare", "expected fewer backup workers than there are workers, %zu, got %ld", workers, spare);
}

bool dt_sync_allows(const dt_sync *s, const dt_sync_clocks *clocks, size_t worker) {
    long done = clocks->done[worker];
    if (done == LONG_MAX) return true;
    return done - clocks->slowest <= s->type->lead(s->state, clocks, worker);
}

size_t dt_sync_memory(const dt_sync *s, size_t workers) {
    return s->type->memory == NULL ? 0 : s->type->memory(s->state, workers);
}

size_t dt_sync_depth(const dt_sync *s) {
    const dt_sync_clocks none = { .slowest = LONG_MAX };
    return s->type->merges ? 1 + (size_t)s->type->lead(s->state, &none, 0) : 0;
}

dt_sync_ending dt_sync_ends(const dt_sync *s) {
    return s->type->ending == NULL ? (dt_sync_ending){ 0, DT_LATE_FINISH } : s->type->ending(s->state);
}
