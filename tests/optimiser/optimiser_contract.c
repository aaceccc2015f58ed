/* optimiser_contract.c - what every optimiser promises: it goes downhill, in place or not, from zeroed memory. */
#include "tests/test.h"
#include "optimiser/optimiser.h"
#include <math.h>

enum { N = 37 };

/* Without weight decay, which draws to 0 instead of downhill. */
static dt_optimiser opened(const dt_entry *entry, dt_arena *run) {
    dt_optimiser o;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, entry->name, run);
    for (const dt_param *p = entry->params; p != NULL && p->name != NULL; p++)
        if (strcmp(p->name, "weight_decay") == 0) dt_config_set_number(config, p->name, 0, run);
    assert_ok(dt_optimiser_open(&o, config, NULL, 0, run));
    assert_near(o.lr, 0.1, 0);
    return o;
}

static void in_place_gives_the_same_as_elsewhere(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        float here[N], from[N], to[N], g[N];
        size_t size = dt_optimiser_memory(&o, N);
        float *a = dt_arena_take(run, size + 1, 4), *b = dt_arena_take(run, size + 1, 4);
        a[size] = b[size] = 77;
        for (int i = 0; i < N; i++) here[i] = from[i] = (float)(i - 10);
        for (long step = 1; step <= 5; step++) {
            for (int i = 0; i < N; i++) g[i] = (float)((i * 7 + step) % 11) - 5;
            dt_optimiser_step(&o, 0.1, step, (dt_slice){ 0, N }, here, g, a, here);
            dt_optimiser_step(&o, 0.1, step, (dt_slice){ 0, N }, from, g, b, to);
            assert_memory_equal(here, to, sizeof to);
            memcpy(from, to, sizeof to);
        }
        assert_float_equal(a[size], 77, 0);
        dt_arena_free(run);
    }
}

/* With a rate that falls to 0: steps whose length does not depend on the gradient's would go round the lowest point.  It is large
 * at first, for steps that shorten with their number. */
static void a_bowl_is_descended(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        float *memory = dt_arena_take(run, dt_optimiser_memory(&o, N) + 1, 4), x[N], g[N];
        for (int i = 0; i < N; i++) x[i] = (float)(i - 10);
        for (long step = 1; step <= 20000; step++) {
            for (int i = 0; i < N; i++) g[i] = x[i] - 3;
            dt_optimiser_step(&o, 0.3 * (1 - (double)step / 20000), step, (dt_slice){ 0, N }, x, g, memory, x);
        }
        for (int i = 0; i < N; i++) assert_near(x[i], 3, 0.02);
        dt_arena_free(run);
    }
}

static void a_rate_of_zero_stands_still(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        float *memory = dt_arena_take(run, dt_optimiser_memory(&o, 2) + 1, 4), x[2] = { 1, -2 }, g[2] = { 3, 4 };
        dt_optimiser_step(&o, 0, 1, (dt_slice){ 0, 2 }, x, g, memory, x);
        assert_float_equal(x[0], 1, 0);
        assert_float_equal(x[1], -2, 0);
        dt_arena_free(run);
    }
}

/* Three ranges by themselves, with memory of their own, are the whole vector's step: where a type looks at layers, these are
 * its layers. */
static void ranges_that_it_can_take_give_what_the_whole_gives(void **fixture) {
    (void)fixture;
    const dt_slice part[] = { { 0, 5 }, { 5, 20 }, { 25, N - 25 } };
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        o.layer = part;
        o.layers = 3;
        o.clip_value = 4;
        assert_int_equal(dt_optimiser_needs(&o), o.type->by_layer ? DT_SPAN_LAYERS : DT_SPAN_ANY);
        float whole[N], parts[N], g[N], *all = dt_arena_take(run, dt_optimiser_memory(&o, N) + 1, 4), *own[3];
        for (int k = 0; k < 3; k++) own[k] = dt_arena_take(run, dt_optimiser_memory(&o, part[k].count) + 1, 4);
        for (int i = 0; i < N; i++) whole[i] = parts[i] = (float)(i - 10);
        for (long step = 1; step <= 5; step++) {
            for (int i = 0; i < N; i++) g[i] = (float)((i * 7 + step) % 11) - 5;
            dt_optimiser_step(&o, 0.1, step, (dt_slice){ 0, N }, whole, g, all, whole);
            for (int k = 2; k >= 0; k--)
                dt_optimiser_step(&o, 0.1, step, part[k], parts + part[k].first, g + part[k].first, own[k], parts + part[k].first);
            assert_memory_equal(whole, parts, sizeof whole);
        }
        dt_arena_free(run);
    }
}

