/* remaining_test.c - what is left of a sweep is told from what its runs have taken, or not at all. */
#include "tests/test.h"
#include "base/meter.h"
#include "sweep/remaining.h"
#include <math.h>

enum { RUNS = 6 };      /* period 1 and 4, three seeds each */

static dt_plan_run run[RUNS];
static dt_plan plan = { .run = run, .runs = RUNS };

/* goal: the runs may end by their loss. */
static void sweep(dt_remaining *r, bool goal, dt_arena *arena) {
    for (int i = 0; i < RUNS; i++) {
        dt_config *swept = dt_config_new(arena), *config = dt_config_new(arena);
        dt_config_set_number(swept, "strategy.period", i < 3 ? 1 : 4, arena);
        dt_config_set_number(swept, "seed", 1 + i % 3, arena);
        dt_config *stop = dt_config_set_table(config, "stop", arena);
        dt_config_set_number(stop, "rounds", 100, arena);
        dt_config_set_number(stop, "loss", goal ? 0.1 : 0, arena);
        run[i] = (dt_plan_run){ .id = i, .config = config, .swept = swept };
    }
    dt_remaining_open(r, &plan, arena);
    dt_remaining_begin(r);
}

static dt_run_progress trained(double share, double seconds) {
    return (dt_run_progress){ .phase = DT_RUN_TRAINING, .begun_s = dt_meter_clock() - seconds, .share = share };
}

static void a_run_under_way_goes_on_as_it_did(void **fixture) {
    dt_remaining r;
    sweep(&r, false, *fixture);
    dt_run_progress p = trained(0.25, 10);
    dt_remaining_run(&r, 0, &p, 11);        /* a second of building */
    assert_near(dt_remaining_time(&r, 2), 30, 1e-2);
    assert_false(r.early);
    for (size_t i = 1; i < RUNS; i++) dt_remaining_run(&r, i, NULL, 0);     /* as long as the one under way: 41 s each */
    assert_near(dt_remaining_time(&r, 1), 30 + 5 * 41, 1e-2);
    assert_near(dt_remaining_time(&r, 2), (30 + 5 * 41) / 2.0, 1e-2);
    assert_near(dt_remaining_time(&r, 100), 41, 1e-2);
}

static void runs_take_as_long_as_those_that_are_most_like_them(void **fixture) {
    dt_remaining r;
    sweep(&r, false, *fixture);
    dt_remaining_ended(&r, 0, 10);          /* period 1 */
    dt_remaining_ended(&r, 1, 20);
    dt_remaining_ended(&r, 3, 100);         /* period 4 */
    dt_remaining_begin(&r);
    dt_remaining_run(&r, 2, NULL, 0);
    assert_near(dt_remaining_time(&r, 1), 15, 1e-9);
    dt_remaining_run(&r, 4, NULL, 0);
    assert_near(dt_remaining_time(&r, 1), 115, 1e-9);
    assert_near(dt_remaining_time(&r, 4), 100, 1e-9);
    const dt_run_progress reading = { .phase = DT_RUN_READING };
    dt_remaining_run(&r, 5, &reading, 30);
    assert_near(dt_remaining_time(&r, 1), 115 + 70, 1e-9);
}

static void what_nobody_can_tell_is_not_told(void **fixture) {
    dt_remaining r;
    const dt_run_progress building = { .phase = DT_RUN_BUILDING }, begun = trained(0.001, 0.5);
    sweep(&r, false, *fixture);
    dt_remaining_run(&r, 0, &building, 1);
    assert_true(isnan(dt_remaining_time(&r, 1)));
    sweep(&r, false, *fixture);
    dt_remaining_run(&r, 0, &begun, 1);
    assert_true(isnan(dt_remaining_time(&r, 1)));
    sweep(&r, false, *fixture);
    dt_remaining_run(&r, 0, NULL, 0);
    assert_true(isnan(dt_remaining_time(&r, 1)));
    sweep(&r, false, *fixture);
    assert_near(dt_remaining_time(&r, 1), 0, 0);
}

/* Its limit on rounds would let it take 990 s more; a run like it ended after 40. */
static void a_run_that_an_evaluation_may_end_is_measured_by_others_too(void **fixture) {
    dt_remaining r;
    sweep(&r, true, *fixture);
    dt_run_progress p = trained(0.01, 10);
    dt_remaining_run(&r, 1, &p, 10);
    assert_true(r.early);
    assert_near(dt_remaining_time(&r, 1), 990, 1e-2);
    dt_remaining_ended(&r, 0, 40);
    dt_remaining_begin(&r);
    dt_remaining_run(&r, 1, &p, 10);
    assert_near(dt_remaining_time(&r, 1), 30, 1e-2);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

/* Runs 3 to 5 replay the trainings of 0 to 2. */
static void runs_that_replay_others_are_like_such_runs_only(void **fixture) {
    dt_remaining r;
    sweep(&r, false, *fixture);
    for (size_t i = 3; i < RUNS; i++) dt_remaining_kind(&r, i, true);
    dt_remaining_ended(&r, 0, 100);
    dt_remaining_begin(&r);
    for (size_t i = 1; i < RUNS; i++) dt_remaining_run(&r, i, NULL, 0);
    assert_near(dt_remaining_time(&r, 1), 200, 1e-9);       /* nobody knows yet what a replay takes */
    dt_remaining_ended(&r, 3, 2);
    dt_remaining_begin(&r);
    for (size_t i = 1; i < RUNS; i++)
        if (i != 3) dt_remaining_run(&r, i, NULL, 0);
    assert_near(dt_remaining_time(&r, 1), 204, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_under_way_goes_on_as_it_did),
        cmocka_unit_test(runs_take_as_long_as_those_that_are_most_like_them),
        cmocka_unit_test(runs_that_replay_others_are_like_such_runs_only),
        cmocka_unit_test(what_nobody_can_tell_is_not_told),
        cmocka_unit_test(a_run_that_an_evaluation_may_end_is_measured_by_others_too),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
