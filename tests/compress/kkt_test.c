/* kkt_test.c - the KKT filter: which entries it leaves out, that they are lost, and what is sent where the model is not known. */
#include "tests/compress/opened.h"

static const char *const filter = "{\"name\": \"kkt\", \"lam\": 1, \"delta\": 0.1}";

/* w = (0, 0, .5), g = (.85, .95, .2): .85 is at most .9, .95 is not, and a weight other than 0 is always sent. */
static void only_the_gradient_of_a_zero_within_the_margin_is_left_out(void **fixture) {
    dt_compress c = opened(filter, 100, 1, 1, 0, *fixture);
    float g[100] = { 0.85f, 0.95f, 0.2f }, w[100] = { 0, 0, 0.5f }, out[100];
    assert_near(dt_compress_pass(&c, g, w, out), 16, 0);
    assert_near(out[0], 0, 0);
    assert_near(out[1], 0.95f, 0);
    assert_near(out[2], 0.2f, 0);
    g[1] = -0.9f;
    g[0] = -0.901f;
    dt_compress_pass(&c, g, w, out);        /* both signs */
    assert_near(out[0], -0.901f, 0);
    assert_near(out[1], 0, 0);
}

/* Error feedback would bring later what was left out for good. */
static void what_is_left_out_never_comes(void **fixture) {
    dt_compress c = opened(filter, 2, 1, 1, 0, *fixture);
    const float g[] = { 0.8f, -0.8f }, zero[] = { 0, 0 }, at[] = { 0, 0 };
    float out[2];
    assert_null(c.memory);
    for (int t = 0; t < 3; t++) dt_compress_pass(&c, g, at, out);
    dt_compress_pass(&c, zero, (float[]){ 1, 1 }, out);
    assert_near(fabs((double)out[0]) + fabs((double)out[1]), 0, 0);
}

static void all_is_sent_where_the_model_is_not_known(void **fixture) {
    dt_compress c = opened(filter, 3, 1, 1, 0, *fixture);
    const float g[] = { 0.5f, 0, NAN };
    float out[3];
    assert_near(dt_compress_pass(&c, g, NULL, out), 12, 0);         /* two pairs would be 16: all values are 12 */
    assert_near(out[0], 0.5, 0);
    assert_true(isnan(out[2]));
    dt_compress_pass(&c, g, (float[3]){ 0 }, out);
    assert_true(isnan(out[2]) && out[0] == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_gradient_of_a_zero_within_the_margin_is_left_out),
        cmocka_unit_test(what_is_left_out_never_comes),
        cmocka_unit_test(all_is_sent_where_the_model_is_not_known),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
