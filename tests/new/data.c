/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "data/data.h"

static void it_has_the_rows_and_columns_asked_for(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_data d;
    assert_ok(dt_config_parse("{\"name\":\"NAME\",\"rows\":30,\"test\":10,\"columns\":4}", &node, run));
    assert_ok(dt_data_check(node));
    assert_ok(dt_data_load(node, 1, 2, &d, run));
    assert_int_equal(d.train.rows, 30);
    assert_int_equal(d.test.rows, 10);
    assert_int_equal(d.shape.features, 4);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_has_the_rows_and_columns_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
