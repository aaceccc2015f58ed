/* sketch_test.c - what a count sketch recovers, with which error, and its memory where tables are summed. */
#include "tests/compress/opened.h"
#include <gsl/gsl_randist.h>

static void few_large_entries_are_read_off_exactly(void **fixture) {
    enum { N = 2000 };
    float x[N] = { [3] = 5, [77] = -7, [1000] = 2.5f, [1999] = 11 }, out[N];
    dt_compress c = opened("{\"name\": \"sketch\", \"ratio\": 0.5, \"recover\": 0.002}", N, 1, 3, 0, *fixture);
    assert_near(dt_compress_pass(&c, x, NULL, out), 4 * 1000, 0);
    assert_memory_equal(out, x, sizeof x);
    assert_near(dt_compress_flops(&c), 5 * 5 * N, 0);
}

/* One row: the mean is the entry, the variance (||x||^2 - x_i^2) / columns (Charikar et al. 2002). */
static void one_row_is_unbiased_with_the_variance_of_the_law(void **fixture) {
    enum { N = 40, COLUMNS = 10, DRAWS = 20000 };
    dt_arena *scratch = dt_arena_new(1 << 20);
    float x[N], out[N];
    double sum[N] = { 0 }, square[N] = { 0 }, whole = 0, error = 0, law = 0;
    dt_rng *rng = dt_rng_stream(*fixture, 7, 0, "vector");
    for (int i = 0; i < N; i++) {
        x[i] = (float)gsl_ran_gaussian(rng, 1);
        whole += (double)x[i] * x[i];
    }
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        dt_arena_mark mark = dt_arena_here(scratch);
        dt_compress c = opened("{\"name\": \"sketch\", \"ratio\": 0.25, \"rows\": 1, \"recover\": 1}", N, 1, draw, 0, scratch);
        assert_near(dt_compress_pass(&c, x, NULL, out), 4 * COLUMNS, 0);
        for (int i = 0; i < N; i++) {
            sum[i] += out[i];
            square[i] += ((double)out[i] - x[i]) * ((double)out[i] - x[i]);
        }
        dt_arena_release(scratch, mark);
    }
    for (int i = 0; i < N; i++) {
        double variance = (whole - (double)x[i] * x[i]) / COLUMNS;
        assert_near(sum[i] / DRAWS, x[i], 4 * sqrt(variance / DRAWS));
        error += square[i] / DRAWS;
        law += variance;
    }
    assert_near(error / law, 1, 0.02);
    dt_arena_free(scratch);
}

/* Three workers, each with a small part of an entry that is large in the sum alone: none would send it by itself. */
static void what_is_large_in_the_sum_alone_is_found(void **fixture) {
    enum { N = 1000, WORKERS = 3 };
    const char *text = "{\"name\": \"sketch\", \"ratio\": 0.3, \"recover\": 0.001}";
    dt_compress c[WORKERS], m = opened(text, N, 1, 3, 9, *fixture);
    const dt_compress *from[WORKERS];
    const double third[WORKERS] = { 1.0 / 3, 1.0 / 3, 1.0 / 3 };
    float out[N];
    for (int w = 0; w < WORKERS; w++) {
        float x[N] = { [500] = 2 };
        for (int other = 0; other < WORKERS; other++) x[10 * other] = other == w ? 2.2f : -1.1f;    /* these cancel */
        c[w] = opened(text, N, 1, 3, w, *fixture);
        from[w] = &c[w];
        dt_compress_pass(&c[w], x, NULL, out);
        assert_near(out[500], 0, 0);
    }
    assert_near(dt_compress_merge(&m, from, third, WORKERS, out), 4 * 300, 0);
    for (int i = 0; i < N; i++) assert_near(out[i], i == 500 ? 2 : 0, 1e-5);
}

/* One entry is read off in a round: a smaller one, of every round, waits in the sum until it is the largest. */
static void what_is_not_read_off_waits_in_the_sum(void **fixture) {
    enum { N = 100 };
    const char *text = "{\"name\": \"sketch\", \"ratio\": 1, \"recover\": 0.01}";
    dt_compress c = opened(text, N, 1, 3, 0, *fixture), m = opened(text, N, 1, 3, 9, *fixture);
    const dt_compress *from = &c;
    const double one = 1;
    const float sent[] = { 3, 3, 4.5f, 3 };
    const int where[] = { 20, 20, 70, 20 };
    float out[N];
    for (int round = 0; round < 4; round++) {
        float x[N] = { [20] = round == 2 ? 0 : 3, [70] = round < 3 ? 1.5f : 0 };
        dt_compress_pass(&c, x, NULL, out);
        dt_compress_merge(&m, &from, &one, 1, out);
        for (int i = 0; i < N; i++) assert_near(out[i], i == where[round] ? sent[round] : 0, 1e-5);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_large_entries_are_read_off_exactly),
        cmocka_unit_test(one_row_is_unbiased_with_the_variance_of_the_law),
        cmocka_unit_test(what_is_large_in_the_sum_alone_is_found),
        cmocka_unit_test(what_is_not_read_off_waits_in_the_sum),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
