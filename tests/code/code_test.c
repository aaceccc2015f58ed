/* code_test.c - the codes for stragglers and for liars against published examples and numbers worked out by hand. */
#include "tests/test.h"
#include "code/inside.h"
#include <gsl/gsl_randist.h>
#include <math.h>

static dt_arena *run;

static dt_status open_code(dt_code *c, const char *name, const char *key, double value, size_t workers) {
    dt_config *config = dt_config_set_text(dt_config_new(run), NULL, name, run);
    dt_config *table = dt_config_new(run);
    dt_config_set_text(table, NULL, name, run);
    if (key != NULL) dt_config_set_number(table, key, value, run);
    return dt_code_open(c, key == NULL ? config : table, workers, 1, run);
}

/* ---- stragglers ---------------------------------------------------------------------------- */

/* A cyclic code with the rows of B. */
static dt_code cyclic(size_t n, size_t s, const double *B) {
    dt_code c;
    assert_ok(open_code(&c, "cyclic", "stragglers", (double)s, n));
    double *weight = dt_arena_take(run, n * (s + 1), sizeof *weight);
    for (size_t k = 0; k < n * (s + 1); k++) weight[k] = B[k / (s + 1) * n + c.part[k]];
    c.weight = weight;
    return c;
}

/* Numbers of the workers that have come, as in "024". */
static void assert_weights(const dt_code *c, const char *who, const double *expected) {
    double a[8] = { 0 };
    bool come[8] = { false };
    for (const char *w = who; *w != '\0'; w++) come[*w - '0'] = true;
    assert_true(dt_code_cyclic_weights(c, come, a, run) < 1e-12);
    for (const char *w = who; *w != '\0'; w++) assert_near(a[*w - '0'], expected[w - who], 1e-12);
    for (size_t w = 0; w < c->workers; w++) assert_true(come[w] || a[w] == 0);
}

static void the_example_of_three_workers_is_decoded(void **fixture) {       /* Tandon et al. 2017, figure 1 */
    (void)fixture;
    const double B[] = { 0.5, 1, 0, 0, 1, -1, 0.5, 0, 1 };
    dt_code c = cyclic(3, 1, B);
    assert_weights(&c, "12", (double[]){ 1, 2 });
    assert_weights(&c, "02", (double[]){ 1, 1 });
    assert_weights(&c, "01", (double[]){ 2, -1 });
}

static void cyclic_weights_follow_from_the_matrix_h(void **fixture) {
    (void)fixture;
    double B[25];
    dt_code_cyclic_rows(3, 1, (const double[]){ 1, 2, -3 }, B, run);
    const double three[] = { 1, -0.5, 0, 0, 1, 2.0 / 3, 3, 0, 1 };
    for (int i = 0; i < 9; i++) assert_near(B[i], three[i], 1e-14);
    dt_code c = cyclic(3, 1, B);
    assert_weights(&c, "01", (double[]){ 1, 1.5 });
    assert_weights(&c, "02", (double[]){ -2, 1 });
    assert_weights(&c, "12", (double[]){ 1, 1.0 / 3 });
    dt_code_cyclic_rows(5, 2, (const double[]){ 1, 0, 2, -1, -2, 0, 1, 1, 2, -4 }, B, run);
    const double five[] = { 1, 0.5, -0.5, 0, 0, 0, 1, -0.2, -0.4, 0, 0, 0, 1, 0.75, 0.625, 2, 0, 0, 1, 0.5, 2, 4, 0, 0, 1 };
    for (int i = 0; i < 25; i++) assert_near(B[i], five[i], 1e-13);
    c = cyclic(5, 2, B);
    assert_weights(&c, "012", (double[]){ 1, 0.5, 1.6 });
    assert_weights(&c, "013", (double[]){ -3, 2.5, 2 });
    assert_weights(&c, "024", (double[]){ 2.0 / 3, 4.0 / 3, 1.0 / 6 });
    assert_weights(&c, "123", (double[]){ 1, 1.2, 0.5 });
    assert_weights(&c, "134", (double[]){ -5, -1, 1.5 });
    assert_weights(&c, "234", (double[]){ 1, 0.25, 0.25 });
}

