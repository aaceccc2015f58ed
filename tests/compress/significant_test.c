/* significant_test.c - Gaia's filter: its worked example, its bytes, and what is not known. */
#include "tests/compress/opened.h"

/* w = 10 is changed by .05, .06 and -.02, v = .01: held (.004975 < .01), shipped together (.010880 > .007071), held (.001982). */
static void the_worked_example_is_held_shipped_and_held(void **fixture) {
    dt_compress c = opened("{\"name\": \"significant\", \"threshold\": 0.01}", 1, 1, 1, 0, *fixture);
    const float change[] = { 0.05f, 0.06f, -0.02f }, sent[] = { 0, 0.11f, 0 };
    float w = 10, out;
    for (int t = 0; t < 3; t++) {
        w += change[t];
        double bytes = dt_compress_pass(&c, &change[t], &w, &out);
        assert_near(out, sent[t], 1e-7);
        assert_near(bytes, sent[t] != 0 ? 4 : 0, 0);        /* one of one: dense */
    }
    assert_near(c.memory[0], -0.02, 1e-7);
}

/* At t = 4 the threshold is half of v: .6 v passes, unless it stays v. */
static void the_threshold_falls_with_the_root_of_the_round(void **fixture) {
    const char *const text[] = { "{\"name\": \"significant\", \"threshold\": 0.1}",
                                 "{\"name\": \"significant\", \"threshold\": 0.1, \"decay\": false}" };
    for (int fixed = 0; fixed < 2; fixed++) {
        dt_compress c = opened(text[fixed], 2, 1, 1, 0, *fixture);
        const float change[] = { 0.06f, -0.04f }, at[] = { 1, -1 };
        float out[2];
        c.turn = 3;
        assert_near(dt_compress_pass(&c, change, at, out), fixed ? 0 : 8, 0);
        assert_near(out[0], fixed ? 0 : 0.06, 1e-7);
        assert_near(out[1], 0, 0);
        assert_int_equal(c.turn, 4);
    }
}

static void a_value_of_zero_or_unknown_is_taken_for_the_least(void **fixture) {
    const char *text = "{\"name\": \"significant\", \"threshold\": 0.1, \"least\": 0.5}";
    const float change[] = { 0.04f, 0.06f, 0.04f, 0.06f }, at[] = { 0, 0, 0.1f, -0.1f };
    float out[4];
    for (int known = 0; known < 2; known++) {
        dt_compress c = opened(text, 4, 1, 1, 0, *fixture);
        dt_compress_pass(&c, change, known ? at : NULL, out);
        for (int i = 0; i < 4; i++) assert_near(out[i], i % 2 == 1 ? change[i] : 0, 0);
    }
}

/* 8 bytes a pair, until the dense vector is less. */
static void bytes_are_pairs_or_the_dense_vector(void **fixture) {
    enum { N = 100 };
    for (int kept = 0; kept <= N; kept++) {
        dt_compress c = opened("{\"name\": \"significant\", \"threshold\": 0.5}", N, 1, 1, 0, *fixture);
        float change[N], at[N], out[N];
        for (int i = 0; i < N; i++) {
            at[i] = 1;
            change[i] = i < kept ? 0.6f : 0.4f;
        }
        assert_near(dt_compress_pass(&c, change, at, out), fmin(8 * kept, 4 * N), 0);
    }
    dt_compress c = opened("{\"name\": \"significant\", \"share\": 0.25}", N, 1, 1, 0, *fixture);
    assert_near(dt_compress_wire_bytes(&c), 200, 0);
    assert_near(dt_compress_flops(&c), 3 * N, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_example_is_held_shipped_and_held),
        cmocka_unit_test(the_threshold_falls_with_the_root_of_the_round),
        cmocka_unit_test(a_value_of_zero_or_unknown_is_taken_for_the_least),
        cmocka_unit_test(bytes_are_pairs_or_the_dense_vector),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