/* Against a gradient that was clipped by hand; the one that is given stays as it is. */
static void clipping_is_a_step_along_the_clipped_gradient(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run), clips = o;
        float x[N], y[N], g[N], by_hand[N], same[N];
        float *a = dt_arena_take(run, dt_optimiser_memory(&o, N) + 1, 4), *b = dt_arena_take(run, dt_optimiser_memory(&o, N) + 1, 4);
        clips.clip_value = 3;
        clips.clip_norm = 2;
        assert_int_equal(dt_optimiser_needs(&clips), DT_SPAN_WHOLE);
        for (int i = 0; i < N; i++) x[i] = y[i] = (float)(i - 10);
        for (long step = 1; step <= 5; step++) {
            double squares = 0;
            for (int i = 0; i < N; i++) {
                same[i] = g[i] = (float)((i * 7 + step) % 11) - 5;
                by_hand[i] = g[i] > 3 ? 3 : g[i] < -3 ? -3 : g[i];
                squares += (double)by_hand[i] * by_hand[i];
            }
            for (int i = 0; i < N; i++) by_hand[i] *= (float)(2 / (sqrt(squares) + 1e-6));
            dt_optimiser_step(&o, 0.1, step, (dt_slice){ 0, N }, x, by_hand, a, x);
            dt_optimiser_step(&clips, 0.1, step, (dt_slice){ 0, N }, y, g, b, y);
            for (int i = 0; i < N; i++) assert_near(y[i], x[i], 1e-5);
            assert_memory_equal(g, same, sizeof g);
        }
        dt_arena_free(run);
    }
}

static void what_is_short_enough_is_not_clipped(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run), clips = o;
        float x[2] = { 1, -2 }, y[2] = { 1, -2 }, g[2] = { 3, 4 }, *memory = dt_arena_take(run, dt_optimiser_memory(&o, 2) + 1, 4);
        clips.clip_norm = 5.1;
        clips.clip_value = 4;
        dt_optimiser_step(&o, 0.1, 1, (dt_slice){ 0, 2 }, x, g, memory, x);
        memset(memory, 0, dt_optimiser_memory(&o, 2) * sizeof *memory);
        dt_optimiser_step(&clips, 0.1, 1, (dt_slice){ 0, 2 }, y, g, memory, y);
        assert_memory_equal(x, y, sizeof x);
        dt_arena_free(run);
    }
}

/* A training that has diverged is seen as one. */
static void a_gradient_that_is_no_number_is_not_clipped_into_one(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        float x[2] = { 1, -2 }, g[2] = { NAN, 4 }, *memory = dt_arena_take(run, dt_optimiser_memory(&o, 2) + 1, 4);
        o.clip_norm = 1;
        o.clip_value = 1;
        dt_optimiser_step(&o, 0.1, 1, (dt_slice){ 0, 2 }, x, g, memory, x);
        assert_true(isnan(x[0]));
        dt_arena_free(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_place_gives_the_same_as_elsewhere),
        cmocka_unit_test(a_bowl_is_descended),
        cmocka_unit_test(a_rate_of_zero_stands_still),
        cmocka_unit_test(ranges_that_it_can_take_give_what_the_whole_gives),
        cmocka_unit_test(clipping_is_a_step_along_the_clipped_gradient),
        cmocka_unit_test(what_is_short_enough_is_not_clipped),
        cmocka_unit_test(a_gradient_that_is_no_number_is_not_clipped_into_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
