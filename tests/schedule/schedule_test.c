/* schedule_test.c - closed values of every schedule. */
#include "tests/test.h"
#include "schedule/schedule.h"

static dt_schedule opened(const dt_config *config, dt_arena *run) {
    dt_schedule s;
    assert_ok(dt_schedule_open(&s, config, NULL, run));
    return s;
}

static dt_config *named(const char *name, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, name, run);
    return config;
}

static void nothing_said_is_constant(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_schedule s = opened(NULL, run);
    assert_near(dt_schedule_factor(&s, 1e6, 1000000), 1, 0);
    dt_arena_free(run);
}

static void step_falls_when_an_epoch_is_reached(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *config = named("step", run), *at = dt_config_set_table(config, "at", run);
    dt_config_set_number(at, NULL, 10, run);
    dt_config_set_number(at, NULL, 20.5, run);
    dt_config_set_number(config, "factor", 0.5, run);
    dt_schedule s = opened(config, run);
    assert_near(dt_schedule_factor(&s, 9.999, 1), 1, 0);
    assert_near(dt_schedule_factor(&s, 10, 1), 0.5, 0);
    assert_near(dt_schedule_factor(&s, 20.4, 1), 0.5, 0);
    assert_near(dt_schedule_factor(&s, 20.5, 1), 0.25, 0);
    dt_arena_free(run);
}

static void cosine_is_half_way_at_half_time(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *config = named("cosine", run);
    dt_config_set_number(config, "epochs", 40, run);
    dt_config_set_number(config, "floor", 0.2, run);
    dt_schedule s = opened(config, run);
    assert_near(dt_schedule_factor(&s, 0, 0), 1, 1e-12);
    assert_near(dt_schedule_factor(&s, 10, 0), 0.2 + 0.8 * (1 + 0.7071067811865476) / 2, 1e-12);
    assert_near(dt_schedule_factor(&s, 20, 0), 0.6, 1e-12);
    assert_near(dt_schedule_factor(&s, 40, 0), 0.2, 1e-12);
    assert_near(dt_schedule_factor(&s, 60, 0), 0.2, 1e-12);
    dt_arena_free(run);
}

static void inverse_is_halved_after_its_steps(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *config = named("inverse", run);
    dt_config_set_number(config, "steps", 50, run);
    dt_schedule s = opened(config, run);
    assert_near(dt_schedule_factor(&s, 0, 50), 0.5, 1e-12);
    assert_near(dt_schedule_factor(&s, 0, 150), 0.25, 1e-12);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_is_constant),
        cmocka_unit_test(step_falls_when_an_epoch_is_reached),
        cmocka_unit_test(cosine_is_half_way_at_half_time),
        cmocka_unit_test(inverse_is_halved_after_its_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
