/* toprows_test.c - which rows are sent, what they weigh, and what a vector without a shape is. */
#include "tests/compress/opened.h"
#include <gsl/gsl_randist.h>

static void the_rows_with_the_largest_norms_are_sent(void **fixture) {
    const float x[5][3] = { { 1, 1, 1 }, { 0, 0, 0 }, { 0, -3, 0 }, { 0.5f, 0, 0 }, { 2, 0, -2 } };
    float out[5][3];
    dt_compress c = opened("{\"name\": \"toprows\", \"ratio\": 0.4}", 5, 3, 1, 0, *fixture);
    assert_near(dt_compress_pass(&c, x[0], NULL, out[0]), 2 * (4 + 3 * 4), 0);      /* of norms 1.7, 0, 3, .5, 2.8 */
    for (int r = 0; r < 5; r++)
        for (int j = 0; j < 3; j++) assert_near(out[r][j], r == 2 || r == 4 ? x[r][j] : 0, 0);
    const float zero[15] = { 0 };
    dt_compress_pass(&c, zero, NULL, out[0]);       /* the memory: the two next */
    for (int r = 0; r < 5; r++)
        for (int j = 0; j < 3; j++) assert_near(out[r][j], r == 0 || r == 3 ? x[r][j] : 0, 0);
}

static void of_equal_rows_the_first_are_sent(void **fixture) {
    const float ones[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    float out[8];
    dt_compress c = opened("{\"name\": \"toprows\", \"ratio\": 0.5}", 4, 2, 1, 0, *fixture);
    dt_compress_pass(&c, ones, NULL, out);
    for (int i = 0; i < 8; i++) assert_near(out[i], i < 4, 0);
}

static void rows_of_one_entry_are_those_of_topk(void **fixture) {
    enum { N = 300 };
    float x[N], out[N], same[N];
    dt_rng *rng = dt_rng_stream(*fixture, 7, 0, "vector");
    dt_compress a = opened("{\"name\": \"toprows\", \"ratio\": 0.1}", N, 1, 1, 0, *fixture);
    dt_compress b = opened("{\"name\": \"topk\", \"ratio\": 0.1}", N, 1, 1, 0, *fixture);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < N; i++) x[i] = (float)gsl_ran_gaussian(rng, 1);
        assert_near(dt_compress_pass(&a, x, NULL, out), dt_compress_pass(&b, x, NULL, same), 0);
        assert_memory_equal(out, same, sizeof out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_with_the_largest_norms_are_sent),
        cmocka_unit_test(of_equal_rows_the_first_are_sent),
        cmocka_unit_test(rows_of_one_entry_are_those_of_topk),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
