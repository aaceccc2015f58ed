/* alternating.c - there and not there by turns, for times drawn anew: an alternating renewal process.
 * Source: Trivedi 2001, section 8.2.1; share of the time that it is there: E[on] / (E[on] + E[off]). */
#include "profile/profile.h"
#include <math.h>

typedef struct alternating {
    const dt_config *on_node, *off_node;
    dt_dist on, off;
} alternating;

static dt_status alternating_init(void *state, const char *path, dt_arena *run) {
    alternating *a = state;
    if (a->on_node == NULL || a->off_node == NULL)
        return dt_fail_at(DT_EINVAL, path, "%s is missing: how long it lasts", a->on_node == NULL ? "on" : "off");
    DT_TRY(dt_dist_open(&a->on, a->on_node, dt_arena_text(run, "%s.on", path), run));
    DT_TRY(dt_dist_open(&a->off, a->off_node, dt_arena_text(run, "%s.off", path), run));
    if (!(dt_dist_mean(&a->on) + dt_dist_mean(&a->off) > 0))
        return dt_fail_at(DT_EINVAL, path, "on and off last no time at all");
    return DT_OK;
}

static dt_piece alternating_piece(const void *state, dt_rng *rng, long index) {
    const alternating *a = state;
    bool on = index % 2 == 0;
    return (dt_piece){ on, dt_dist_draw(on ? &a->on : &a->off, rng, index / 2) };
}

static const dt_param alternating_params[] = {
    { "on", DT_TABLE, offsetof(alternating, on_node), 0, 0, 0, "s", "how long the value is 1 each time", NULL, "dist" },
    { "off", DT_TABLE, offsetof(alternating, off_node), 0, 0, 0, "s", "how long it is 0 each time", NULL, "dist" },
    { 0 }
};

const dt_profile_type dt_profile_alternating = {
    .is = { "alternating", "1 and 0 by turns, each for a time drawn anew.", "alternating renewal process",
            alternating_params, sizeof(alternating) },
    .init = alternating_init, .piece = alternating_piece,
};
