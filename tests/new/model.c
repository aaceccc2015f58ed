/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "model/model.h"

static void the_loss_at_zero_is_half_the_square_of_the_target(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_model m;
    const dt_shape shape = { .features = 2 };
    const float rows[] = { 1, 2 }, target[] = { 3 };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_model_open(&m, node, &shape, run));
    float *x = dt_arena_take(run, m.n, sizeof *x), *g = dt_arena_take(run, m.n, sizeof *g);
    float *scratch = dt_arena_take(run, dt_model_scratch(&m, 1), sizeof *scratch);
    assert_near(dt_model_gradient(&m, x, &(dt_batch){ 1, rows, target, NULL }, g, scratch), 4.5, 1e-6);
    assert_near(g[0], -3, 1e-6);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_at_zero_is_half_the_square_of_the_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
