/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "optimiser/optimiser.h"

static void a_step_goes_against_the_gradient(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_optimiser o;
    float x[] = { 1, 2 };
    const float g[] = { 4, -4 };
    assert_ok(dt_config_parse("{\"name\":\"NAME\",\"lr\":0.25}", &node, run));
    assert_ok(dt_optimiser_open(&o, node, NULL, 0, run));
    float *memory = dt_arena_take(run, dt_optimiser_memory(&o, 2) + 1, sizeof *memory);
    dt_optimiser_step(&o, o.lr, 1, (dt_slice){ 0, 2 }, x, g, memory, x);
    assert_near(x[0], 0, 1e-7);
    assert_near(x[1], 3, 1e-7);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_goes_against_the_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
