/* schedule_test.c - closed values of every schedule, and what its progress is counted in. */
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

static void set_list(dt_config *table, const char *key, size_t count, const double *item, dt_arena *run) {
    dt_config *list = dt_config_set_table(table, key, run);
    for (size_t i = 0; i < count; i++) dt_config_set_number(list, NULL, item[i], run);
}

static double after_epochs(const dt_schedule *s, double epochs) {
    return dt_schedule_factor(s, &(dt_trained){ .epochs = epochs, .rounds = 77, .steps = 777 });
}

static void nothing_said_is_constant(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_schedule s = opened(NULL, run);
    assert_near(after_epochs(&s, 1e6), 1, 0);
    dt_arena_free(run);
}

static void step_falls_when_an_epoch_is_reached(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *config = named("step", run);
    set_list(config, "at", 2, (const double[]){ 10, 20.5 }, run);
    dt_config_set_number(config, "factor", 0.5, run);
    dt_schedule s = opened(config, run);
    assert_near(after_epochs(&s, 9.999), 1, 0);
    assert_near(after_epochs(&s, 10), 0.5, 0);
    assert_near(after_epochs(&s, 20.4), 0.5, 0);
    assert_near(after_epochs(&s, 20.5), 0.25, 0);
    dt_arena_free(run);
}

static void cosine_is_half_way_at_half_time(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *config = named("cosine", run);
    dt_config_set_number(config, "epochs", 40, run);
    dt_config_set_number(config, "floor", 0.2, run);
    dt_schedule s = opened(config, run);
    assert_near(after_epochs(&s, 0), 1, 1e-12);
    assert_near(after_epochs(&s, 10), 0.2 + 0.8 * (1 + 0.7071067811865476) / 2, 1e-12);
    assert_near(after_epochs(&s, 20), 0.6, 1e-12);
    assert_near(after_epochs(&s, 40), 0.2, 1e-12);
    assert_near(after_epochs(&s, 60), 0.2, 1e-12);
    dt_arena_free(run);
}

static void inverse_is_halved_after_its_steps(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *config = named("inverse", run);
    dt_config_set_number(config, "steps", 50, run);
    dt_schedule s = opened(config, run);
    assert_near(dt_schedule_factor(&s, &(dt_trained){ 9, 9, 50 }), 0.5, 1e-12);
    assert_near(dt_schedule_factor(&s, &(dt_trained){ 9, 9, 150 }), 0.25, 1e-12);
    dt_arena_free(run);
}

/* A table without a name: warm-up, then a fall, a jump where two points are equal. */
static void points_are_joined_by_straight_lines(void **fixture) {
    (void)fixture;
    const double progress[] = { 0, 2.5, 5, 32.5, 59.9, 60, 70, 1e9 }, factor[] = { 0.1, 0.55, 1, 0.75, 0.50090909, 0.2, 0.15, 0.1 };
    dt_arena *run = dt_arena_new(0);
    dt_config *config = dt_config_new(run);
    set_list(config, "epochs", 5, (const double[]){ 0, 5, 60, 60, 80 }, run);
    set_list(config, "factor", 5, (const double[]){ 0.1, 1, 0.5, 0.2, 0.1 }, run);
    dt_schedule s = opened(config, run);
    for (int i = 0; i < 8; i++) assert_near(after_epochs(&s, progress[i]), factor[i], 1e-8);
    dt_arena_free(run);
}

static void progress_is_counted_in_the_unit_that_the_key_or_by_names(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    const dt_trained trained = { 30, 20, 10 };
    const char *const units[] = { "epochs", "rounds", "steps" };
    const double factor[] = { 0.25, 1.0 / 3, 0.5 };
    for (int i = 0; i < 3; i++) {
        dt_config *key = named("inverse", run), *by = named("inverse", run);
        dt_config_set_number(key, units[i], 10, run);
        dt_config_set_number(by, "at", 10, run);
        dt_config_set_text(by, "by", units[i], run);
        dt_schedule short_form = opened(key, run), long_form = opened(by, run);
        assert_near(dt_schedule_factor(&short_form, &trained), factor[i], 1e-12);
        assert_near(dt_schedule_factor(&long_form, &trained), factor[i], 1e-12);
    }
    dt_arena_free(run);
}

static void what_contradicts_itself_is_refused(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_schedule s;
    dt_config *two = named("cosine", run), *beside = named("cosine", run), *uneven = dt_config_new(run), *back = dt_config_new(run);
    dt_config_set_number(two, "epochs", 10, run);
    dt_config_set_number(two, "rounds", 10, run);
    assert_refused(dt_schedule_open(&s, two, NULL, run), DT_EINVAL, "expected one of epochs, rounds, steps or at");
    dt_config_set_number(beside, "epochs", 10, run);
    dt_config_set_text(beside, "by", "rounds", run);
    assert_refused(dt_schedule_open(&s, beside, NULL, run), DT_EINVAL, "expected no by beside epochs");
    set_list(uneven, "rounds", 3, (const double[]){ 0, 1, 2 }, run);
    set_list(uneven, "factor", 2, (const double[]){ 1, 0.5 }, run);
    assert_refused(dt_schedule_open(&s, uneven, NULL, run), DT_EINVAL, "got 2 factors for 3 points");
    set_list(back, "rounds", 2, (const double[]){ 5, 1 }, run);
    set_list(back, "factor", 2, (const double[]){ 1, 0.5 }, run);
    assert_refused(dt_schedule_open(&s, back, NULL, run), DT_EINVAL, "got 1 after 5");
    dt_arena_free(run);
}

static void a_misspelt_unit_is_told_from_other_unknown_keys(void **fixture) {
    (void)fixture;
    const char *const wrong[] = { "epoch", "round", "step", "Steps", "blah" };
    const char *const said[] = { "did you mean \"epochs\"", "did you mean \"rounds\"", "did you mean \"steps\"",
                                 "did you mean \"steps\"", "known are at, factor, by" };
    dt_arena *run = dt_arena_new(0);
    for (int i = 0; i < 5; i++) {
        dt_schedule s;
        dt_config *points = dt_config_new(run), *step = named("step", run);
        set_list(points, wrong[i], 2, (const double[]){ 0, 1 }, run);
        set_list(points, "factor", 2, (const double[]){ 1, 0.5 }, run);
        set_list(step, wrong[i], 1, (const double[]){ 3 }, run);
        assert_refused(dt_schedule_open(&s, points, NULL, run), DT_EINVAL, said[i]);
        assert_refused(dt_schedule_open(&s, step, NULL, run), DT_EINVAL, said[i]);
    }
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_is_constant),
        cmocka_unit_test(step_falls_when_an_epoch_is_reached),
        cmocka_unit_test(cosine_is_half_way_at_half_time),
        cmocka_unit_test(inverse_is_halved_after_its_steps),
        cmocka_unit_test(points_are_joined_by_straight_lines),
        cmocka_unit_test(progress_is_counted_in_the_unit_that_the_key_or_by_names),
        cmocka_unit_test(what_contradicts_itself_is_refused),
        cmocka_unit_test(a_misspelt_unit_is_told_from_other_unknown_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