static void groups_of_fractional_repetition_add_their_parts(void **fixture) {
    (void)fixture;
    dt_code c;
    assert_ok(open_code(&c, "fractional", "stragglers", 1, 4));
    const size_t part[] = { 0, 1, 0, 1, 2, 3, 2, 3 };
    assert_memory_equal(c.part, part, sizeof part);
    for (int k = 0; k < 8; k++) assert_true(c.weight[k] == 1);
    assert_true(dt_code_enough(&c, (const bool[]){ true, false, true, false }));
    assert_false(dt_code_enough(&c, (const bool[]){ true, true, false, false }));
    assert_refused(open_code(&c, "fractional", "stragglers", 2, 4), DT_EINVAL, "expected a number of workers that 3 divides, got 4");
    assert_string_equal(dt_reason_path(), "code.stragglers");
}

/* Gradients, words and their sum, for any code. */
enum { N = 40, MOST = 45 };
typedef struct words {
    float  g[MOST][N];
    double share[MOST], word[MOST][2 * N], sum[N];
    const float  *part[MOST];
    const double *come[MOST];
} words;

static words *draw(const dt_code *c, dt_rng *rng) {
    words *s = dt_arena_take(run, 1, sizeof *s);
    for (size_t p = 0; p < c->parts; p++) {
        s->part[p] = s->g[p];
        s->share[p] = 1 / (double)c->parts;
        for (size_t e = 0; e < N; e++) {
            s->g[p][e] = (float)gsl_ran_gaussian(rng, 1);
            s->sum[e] += s->share[p] * (double)s->g[p][e];
        }
    }
    for (size_t w = 0; w < c->workers; w++) {
        dt_code_encode(c, w, s->part, s->share, N, s->word[w]);
        s->come[w] = s->word[w];
    }
    return s;
}

static double error_of(const words *s, const double *sum) {
    double error = 0, size = 0;
    for (size_t e = 0; e < N; e++) {
        error = hypot(error, sum[e] - s->sum[e]);
        size = hypot(size, s->sum[e]);
    }
    return error / size;
}

static void random_weights_leave_nine_digits(void **fixture) {
    (void)fixture;
    const size_t sizes[][2] = { { 12, 1 }, { 12, 2 }, { 10, 4 }, { 20, 5 }, { 40, 3 } };
    dt_rng *rng = dt_rng_stream(run, 3, 0, "patterns");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i][0], s = sizes[i][1], all[MOST], missing[MOST];
        dt_code c;
        assert_ok(open_code(&c, "cyclic", "stragglers", (double)s, n));
        words *x = draw(&c, rng);
        for (size_t w = 0; w < n; w++) all[w] = w;
        for (int pattern = 0; pattern < 200; pattern++) {
            double sum[N];
            bool liar[MOST];
            gsl_ran_choose(rng, missing, s, all, n, sizeof *all);
            for (size_t w = 0; w < n; w++) x->come[w] = x->word[w];
            for (size_t k = 0; k < s; k++) x->come[missing[k]] = NULL;
            assert_ok(dt_code_decode(&c, x->come, N, sum, liar, run));
            assert_true(error_of(x, sum) < 1e-9);
        }
    }
    dt_code c;
    assert_refused(open_code(&c, "cyclic", "stragglers", 4, 4), DT_EINVAL, "expected fewer stragglers than the 4 workers, got 4");
}

/* ---- liars --------------------------------------------------------------------------------- */

/* Three workers with equal parts of gradients 1, 2, 6: the mean is 3; with 1, 2, 3 samples it is 23/6. */
static void a_part_counts_by_its_samples(void **fixture) {
    (void)fixture;
    const float one = 1, two = 2, six = 6, *const g[] = { &one, &two, &six };
    const double equal[] = { 1.0 / 3, 1.0 / 3, 1.0 / 3 }, samples[] = { 1.0 / 6, 2.0 / 6, 3.0 / 6 };
    const char *const names[] = { "vote", "fourier", "fractional" };
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++) {
            dt_code c;
            double word[3][2], sum;
            bool liar[3];
            assert_ok(open_code(&c, names[i], i < 2 ? "byzantine" : "stragglers", i < 2 ? 1 : 2, 3));
            for (size_t w = 0; w < 3; w++) dt_code_encode(&c, w, g, k == 0 ? equal : samples, 1, word[w]);
            assert_ok(dt_code_decode(&c, (const double *const[]){ word[0], word[1], word[2] }, 1, &sum, liar, run));
            assert_near(sum, k == 0 ? 3 : 23.0 / 6, 1e-14);
        }
}

