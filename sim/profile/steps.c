/* steps.c - a step function: values that are written in the scenario.
 * When: a change at a known time is simulated, such as a link that slows down after 100 s.
 * Source: values[i] from times[i] to times[i + 1]. */
#include "profile/profile.h"
#include <math.h>

typedef struct steps { dt_list times, values; double period; } steps;

static dt_status steps_init(void *state, const char *path, dt_arena *run) {
    const steps *s = state;
    size_t count = s->values.count;
    if (count == 0 || s->times.count != count)
        return dt_fail_at(DT_EINVAL, path, "expected as many values as times, at least one of each, got %zu times and %zu values",
                          s->times.count, count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 ? s->times.item[0] != 0 : !(s->times.item[i] > s->times.item[i - 1]))
            return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.times", path),
                              "expected times that begin at 0 and grow, got %g at place %zu",
                              s->times.item[i], i + 1);
        if (!(s->values.item[i] >= 0) || isinf(s->values.item[i]))
            return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.values", path), "expected a finite number of at least 0, got %g",
                              s->values.item[i]);
    }
    if (s->period > 0 && !(s->period > s->times.item[count - 1]))
        return dt_fail_at(DT_EINVAL, dt_arena_text(run, "%s.period", path),
                          "expected a period longer than the last time, %g s, got %g s",
                          s->times.item[count - 1], s->period);
    return DT_OK;
}

static dt_piece steps_piece(const void *state, const dt_profile_draws *draws, dt_turn turn) {
    const steps *s = state;
    size_t at = (size_t)turn.index % s->values.count;
    double end = s->period > 0 ? s->period : HUGE_VAL;
    (void)draws;
    if (at + 1 < s->values.count) end = s->times.item[at + 1];
    return (dt_piece){ s->values.item[at], end - s->times.item[at] };
}

static const dt_param steps_params[] = {
    DT_LIST_PARAM(steps, times, "0", 0, 1e15, "s", "when each value begins; the first at 0"),
    DT_LIST_PARAM(steps, values, "1", 0, 1e18, "1", "the value from each of the times on"),
    DT_REAL_PARAM(steps, period, 0, 0, 1e15, "s", "the steps repeat after this time; 0: the last value stays"),
    { 0 }
};

const dt_profile_type dt_profile_steps = {
    .is = { "steps", "A step function: values that are written in the scenario, each from its time on.", "a step function",
            steps_params, sizeof(steps) },
    .init = steps_init, .piece = steps_piece,
};
