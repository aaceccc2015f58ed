/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "aggregate/aggregate.h"

static void every_vector_counts_the_same(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_aggregate a;
    const float first[] = { 1, -4 }, second[] = { 3, 8 }, *const x[] = { first, second };
    const double size[] = { 1, 9 };
    double weight[2];
    float out[2];
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_aggregate_open(&a, node, run));
    dt_pool *pool = dt_pool_new(1, run);
    dt_aggregate_form(&a, &(dt_inputs){ 2, 2, x, size }, weight, out, pool);
    dt_pool_free(pool);
    assert_near(out[0], 2, 1e-7);
    assert_near(out[1], 2, 1e-7);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_counts_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
