/* powersgd_test.c - matrices as products of thin ones. */
#include "tests/compress/opened.h"
#include <gsl/gsl_randist.h>

static const char *const one = "{\"name\": \"powersgd\", \"rank\": 1, \"by\": \"layer\", \"error_feedback\": false}";

static double distance(const float *x, const float *y, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
    return sqrt(sum);
}

/* Five of five entries of rank one, in one pass: whatever it begins with. */
static void a_matrix_of_rank_one_arrives_as_it_is(void **fixture) {
    float m[30], out[30];
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 5; j++) m[5 * i + j] = (float)((i + 1) * (2 - j));
    dt_compress c = opened(one, 6, 5, 7, 0, *fixture);
    assert_near(dt_compress_pass(&c, m, NULL, out), 4 * (6 + 5), 0);
    assert_true(distance(m, out, 30) < 1e-5);
    float zero[30] = { 0 };
    dt_compress_pass(&c, zero, NULL, out);          /* and it is not stuck at 0 afterwards */
    dt_compress_pass(&c, m, NULL, out);
    assert_true(distance(m, out, 30) < 1e-5);
}

/* Begun with Q = (1, 1), M = [[3, 0], [0, 1], [0, 0]] is missed by 1.341641, 1.005465, 1.000068: the best of rank one misses 1.
 * With another beginning the errors fall to 1 as fast as (1/3)^(2 passes) says; a rank of 2 would be no smaller than M. */
static void the_power_method_goes_on_where_it_ended(void **fixture) {
    float m[12] = { 3, 0, 0, 0, 1, 0, 0, 0, 0.5f, 0, 0, 0 }, out[12];
    dt_compress warm = opened(one, 4, 3, 7, 0, *fixture);
    dt_compress cold = opened("{\"name\": \"powersgd\", \"rank\": 1, \"by\": \"layer\", \"error_feedback\": false, \"warm\": false}",
                              4, 3, 7, 0, *fixture);
    const double best = sqrt(1.25);
    double before = HUGE_VAL, first = 0;
    for (int pass = 0; pass < 12; pass++) {
        dt_compress_pass(&warm, m, NULL, out);
        double error = distance(m, out, 12);
        assert_true(error >= best - 1e-6 && error <= before + 1e-6);
        before = error;
        dt_compress_pass(&cold, m, NULL, out);
        if (pass == 0) first = distance(m, out, 12);
        assert_near(distance(m, out, 12), first, 1e-6);
    }
    assert_near(before, best, 1e-5);
    assert_true(first > best + 1e-4);
}

/* Sums of factors are factors of the sum: what three workers' packets add up to decodes as their sum alone does. */
static void a_sum_is_as_small_and_decodes_as_the_sum(void **fixture) {
    enum { WORKERS = 3, A = 8, B = 6, N = A * B };
    const char *text = "{\"name\": \"powersgd\", \"rank\": 2, \"by\": \"layer\"}";
    float x[N], sum[N], out[N], wanted[N];
    double memory[N] = { 0 };
    dt_compress c[WORKERS], m = opened(text, A, B, 7, 9, *fixture);
    dt_compress alone = opened("{\"name\": \"powersgd\", \"rank\": 2, \"by\": \"layer\", \"error_feedback\": false}", A, B, 7, 8, *fixture);
    const dt_compress *from[WORKERS];
    const double weight[WORKERS] = { 0.25, 0.25, 0.5 };
    dt_rng *rng = dt_rng_stream(*fixture, 3, 0, "x");
    for (int w = 0; w < WORKERS; w++) {
        c[w] = opened(text, A, B, 7, w, *fixture);
        from[w] = &c[w];
        assert_null(c[w].memory);
    }
    assert_int_equal(dt_compress_trips(&m), 2);
    for (int step = 0; step < 5; step++) {
        memset(sum, 0, sizeof sum);
        for (int w = 0; w < WORKERS; w++) {
            for (int i = 0; i < N; i++) {
                x[i] = (float)gsl_ran_gaussian(rng, 1);
                sum[i] += (float)weight[w] * x[i];
            }
            dt_compress_pass(&c[w], x, NULL, out);
        }
        assert_near(dt_compress_merge(&m, from, weight, WORKERS, out), 4 * 2 * (A + B), 0);
        /* Algorithm 2 by hand: the mean of the workers' memories is one memory of the mean. */
        for (int i = 0; i < N; i++) sum[i] = (float)(sum[i] + memory[i]);
        dt_compress_pass(&alone, sum, NULL, wanted);
        for (int i = 0; i < N; i++) {
            memory[i] = (double)sum[i] - wanted[i];
            assert_near(out[i], wanted[i], 1e-5);
        }
    }
}

/* ---- the paper's Algorithms 1 and 2 by themselves, for the test after them ------------------------- */

enum { PAPER_N = 8, PAPER_R = 2, PAPER_W = 3 };     /* square: an identity shows what the power method begins with */

typedef struct paper { double q[PAPER_N][PAPER_R], memory[PAPER_W][PAPER_N][PAPER_N], out[PAPER_N][PAPER_N]; } paper;

