/* randomk_test.c - who draws which entries, their bytes, and the laws of what arrives. */
#include "tests/compress/opened.h"
#include <gsl/gsl_randist.h>

enum { N = 60 };

static void gaussian(float *x, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, 7, 0, "vector");
    for (int i = 0; i < N; i++) x[i] = (float)gsl_ran_gaussian(rng, 2);
}

static void workers_draw_the_same_in_a_round_or_each_its_own(void **fixture) {
    const char *const text[] = { "{\"name\": \"randomk\", \"ratio\": 0.1}",
                                 "{\"name\": \"randomk\", \"ratio\": 0.1, \"indices\": \"own\"}" };
    float ones[N], first[N], second[N], later[N];
    for (int i = 0; i < N; i++) ones[i] = 1;
    for (int own = 0; own < 2; own++) {
        dt_compress a = opened(text[own], N, 1, 3, 0, *fixture), b = opened(text[own], N, 1, 3, 1, *fixture);
        b.turn = a.turn = 5;
        assert_near(dt_compress_pass(&a, ones, NULL, first), own ? 48 : 24, 0);
        dt_compress_pass(&b, ones, NULL, second);
        assert_int_equal(memcmp(first, second, sizeof first) == 0, !own);
        dt_compress_pass(&b, ones, NULL, later);
        assert_memory_not_equal(second, later, sizeof later);
        assert_int_equal(a.type->merges, !own);
        assert_int_equal(a.type->add == NULL, own);
    }
    /* Another seed, another draw. */
    dt_compress a = opened(text[0], N, 1, 4, 0, *fixture);
    a.turn = 5;
    float other[N];
    dt_compress_pass(&a, ones, NULL, other);
    dt_compress b = opened(text[0], N, 1, 3, 0, *fixture);
    b.turn = 5;
    dt_compress_pass(&b, ones, NULL, first);
    assert_memory_not_equal(first, other, sizeof other);
}

static void every_entry_is_drawn_as_often(void **fixture) {
    enum { ROUNDS = 20000 };
    dt_compress c = opened("{\"name\": \"randomk\", \"ratio\": 0.1, \"error_feedback\": false}", N, 1, 3, 0, *fixture);
    float ones[N], out[N];
    double often[N] = { 0 }, both = 0, p = 6.0 / N;
    for (int i = 0; i < N; i++) ones[i] = 1;
    for (int round = 0; round < ROUNDS; round++) {
        int kept = 0;
        dt_compress_pass(&c, ones, NULL, out);
        for (int i = 0; i < N; i++) {
            kept += out[i] == 1;
            often[i] += out[i];
        }
        both += out[0] * out[N - 1];
        assert_int_equal(kept, 6);
    }
    for (int i = 0; i < N; i++) assert_near(often[i] / ROUNDS, p, 4.5 * sqrt(p * (1 - p) / ROUNDS));
    p = 6.0 * 5 / (N * (N - 1));
    assert_near(both / ROUNDS, p, 4.5 * sqrt(p * (1 - p) / ROUNDS));
}

/* E ||x - rand_k(x)||^2 = (1 - k / n) ||x||^2; scaled by n / k the mean is x, and the error n / k - 1 times ||x||^2. */
static void the_error_is_that_of_the_law(void **fixture) {
    enum { ROUNDS = 20000 };
    const char *const text[] = { "{\"name\": \"randomk\", \"ratio\": 0.2, \"error_feedback\": false}",
                                 "{\"name\": \"randomk\", \"ratio\": 0.2, \"indices\": \"own\", \"unbiased\": true}" };
    float x[N], out[N];
    double whole = 0;
    gaussian(x, *fixture);
    for (int i = 0; i < N; i++) whole += (double)x[i] * x[i];
    for (int k = 0; k < 2; k++) {
        dt_compress c = opened(text[k], N, 1, 3, 0, *fixture);
        double error = 0, sum[N] = { 0 };
        assert_null(k == 1 ? c.memory : NULL);
        for (int round = 0; round < ROUNDS; round++) {
            dt_compress_pass(&c, x, NULL, out);
            for (int i = 0; i < N; i++) {
                sum[i] += out[i];
                error += ((double)x[i] - out[i]) * ((double)x[i] - out[i]);
            }
        }
        assert_near(error / ROUNDS / whole, k == 0 ? 0.8 : 4, k == 0 ? 0.01 : 0.05);
        for (int i = 0; i < N; i++) {
            double mean = k == 0 ? 0.2 * x[i] : x[i], deviation = fabs(x[i]) * (k == 0 ? 0.4 : 2) / sqrt(ROUNDS);
            assert_near(sum[i] / ROUNDS, mean, 4.5 * deviation + 1e-6);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_draw_the_same_in_a_round_or_each_its_own),
        cmocka_unit_test(every_entry_is_drawn_as_often),
        cmocka_unit_test(the_error_is_that_of_the_law),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
