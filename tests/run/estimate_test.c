/* estimate_test.c - what a sweep takes follows from its runs, cores and runs at a time. */
#include "tests/test.h"
#include "run/estimate.h"
#include <math.h>

static const dt_estimate even = { .bytes = 10, .flops = 100, .alone_s = 1, .shared_s = 3, .workers = 8, .memory = 1e9, .data = 4e8 };

static void work_is_divided_by_the_cores(void **fixture) {
    (void)fixture;
    const dt_estimate runs[] = { even, even, even, even };
    dt_bill b = dt_estimate_bill(runs, 4, 0.5, 2, 2, 2);
    assert_float_equal(b.cpu_s, 16.5, 1e-9);
    assert_float_equal(b.real_s, 0.5 + 8, 1e-9);
    assert_float_equal(b.bytes, 40, 1e-9);
    assert_float_equal(b.flops, 400, 1e-9);
}

static void one_at_a_time_on_one_thread_takes_all_of_it(void **fixture) {
    (void)fixture;
    const dt_estimate runs[] = { even, even };
    assert_float_equal(dt_estimate_bill(runs, 2, 0, 1, 1, 8).real_s, 8, 1e-9);
}

/* Each main thread builds and simulates alone: one run at a time needs at least that. */
static void what_one_thread_does_is_not_divided(void **fixture) {
    (void)fixture;
    dt_estimate serial = even;
    serial.alone_s = 4;
    serial.shared_s = 0;
    const dt_estimate runs[] = { serial, serial, serial, serial };
    assert_float_equal(dt_estimate_bill(runs, 4, 0, 1, 4, 4).real_s, 16, 1e-9);
    assert_float_equal(dt_estimate_bill(runs, 4, 0, 4, 4, 4).real_s, 4, 1e-9);
}

static void the_longest_run_is_waited_for(void **fixture) {
    (void)fixture;
    dt_estimate longest = even;
    longest.alone_s = 50;
    const dt_estimate runs[] = { even, longest };
    assert_float_equal(dt_estimate_bill(runs, 2, 0, 2, 1, 2).real_s, 53, 1e-9);
}

static void samples_are_in_memory_once(void **fixture) {
    (void)fixture;
    const dt_estimate runs[] = { even, even };
    double one = dt_estimate_bill(runs, 2, 0, 1, 1, 2).memory, two = dt_estimate_bill(runs, 2, 0, 2, 1, 2).memory;
    assert_float_equal(one, 1e9, 1);
    assert_true(two > one + 5e8 && two < one + 6e8);
}

static void runs_that_are_refused_or_unknown_do_not_count(void **fixture) {
    (void)fixture;
    dt_estimate refused = even, unknown = even;
    refused.refused = DT_EINVAL;
    unknown.flops = unknown.bytes = NAN;
    const dt_estimate runs[] = { even, refused, unknown };
    dt_bill b = dt_estimate_bill(runs, 3, 0, 1, 1, 1);
    assert_float_equal(b.cpu_s, 4, 1e-9);
    assert_float_equal(b.bytes, 10, 1e-9);
    assert_int_equal(b.unknown, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_divided_by_the_cores),
        cmocka_unit_test(one_at_a_time_on_one_thread_takes_all_of_it),
        cmocka_unit_test(what_one_thread_does_is_not_divided),
        cmocka_unit_test(the_longest_run_is_waited_for),
        cmocka_unit_test(samples_are_in_memory_once),
        cmocka_unit_test(runs_that_are_refused_or_unknown_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
