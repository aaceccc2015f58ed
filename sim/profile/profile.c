/* profile.c - opens a profile, and gives its values in the unit that the caller asks for. */
#include "profile/profile.h"

#define ROOM profile
#include "base/members.h"

static const dt_param profile_common[] = {
    DT_TEXT_PARAM(dt_profile_common, unit, NULL,
                  "what a value of 1 is, such as kbps or ms; else B/s, s or a bare number, as the key says"),
    { 0 }
};

const dt_room dt_profile_room = {
    .name = "profile", .brief = "a value over time: the bandwidth of a link, or when a worker is available", .preset = NULL, .common = profile_common,
    ROOM_MEMBERS,
};

/* "kbps" in B/s is 125. */
static dt_status profile_factor(dt_profile *p, const char *spelling, const char *path, const char *unit, dt_arena *run) {
    p->factor = 1;
    if (spelling == NULL || dt_unit_read(dt_arena_text(run, "1%s", spelling), unit, &p->factor) == DT_OK) return DT_OK;
    const char *why = dt_arena_text(run, "%s", dt_reason());
    return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.unit", path), "%s", why);
}

dt_status dt_profile_open(dt_profile *p, const dt_config *config, const char *path, const char *unit, dt_arena *run) {
    const dt_entry *entry;
    dt_profile_common common;
    DT_TRY(dt_room_open(&dt_profile_room, config, path, &common, run, &entry, &p->state));
    p->type = dt_profile_of(entry);
    DT_TRY(profile_factor(p, common.unit, path, unit, run));
    return p->type->init(p->state, path, run);
}

dt_profile_draws dt_profile_streams(dt_arena *run, uint64_t seed, long rank, const char *purpose) {
    return (dt_profile_draws){ dt_rng_stream(run, seed, rank, purpose),
                               dt_rng_stream(run, seed, rank, dt_arena_text(run, "%s off", purpose)) };
}

long dt_profile_first(const dt_profile *p, const dt_profile_draws *draws) {
    return p->type->first == NULL ? 0 : p->type->first(p->state, draws);
}

dt_status dt_profile_fit(const dt_profile *p, const char *path, size_t users) {
    return p->type->fit == NULL ? DT_OK : p->type->fit(p->state, path, users);
}

dt_piece dt_profile_piece(const dt_profile *p, const dt_profile_draws *draws, long rank, long index) {
    dt_piece piece = p->type->piece(p->state, draws, (dt_turn){ rank, index });
    piece.value *= p->factor;
    return piece;
}
