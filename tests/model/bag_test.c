/* bag_test.c - the table of layers of a bag of words, and gradients that are sparse by rows. */
#include "tests/test.h"
#include "model/model.h"

static void rows_of_words_that_are_not_there_have_the_gradient_zero(void **fixture) {
    (void)fixture;
    enum { WORDS = 6, UNITS = 3, CLASSES = 4 };
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_model m;
    const dt_shape shape = { .features = WORDS, .classes = CLASSES };
    const float rows[] = { 0.5f, 0, 0.5f, 0, 0, 0,  0, 0, 0.25f, 0, 0.75f, 0 }, target[] = { 1, 3 };
    assert_ok(dt_config_parse("{\"name\": \"bag\", \"units\": 3, \"nonzeros\": 2}", &node, run));
    assert_ok(dt_model_open(&m, node, &shape, run));
    assert_int_equal(m.layers, 2);
    assert_string_equal(m.layer[0].name, "embedding1");
    assert_int_equal(m.layer[0].params, WORDS * UNITS);
    assert_int_equal(m.layer[0].columns, UNITS);
    assert_int_equal(m.n, WORDS * UNITS + (UNITS + 1) * CLASSES);
    assert_near(m.forward_flops, 2 * 2 * UNITS + 2 * UNITS * CLASSES, 0);
    float *x = dt_arena_take(run, m.n, sizeof *x), *g = dt_arena_take(run, m.n, sizeof *g);
    float *scratch = dt_arena_take(run, dt_model_scratch(&m, 2), sizeof *scratch);
    dt_model_start(&m, 1, x);
    dt_model_gradient(&m, x, &(dt_batch){ 2, rows, target, NULL }, g, scratch);
    for (size_t w = 0; w < WORDS; w++)
        for (size_t u = 0; u < UNITS; u++) assert_int_equal(g[w * UNITS + u] != 0, w == 0 || w == 2 || w == 4);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(rows_of_words_that_are_not_there_have_the_gradient_zero) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
