/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "topology/topology.h"

static void every_worker_has_all_others_for_neighbours(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_topology t;
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_topology_make(node, 5, 1, &t, run));
    for (size_t r = 0; r < 5; r++) assert_int_equal(t.start[r + 1] - t.start[r], 4);
    assert_near(t.gap, 1, 1e-12);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_worker_has_all_others_for_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
