/* maxpool_test.c - the maximum of each square, its gradient to one pixel only, and what is left over. */
#include "tests/test.h"
#include "layer/layer.h"

static dt_layer pool_open(dt_extent in, dt_arena *run) {
    dt_layer l;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "maxpool", run);
    assert_ok(dt_layer_open(&l, config, in, run));
    return l;
}

static void the_first_of_equals_gets_the_gradient(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_layer l = pool_open((dt_extent){ 2, 2, 2 }, run);
    float in[8] = { 1, 5, 4, 5, 4, 2, 0, 1 }, out[2], d_out[2] = { 10, 20 }, d_in[8];
    const float wanted[8] = { 0, 20, 10, 0, 0, 0, 0, 0 };
    dt_layer_pass p = { .m = 1, .in = in, .out = out, .d_out = d_out, .d_in = d_in };
    l.type->forward(&l, &p);
    assert_float_equal(out[0], 4, 0);
    assert_float_equal(out[1], 5, 0);
    l.type->backward(&l, &p);
    for (int i = 0; i < 8; i++) assert_float_equal(d_in[i], wanted[i], 0);
    dt_arena_free(run);
}

static void a_row_left_over_is_dropped(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_layer l = pool_open((dt_extent){ 1, 3, 3 }, run);
    float in[9] = { 1, 2, 9, 3, 4, 9, 9, 9, 9 }, out[1], d_out[1] = { 1 }, d_in[9];
    dt_layer_pass p = { .m = 1, .in = in, .out = out, .d_out = d_out, .d_in = d_in };
    memset(d_in, 0xff, sizeof d_in);
    l.type->forward(&l, &p);
    assert_float_equal(out[0], 4, 0);
    l.type->backward(&l, &p);
    for (int i = 0; i < 9; i++) assert_float_equal(d_in[i], i == 4, 0);
    dt_arena_free(run);
}

static void an_image_smaller_than_a_square_is_refused(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_layer l;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "maxpool", run);
    assert_refused(dt_layer_open(&l, config, (dt_extent){ 4, 1, 8 }, run), DT_EINVAL, "at least 2 x 2, got 1 x 8");
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_equals_gets_the_gradient),
        cmocka_unit_test(a_row_left_over_is_dropped),
        cmocka_unit_test(an_image_smaller_than_a_square_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
