/* embedding_test.c - the rows of the inputs that are not 0, the sparse gradient, and what is charged. */
#include "tests/test.h"
#include "layer/layer.h"
#include <math.h>

enum { WORDS = 5, UNITS = 2, SAMPLES = 2 };
static const float weight[WORDS * UNITS] = { 1, 2, 3, 4, 5, 6, 7, 8, NAN, NAN };
static const float in[SAMPLES * WORDS] = { 1, 0, 0.5f, 0, 0,  0, 0, 2, -1, 0 };

static dt_layer opened(const char *text, dt_arena *run) {
    dt_layer l;
    dt_config *node;
    assert_ok(dt_config_parse(text, &node, run));
    assert_ok(dt_layer_open(&l, node, (dt_extent){ WORDS, 1, 1 }, run));
    return l;
}

static void words_that_are_not_there_touch_nothing(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_layer l = opened("{\"name\": \"embedding\", \"units\": 2}", run);
    float out[SAMPLES * UNITS], d_out[SAMPLES * UNITS] = { 1, 10, 2, 20 }, g[WORDS * UNITS];
    const float sums[] = { 3.5f, 5, 3, 4 }, slopes[WORDS * UNITS] = { 1, 10, 0, 0, 4.5f, 45, -2, -20, 0, 0 };
    dt_layer_pass p = { SAMPLES, weight, in, out, NULL, d_out, g, NULL, false, NULL };
    l.type->forward(&l, &p);
    assert_memory_equal(out, sums, sizeof sums);        /* the row of the last word, which nobody has, is not read */
    l.type->backward(&l, &p);
    for (int i = 0; i < WORDS * UNITS; i++) assert_near(g[i], slopes[i], 0);
    dt_arena_free(run);
}

static void flops_are_those_of_the_words_of_a_sample(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    assert_near(opened("{\"name\": \"embedding\", \"units\": 2}", run).forward_flops, 2 * 5 * 2, 0);
    assert_near(opened("{\"name\": \"embedding\", \"units\": 2, \"nonzeros\": 3}", run).backward_flops, 2 * 3 * 2, 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_are_not_there_touch_nothing),
        cmocka_unit_test(flops_are_those_of_the_words_of_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
