/* dgc_test.c - the largest entries of a memory with momentum. */
#include "tests/compress/opened.h"

/* One of three entries, momentum 1/2, by hand:  u = u/2 + g, v = v + u, and the largest |v| goes. */
static void momentum_is_that_of_the_algorithm(void **fixture) {
    const char *text[] = { "{\"name\": \"dgc\", \"ratio\": 0.33, \"momentum\": 0.5}",
                           "{\"name\": \"dgc\", \"ratio\": 0.33, \"momentum\": 0.5, \"masking\": false}" };
    const float g[3] = { 4, 2, 1 };
    /* with masking     u: 4 2 1 | 4 3 1.5 | 6 2 1.75 ; v: 4 2 1 | 4 5 2.5 | 10 2 4.25
     * without          u: 4 2 1 | 6 3 1.5 | 7 3.5 1.75 ; v: 4 2 1 | 6 5 2.5 | 7 8.5 4.25 */
    const int at[2][3] = { { 0, 1, 0 }, { 0, 0, 1 } };
    const float value[2][3] = { { 4, 5, 10 }, { 4, 6, 8.5f } };
    for (int k = 0; k < 2; k++) {
        dt_compress c = opened(text[k], 3, 1, 1, 0, *fixture);
        for (int step = 0; step < 3; step++) {
            float out[3], wanted[3] = { 0 };
            wanted[at[k][step]] = value[k][step];
            assert_near(dt_compress_pass(&c, g, NULL, out), 8, 0);
            assert_memory_equal(out, wanted, sizeof out);
        }
    }
}

static void without_momentum_it_is_topk(void **fixture) {
    enum { N = 200 };
    float x[N], out[N], same[N];
    dt_compress a = opened("{\"name\": \"dgc\", \"ratio\": 0.1, \"momentum\": 0}", N, 1, 1, 0, *fixture);
    dt_compress b = opened("{\"name\": \"topk\", \"ratio\": 0.1}", N, 1, 1, 0, *fixture);
    for (int step = 0; step < 6; step++) {
        for (int i = 0; i < N; i++) x[i] = (float)sin(step + 7.0 * i);
        assert_near(dt_compress_pass(&a, x, NULL, out), dt_compress_pass(&b, x, NULL, same), 0);
        assert_memory_equal(out, same, sizeof out);
    }
}

/* On an entry that waits, momentum acts as it would have on the way: 1, 1 + m + 1, ... of a gradient of 1. */
static void what_waits_has_the_momentum_of_sgd(void **fixture) {
    float g[2] = { 0, 1 }, out[2];
    double velocity = 0, way = 0;
    dt_compress c = opened("{\"name\": \"dgc\", \"ratio\": 0.5, \"momentum\": 0.75}", 2, 1, 1, 0, *fixture);
    for (int step = 0; step < 8; step++) {
        velocity = 0.75 * velocity + 1;
        way += velocity;
        g[0] = step < 7 ? 1000 : 0;             /* it goes first, until there is none: its velocity was masked */
        dt_compress_pass(&c, g, NULL, out);
        assert_near(out[1], step < 7 ? 0 : way, 1e-4);
    }
}

static void warm_up_sends_a_quarter_then_a_sixteenth(void **fixture) {
    enum { N = 1024 };
    const size_t kept[] = { 256, 256, 64, 64, 16, 16, 4, 4, 1, 1, 1 };
    float x[N], out[N];
    dt_compress c = opened("{\"name\": \"dgc\", \"ratio\": 0.001, \"warmup\": 2}", N, 1, 1, 0, *fixture);
    for (int i = 0; i < N; i++) x[i] = (float)sin(7.0 * i);
    for (size_t step = 0; step < sizeof kept / sizeof *kept; step++) assert_near(dt_compress_pass(&c, x, NULL, out), 8 * (double)kept[step], 0);
    assert_near(dt_compress_wire_bytes(&c), 8, 0);
    assert_near(dt_compress_merge_flops(&c), 1, 0);
}

static void a_long_gradient_is_clipped(void **fixture) {
    const float g[2] = { 3, 4 };
    float out[2];
    dt_compress c = opened("{\"name\": \"dgc\", \"ratio\": 1, \"momentum\": 0, \"clip\": 1}", 2, 1, 1, 0, *fixture);
    dt_compress_pass(&c, g, NULL, out);
    assert_near(out[0], 0.6, 1e-6);
    assert_near(out[1], 0.8, 1e-6);
}

/* Who encodes a sum again adds no momentum to it: in whole numbers what was sent and what is kept is what was given, at both. */
static void a_sum_gets_no_momentum_again(void **fixture) {
    float g[3] = { 3, -1, 2 }, out[3], given[3] = { 0 }, sent[3] = { 0 };
    const double one = 1;
    const char *text = "{\"name\": \"dgc\", \"ratio\": 0.33, \"momentum\": 0.5, \"twice\": true}";
    dt_compress c = opened(text, 3, 1, 1, 0, *fixture), m = opened(text, 3, 1, 1, 1, *fixture);
    const dt_compress *from = &c;
    for (int step = 0; step < 10; step++) {
        dt_compress_pass(&c, g, NULL, out);
        for (int i = 0; i < 3; i++) given[i] += out[i];
        dt_compress_merge(&m, &from, &one, 1, out);
        for (int i = 0; i < 3; i++) sent[i] += out[i];
        for (int i = 0; i < 3; i++) assert_near(sent[i] + m.memory[i], given[i], 1e-4);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(momentum_is_that_of_the_algorithm),
        cmocka_unit_test(without_momentum_it_is_topk),
        cmocka_unit_test(what_waits_has_the_momentum_of_sgd),
        cmocka_unit_test(warm_up_sends_a_quarter_then_a_sixteenth),
        cmocka_unit_test(a_long_gradient_is_clipped),
        cmocka_unit_test(a_sum_gets_no_momentum_again),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
