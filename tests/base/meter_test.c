/* meter_test.c - the main thread's seconds go to one activity at a time, and none is lost. */
#include "tests/test.h"
#include "base/pool.h"

static void busy(double seconds) {
    for (double start = dt_meter_clock(); dt_meter_clock() - start < seconds;) {}
}

static void what_lies_within_counts_for_the_outermost(void **fixture) {
    (void)fixture;
    dt_meter m;
    double start = dt_meter_clock();
    dt_meter_open(&m, DT_BUILDING);
    busy(0.002);
    dt_meter_ground(&m, DT_ENGINE);
    dt_meter_begin(&m, DT_EVALUATION);
    busy(0.002);
    dt_meter_begin(&m, DT_ARITHMETIC);
    busy(0.002);
    dt_meter_end(&m);
    dt_meter_end(&m);
    busy(0.002);
    double total = dt_meter_total(&m), passed = dt_meter_clock() - start;
    assert_true(m.spent[DT_BUILDING] >= 0.002);
    assert_true(m.spent[DT_EVALUATION] >= 0.004);
    assert_true(m.spent[DT_ENGINE] >= 0.002);
    assert_near(m.spent[DT_ARITHMETIC], 0, 0);
    assert_near(m.spent[DT_BUILDING] + m.spent[DT_EVALUATION] + m.spent[DT_ENGINE], total, 1e-9);
    assert_true(total <= passed);
}

static void work(void *arg, int thread) {
    (void)thread;
    busy(*(double *)arg);
}

static void each(void *arg, size_t index, int thread) {
    (void)index;
    work(arg, thread);
}

static void a_pool_tells_its_own_arithmetic_from_waiting_for_others(void **fixture) {
    (void)fixture;
    double seconds = 0.002;
    dt_arena *arena = dt_arena_new(0);
    dt_pool *alone = dt_pool_new(1, arena), *pair = dt_pool_new(2, arena);
    dt_task task = { .work = work, .arg = &seconds };
    dt_pool_start(alone, &task);
    dt_pool_join(alone, &task);
    dt_pool_each(alone, 2, each, &seconds);
    assert_true(dt_pool_meter(alone)->spent[DT_ARITHMETIC] >= 0.006);
    assert_near(dt_pool_meter(alone)->spent[DT_WAITING], 0, 0);
    dt_pool_start(pair, &task);
    busy(0.02);         /* by now the other thread is at it, or the join finds it not begun */
    dt_pool_join(pair, &task);
    dt_meter_total(dt_pool_meter(pair));
    assert_true(dt_pool_busy_s(pair) >= 0.002);
    assert_true(dt_pool_meter(pair)->spent[DT_BUILDING] >= 0.02);
    dt_pool_free(alone);
    dt_pool_free(pair);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_within_counts_for_the_outermost),
        cmocka_unit_test(a_pool_tells_its_own_arithmetic_from_waiting_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
