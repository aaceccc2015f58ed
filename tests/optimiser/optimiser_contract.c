/* optimiser_contract.c - what every optimiser promises: it goes downhill, in place or not, from zeroed memory. */
#include "tests/test.h"
#include "optimiser/optimiser.h"
#include <math.h>

enum { N = 37 };

static dt_optimiser opened(const dt_entry *entry, dt_arena *run) {
    dt_optimiser o;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, entry->name, run);
    assert_ok(dt_optimiser_open(&o, config, run));
    assert_near(o.lr, 0.1, 0);
    return o;
}

static void in_place_gives_the_same_as_elsewhere(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        float here[N], from[N], to[N], g[N];
        size_t size = o.type->memory(o.state, N);
        float *a = dt_arena_take(run, size + 1, 4), *b = dt_arena_take(run, size + 1, 4);
        a[size] = b[size] = 77;
        for (int i = 0; i < N; i++) here[i] = from[i] = (float)(i - 10);
        for (long step = 1; step <= 5; step++) {
            for (int i = 0; i < N; i++) g[i] = (float)((i * 7 + step) % 11) - 5;
            o.type->step(o.state, 0.1, step, N, here, g, a, here);
            o.type->step(o.state, 0.1, step, N, from, g, b, to);
            assert_memory_equal(here, to, sizeof to);
            memcpy(from, to, sizeof to);
        }
        assert_float_equal(a[size], 77, 0);
        dt_arena_free(run);
    }
}

static void a_bowl_is_descended(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_optimiser_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(dt_optimiser_room.entries[e], run);
        float *memory = dt_arena_take(run, o.type->memory(o.state, N) + 1, 4), x[N], g[N];
        for (int i = 0; i < N; i++) x[i] = (float)(i - 10);
        for (long step = 1; step <= 3000; step++) {
            for (int i = 0; i < N; i++) g[i] = x[i] - 3;
            o.type->step(o.state, 0.1, step, N, x, g, memory, x);
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
        float *memory = dt_arena_take(run, o.type->memory(o.state, 2) + 1, 4), x[2] = { 1, -2 }, g[2] = { 3, 4 };
        o.type->step(o.state, 0, 1, 2, x, g, memory, x);
        assert_float_equal(x[0], 1, 0);
        assert_float_equal(x[1], -2, 0);
        dt_arena_free(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_place_gives_the_same_as_elsewhere),
        cmocka_unit_test(a_bowl_is_descended),
        cmocka_unit_test(a_rate_of_zero_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
