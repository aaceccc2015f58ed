/* limits_test.c - what many actors ask for is estimated, and what the machine has is read. */
#include "tests/test.h"
#include "engine/limits.h"

static void more_actors_ask_for_more_but_for_mappings_without_guards(void **fixture) {
    (void)fixture;
    dt_load few = dt_load_of(10), guarded = dt_load_of(DT_GUARDED_MOST), many = dt_load_of(20 * DT_GUARDED_MOST);
    assert_true(few.bytes < guarded.bytes && guarded.bytes < many.bytes);
    assert_true(few.mappings < guarded.mappings);
    assert_true(many.mappings < guarded.mappings);
    assert_true(few.burst_s < guarded.burst_s && guarded.burst_s < many.burst_s);
    assert_true(many.burst_s >= 20 * guarded.burst_s * (1 - 1e-9));
    assert_int_equal(dt_load_scans(), many.burst_s > 20 * guarded.burst_s * (1 + 1e-9));
    assert_true(dt_load_hosts(1000) > dt_load_hosts(10));
}

/* Linux allows 65 530 mappings unless told otherwise. */
static void the_machine_says_what_it_has(void **fixture) {
    (void)fixture;
    assert_true(dt_load_memory_left() > 1e6);
    assert_true(dt_load_mappings_most() > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_actors_ask_for_more_but_for_mappings_without_guards),
        cmocka_unit_test(the_machine_says_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