static void a_majority_decides_by_equal_bits(void **fixture) {
    (void)fixture;
    dt_code c;
    double a = 1, b = nextafter(1, 2), also = 1, third = 1, other = -1, sum;
    bool liar[5];
    assert_ok(open_code(&c, "vote", "byzantine", 2, 5));
    assert_ok(dt_code_decode(&c, (const double *const[]){ &a, &b, &also, &third, &other }, 1, &sum, liar, run));
    assert_true(sum == 1);
    assert_memory_equal(liar, ((const bool[]){ false, true, false, false, true }), sizeof liar);
    assert_int_equal(dt_code_decode(&c, (const double *const[]){ &a, &b, &b, &also, &other }, 1, &sum, liar, run), DT_EDECODE);
    assert_non_null(strstr(dt_reason(), "workers 0 to 4"));
    assert_ok(open_code(&c, "vote", NULL, 0, 3));       /* more liars than it bears, who agree, are the majority */
    assert_ok(dt_code_decode(&c, (const double *const[]){ &a, &b, &b }, 1, &sum, liar, run));
    assert_true(sum == b && liar[0]);
    assert_refused(open_code(&c, "vote", "byzantine", 3, 45), DT_EINVAL, "expected a number of workers that 7 divides, got 45");
}

/* u = exp(2 pi i / 5), and the golden ratio. */
static void fourier_words_have_the_published_weights(void **fixture) {
    (void)fixture;
    dt_code c;
    assert_ok(open_code(&c, "fourier", NULL, 0, 3));
    for (int k = 0; k < 9; k++) {
        assert_near(c.weight[k], 1 / sqrt(3), 1e-15);
        assert_near(c.imaginary[k], 0, 1e-15);
    }
    assert_ok(open_code(&c, "fourier", NULL, 0, 5));
    for (int k = 0; k < 15; k++) {
        assert_near(c.weight[k], k % 3 == 1 ? (1 + sqrt(5)) / 2 : cos(2 * M_PI / 5), 1e-14);
        assert_near(c.imaginary[k], k % 3 == 1 ? 0 : (k % 3 == 0 ? 1 : -1) * sin(2 * M_PI / 5), 1e-14);
    }
    const double largest[][3] = { { 7, 2, 1.4 }, { 15, 3, 24 }, { 45, 1, 345 }, { 45, 3, 2.6e4 }, { 45, 5, 1.8e5 } };
    for (int i = 0; i < 5; i++) {
        double most = 0;
        assert_ok(open_code(&c, "fourier", "byzantine", largest[i][1], (size_t)largest[i][0]));
        for (size_t k = 0; k < c.start[c.workers]; k++) most = fmax(most, hypot(c.weight[k], c.imaginary[k]));
        assert_near(most / largest[i][2], 1, 0.05);
    }
}