static void paper_orthonormal(double p[PAPER_N][PAPER_R]) {
    for (int k = 0; k < PAPER_R; k++) {
        double norm = 0;
        for (int before = 0; before < k; before++) {
            double dot = 0;
            for (int i = 0; i < PAPER_N; i++) dot += p[i][k] * p[i][before];
            for (int i = 0; i < PAPER_N; i++) p[i][k] -= dot * p[i][before];
        }
        for (int i = 0; i < PAPER_N; i++) norm += p[i][k] * p[i][k];
        for (int i = 0; i < PAPER_N; i++) p[i][k] /= sqrt(norm);
    }
}

/* Every worker has a memory, and sends M Q and M^T P of its own matrix. */
static void paper_step(paper *a, const float m[PAPER_W][PAPER_N * PAPER_N]) {
    double p[PAPER_N][PAPER_R] = { 0 };
    for (int w = 0; w < PAPER_W; w++)
        for (int i = 0; i < PAPER_N; i++)
            for (int j = 0; j < PAPER_N; j++) {
                a->memory[w][i][j] += m[w][PAPER_N * i + j];
                for (int k = 0; k < PAPER_R; k++) p[i][k] += a->memory[w][i][j] * a->q[j][k] / PAPER_W;
            }
    paper_orthonormal(p);
    memset(a->q, 0, sizeof a->q);
    memset(a->out, 0, sizeof a->out);
    for (int w = 0; w < PAPER_W; w++)
        for (int i = 0; i < PAPER_N; i++)
            for (int j = 0; j < PAPER_N; j++)
                for (int k = 0; k < PAPER_R; k++) a->q[j][k] += a->memory[w][i][j] * p[i][k] / PAPER_W;
    for (int i = 0; i < PAPER_N; i++)
        for (int j = 0; j < PAPER_N; j++) {
            for (int k = 0; k < PAPER_R; k++) a->out[i][j] += p[i][k] * a->q[j][k];
            for (int w = 0; w < PAPER_W; w++) a->memory[w][i][j] -= a->out[i][j];
        }
}

/* Of an identity what comes out is the projection on the columns of Q, of which the first two say which they are; what follows
 * depends on their span alone. */
static void three_workers_get_what_the_paper_gives_them(void **fixture) {
    const char *text = "{\"name\": \"powersgd\", \"rank\": 2, \"by\": \"layer\"}";
    const double weight[PAPER_W] = { 1.0 / 3, 1.0 / 3, 1.0 / 3 };
    dt_compress c[PAPER_W], merger = opened(text, PAPER_N, PAPER_N, 7, 9, *fixture);
    const dt_compress *from[PAPER_W];
    dt_rng *rng = dt_rng_stream(*fixture, 4, 0, "m");
    float m[PAPER_W][PAPER_N * PAPER_N] = { 0 }, out[PAPER_N * PAPER_N], ignored[PAPER_N * PAPER_N];
    paper a = { 0 };
    for (int w = 0; w < PAPER_W; w++) {
        c[w] = opened(text, PAPER_N, PAPER_N, 7, w, *fixture);
        from[w] = &c[w];
        for (int i = 0; i < PAPER_N; i++) m[w][PAPER_N * i + i] = 1;
    }
    for (int step = 0; step < 6; step++) {
        for (int w = 0; w < PAPER_W; w++) {
            for (int i = 0; step > 0 && i < PAPER_N * PAPER_N; i++) m[w][i] = (float)gsl_ran_gaussian(rng, 1 + w);
            dt_compress_pass(&c[w], m[w], NULL, ignored);
        }
        dt_compress_merge(&merger, from, weight, PAPER_W, out);
        for (int j = 0; step == 0 && j < PAPER_N; j++)
            for (int k = 0; k < PAPER_R; k++) a.q[j][k] = out[PAPER_N * j + k];
        paper_step(&a, m);
        for (int i = 0; i < PAPER_N * PAPER_N; i++) assert_near(out[i], a.out[i / PAPER_N][i % PAPER_N], 2e-4);
    }
}

static void vectors_and_narrow_matrices_travel_as_they_are(void **fixture) {
    const float x[6] = { 1, -2, 3, 0, 5, 6 };
    const size_t rows[] = { 6, 1, 3 };
    float out[6];
    for (int k = 0; k < 3; k++) {
        dt_compress c = opened("{\"name\": \"powersgd\", \"rank\": 2, \"by\": \"layer\"}", rows[k], 6 / rows[k], 7, 0, *fixture);
        assert_near(dt_compress_pass(&c, x, NULL, out), 24, 0);
        assert_int_equal(dt_compress_trips(&c), 1);
        assert_memory_equal(x, out, sizeof x);
    }
}

static void its_flops_are_those_of_its_products(void **fixture) {
    dt_compress c = opened("{\"name\": \"powersgd\", \"rank\": 3, \"by\": \"layer\"}", 100, 50, 7, 0, *fixture);
    assert_near(dt_compress_flops(&c), (1 + 6 * 3) * 5000 + 4 * 9 * 100, 0);
    assert_near(dt_compress_merge_flops(&c), 3 * 150, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matrix_of_rank_one_arrives_as_it_is),
        cmocka_unit_test(the_power_method_goes_on_where_it_ended),
        cmocka_unit_test(a_sum_is_as_small_and_decodes_as_the_sum),
        cmocka_unit_test(three_workers_get_what_the_paper_gives_them),
        cmocka_unit_test(vectors_and_narrow_matrices_travel_as_they_are),
        cmocka_unit_test(its_flops_are_those_of_its_products),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
