/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "layer/layer.h"

static void what_is_negative_becomes_zero(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_layer l;
    const float in[] = { -1, 2 };
    float out[2];
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_layer_open(&l, node, (dt_extent){ 2, 1, 1 }, run));
    l.type->forward(&l, &(dt_layer_pass){ .m = 1, .in = in, .out = out });
    assert_near(out[0], 0, 0);
    assert_near(out[1], 2, 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_negative_becomes_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
