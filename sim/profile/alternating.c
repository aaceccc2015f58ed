/* alternating.c - up and down in alternation, for times that are drawn anew: an alternating renewal process.
 * When: devices come and go (churn), or links fail and recover.
 * Source: Trivedi 2001, section 8.2.1; share of the time that it is up: E[on] / (E[on] + E[off]). */
#include "profile/profile.h"
#include <math.h>

typedef struct alternating {
    const dt_config *on_node, *off_node;
    dt_distribution on, off;
} alternating;

/* No user's pieces may all last 0 s. */
static dt_status alternating_lasts(const alternating *a, const char *path, long rank) {
    if (dt_distribution_mean(&a->on, rank) + dt_distribution_mean(&a->off, rank) > 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, path, "expected on or off to last longer than 0 s, got 0 s for both");
}

static dt_status alternating_init(void *state, const char *path, dt_arena *run) {
    alternating *a = state;
    if (a->on_node == NULL || a->off_node == NULL)
        return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.%s", path, a->on_node == NULL ? "on" : "off"),
                          "is missing: expected how long the value is %d each time", a->on_node == NULL);
    DT_TRY(dt_distribution_open(&a->on, a->on_node, dt_arena_text(run, "%s.on", path), run));
    DT_TRY(dt_distribution_open(&a->off, a->off_node, dt_arena_text(run, "%s.off", path), run));
    return alternating_lasts(a, path, 0);
}

static dt_status alternating_fit(const void *state, const char *path, size_t users) {
    const alternating *a = state;
    char key[200];
    snprintf(key, sizeof key, "%s.on", path);
    DT_TRY(dt_distribution_fit(&a->on, key, users));
    snprintf(key, sizeof key, "%s.off", path);
    DT_TRY(dt_distribution_fit(&a->off, key, users));
    for (size_t p = 0; p < users; p++) DT_TRY(alternating_lasts(a, path, (long)p));
    return DT_OK;
}

static dt_piece alternating_piece(const void *state, const dt_profile_draws *draws, dt_turn turn) {
    const alternating *a = state;
    bool on = turn.index % 2 == 0;
    const dt_distribution *seconds = on ? &a->on : &a->off;
    return (dt_piece){ on, dt_distribution_draw(seconds, on ? draws->rng : draws->off, turn.rank, turn.index / 2) };
}

static const dt_param alternating_params[] = {
    DT_TABLE_NAMED("on", alternating, on_node, "s", "distribution", "how long the value is 1 each time"),
    DT_TABLE_NAMED("off", alternating, off_node, "s", "distribution", "how long the value is 0 each time"),
    { 0 }
};

const dt_profile_type dt_profile_alternating = {
    .is = { "alternating", "1 and 0 in alternation, each for a time that is drawn anew: up and down, online and offline.",
            "alternating renewal process",
            alternating_params, sizeof(alternating) },
    .init = alternating_init, .fit = alternating_fit, .piece = alternating_piece,
};
