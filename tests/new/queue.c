/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "queue/queue.h"

static void all_layers_leave_as_one_part(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_queue q;
    dt_queue_plan plan;
    const dt_layer_row row[] = { { .params = 3 }, { .first = 3, .params = 6 }, { .first = 9, .params = 3 } };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_queue_open(&q, node, run));
    assert_ok(dt_queue_cut(&q, &(dt_queue_view){ .layer = row, .layers = 3 }, &plan, run));
    assert_int_equal(plan.parts, 1);
    assert_int_equal(plan.part[0].count, 12);
    assert_int_equal(plan.part[0].from, 0);
    assert_int_equal(plan.part[0].to, 2);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_layers_leave_as_one_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