/* Of every kind of lie, up to s liars; the worst error is that of 45 workers and 5 liars. */
static void fourier_finds_exactly_the_liars(void **fixture) {
    (void)fixture;
    const size_t sizes[][2] = { { 3, 1 }, { 5, 1 }, { 7, 2 }, { 9, 3 }, { 15, 3 }, { 45, 1 }, { 45, 3 }, { 45, 5 } };
    dt_rng *rng = dt_rng_stream(run, 4, 0, "lies");
    for (size_t i = 0; i < 8; i++)
        for (int attack = 0; attack < 40; attack++) {
            size_t P = sizes[i][0], s = sizes[i][1], all[MOST], who[MOST], count = gsl_rng_uniform_int(rng, s + 1);
            double sum[N], scale = attack % 4 == 0 ? -100 : 1, offset = attack % 4 == 1 ? -100 : 0, noise = attack % 4 == 2 ? 1 : 0;
            bool liar[MOST], expected[MOST] = { false };
            dt_code c;
            assert_ok(open_code(&c, "fourier", "byzantine", (double)s, P));
            words *x = draw(&c, rng);
            for (size_t w = 0; w < P; w++) all[w] = w;
            gsl_ran_choose(rng, who, count, all, P, sizeof *all);
            for (size_t k = 0; k < count; k++) {
                expected[who[k]] = true;
                for (size_t e = 0; e < 2 * N; e++) {
                    double *z = &x->word[who[k]][e];
                    *z = attack % 4 == 3 ? pow(100, (double)k) * gsl_ran_gaussian(rng, 1) : *z * scale + offset + noise * gsl_ran_gaussian(rng, 1);
                }
            }
            assert_ok(dt_code_decode(&c, x->come, N, sum, liar, run));
            assert_memory_equal(liar, expected, P);
            if (!(error_of(x, sum) < 1e-6)) fail_msg("%zu workers, %zu of %zu liars: %g", P, count, s, error_of(x, sum));
        }
}

static void more_liars_than_fourier_bears_are_noticed(void **fixture) {
    (void)fixture;
    dt_rng *rng = dt_rng_stream(run, 5, 0, "lies");
    const size_t sizes[][2] = { { 5, 1 }, { 7, 2 }, { 15, 3 }, { 45, 3 } };
    for (size_t i = 0; i < 4; i++)
        for (int attack = 0; attack < 20; attack++) {
            size_t P = sizes[i][0], s = sizes[i][1];
            double sum[N];
            bool liar[MOST];
            dt_code c;
            assert_ok(open_code(&c, "fourier", "byzantine", (double)s, P));
            words *x = draw(&c, rng);
            for (size_t k = 0; k <= s; k++)
                for (size_t e = 0; e < 2 * N; e++) x->word[k][e] = attack % 2 == 0 ? -100 * x->word[k][e] : -100;
            assert_int_equal(dt_code_decode(&c, x->come, N, sum, liar, run), DT_EDECODE);
            assert_non_null(strstr(dt_reason(), "more workers lie or have sent no word than the code \"fourier\" bears"));
        }
}

/* Two numbers an entry, 2 s + 1 parts; a vote reads every word twice. */
static void costs_are_those_of_the_formulas(void **fixture) {
    (void)fixture;
    dt_code c;
    assert_ok(open_code(&c, "fourier", "byzantine", 2, 15));
    assert_int_equal(dt_code_reals(&c), 2);
    assert_int_equal(dt_code_count(&c, 3), 5);
    assert_near(dt_code_encode_flops(&c, 3, 100), 2 * 2 * 5 * 100, 0);
    assert_near(dt_code_decode_flops(&c, 15, 100), 8 * 15 * 100, 0);
    assert_ok(open_code(&c, "vote", "byzantine", 2, 15));
    assert_int_equal(dt_code_reals(&c), 1);
    assert_near(dt_code_encode_flops(&c, 3, 100), 2 * 5 * 100, 0);
    assert_near(dt_code_decode_flops(&c, 15, 100), 2 * 15 * 100, 0);
    assert_ok(open_code(&c, "none", NULL, 0, 15));
    assert_near(dt_code_encode_flops(&c, 3, 100) + dt_code_decode_flops(&c, 15, 100), 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_three_workers_is_decoded),
        cmocka_unit_test(cyclic_weights_follow_from_the_matrix_h),
        cmocka_unit_test(groups_of_fractional_repetition_add_their_parts),
        cmocka_unit_test(random_weights_leave_nine_digits),
        cmocka_unit_test(a_part_counts_by_its_samples),
        cmocka_unit_test(a_majority_decides_by_equal_bits),
        cmocka_unit_test(fourier_words_have_the_published_weights),
        cmocka_unit_test(fourier_finds_exactly_the_liars),
        cmocka_unit_test(more_liars_than_fourier_bears_are_noticed),
        cmocka_unit_test(costs_are_those_of_the_formulas),
    };
    dt_base_start();
    run = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
