/* kmeans_test.c - the gradient falls on the nearest centre alone. */
#include "tests/test.h"
#include "model/model.h"

static void the_nearest_centre_is_pulled(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    dt_shape shape = { .features = 1 };
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "kmeans", run);
    dt_config_set_number(config, "clusters", 2, run);
    assert_ok(dt_model_open(&m, config, &shape, run));
    float centres[2] = { 0, 10 }, samples[3] = { 1, 2, 9 }, none[3] = { 0 }, g[2];
    dt_batch batch = { 3, samples, none, NULL };
    float *scratch = dt_arena_take(run, dt_model_scratch(&m, 3), sizeof *scratch);
    assert_near(dt_model_gradient(&m, centres, &batch, g, scratch), 2, 1e-12);
    assert_near(g[0], -2, 1e-6);
    assert_near(g[1], 2.0 / 3, 1e-6);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_nearest_centre_is_pulled) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
