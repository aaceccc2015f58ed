/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "distribution/distribution.h"

static void every_draw_is_the_mean(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_distribution d;
    assert_ok(dt_config_parse("{\"name\":\"NAME\",\"value\":3}", &node, run));
    assert_ok(dt_distribution_open(&d, node, "jitter", run));
    dt_rng *rng = dt_rng_stream(run, 1, 0, "jitter");
    assert_near(dt_distribution_draw(&d, rng, 0, 0), 3, 1e-12);
    assert_near(dt_distribution_mean(&d, 0), 3, 1e-12);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_draw_is_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
