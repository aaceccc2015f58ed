/* robust_test.c - the rules that bear liars: against plain methods in double, and what a liar can do. */
#include "tests/test.h"
#include "aggregate/aggregate.h"
#include "base/rng.h"
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <math.h>

enum { COUNT = 9, N = 257 };

typedef struct inputs {
    float        v[COUNT][N];
    const float *x[COUNT];
    double       size[COUNT], weight[COUNT];
    dt_inputs    in;
} inputs;

/* Around 3; unequal: those with higher numbers farther away. */
static void draw(inputs *s, size_t count, uint64_t seed, bool unequal, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, seed, 0, "inputs");
    for (size_t i = 0; i < count; i++) {
        for (size_t e = 0; e < N; e++) s->v[i][e] = (float)(3 + gsl_ran_gaussian(rng, unequal ? 1 + 0.3 * (double)i : 1));
        s->x[i] = s->v[i];
        s->size[i] = 1 + (double)gsl_rng_uniform_int(rng, 9);
    }
    s->in = (dt_inputs){ count, N, s->x, s->size };
}

static dt_aggregate opened(const char *text, dt_arena *run) {
    dt_config *node;
    dt_aggregate a;
    assert_ok(dt_config_parse(text, &node, run));
    assert_ok(dt_aggregate_open(&a, node, run));
    return a;
}

static void form(const char *text, inputs *s, float *out, dt_arena *run) {
    dt_aggregate a = opened(text, run);
    dt_pool *pool = dt_pool_new(1, run);
    dt_aggregate_form(&a, &s->in, s->weight, out, pool);
    dt_pool_free(pool);
}

static double distance(const double *y, const float *x) {
    double sum = 0;
    for (size_t e = 0; e < N; e++) sum += (y[e] - x[e]) * (y[e] - x[e]);
    return sqrt(sum);
}

/* Plain Weiszfeld on the vectors themselves. */
static void weiszfeld(const inputs *s, bool sizes, long passes, double *y) {
    for (long pass = -1; pass < passes; pass++) {
        double w[COUNT], whole = 0;
        for (size_t i = 0; i < s->in.count; i++) {
            w[i] = (sizes ? s->size[i] : 1) / (pass < 0 ? 1 : distance(y, s->x[i]));
            whole += w[i];
        }
        for (size_t e = 0; e < N; e++) {
            double sum = 0;
            for (size_t i = 0; i < s->in.count; i++) sum += w[i] / whole * s->x[i][e];
            y[e] = sum;
        }
    }
}

static void the_geometric_median_is_weiszfelds(void **fixture) {
    inputs s;
    float out[N];
    double y[N];
    for (uint64_t seed = 1; seed <= 5; seed++) {
        draw(&s, COUNT - seed % 3, seed, true, *fixture);
        if (seed > 3) for (size_t e = 0; e < N; e++) s.v[2][e] *= -100;
        form("{\"name\": \"geometric\", \"passes\": 3}", &s, out, *fixture);
        weiszfeld(&s, false, 3, y);
        for (size_t e = 0; e < N; e++) assert_near(out[e], y[e], 1e-5);
        form("{\"name\": \"geometric\", \"passes\": 300, \"sizes\": true}", &s, out, *fixture);
        weiszfeld(&s, true, 300, y);
        for (size_t e = 0; e < N; e++) assert_near(out[e], y[e], 1e-5);
    }
}

/* There the unit vectors towards the inputs cancel. */
static void no_direction_from_the_geometric_median_is_downhill(void **fixture) {
    inputs s;
    float out[N];
    draw(&s, COUNT, 7, true, *fixture);
    form("{\"name\": \"geometric\", \"passes\": 500}", &s, out, *fixture);
    double y[N], pull[N] = { 0 }, length = 0;
    for (size_t e = 0; e < N; e++) y[e] = out[e];
    for (size_t i = 0; i < COUNT; i++)
        for (size_t e = 0; e < N; e++) pull[e] += (s.x[i][e] - y[e]) / distance(y, s.x[i]);
    for (size_t e = 0; e < N; e++) length += pull[e] * pull[e];
    assert_true(sqrt(length) < 1e-4);
}

static void where_more_than_half_agree_they_are_the_geometric_median(void **fixture) {
    inputs s;
    float out[N];
    draw(&s, 5, 3, true, *fixture);
    s.x[1] = s.x[4] = s.x[0];
    form("{\"name\": \"geometric\", \"passes\": 60}", &s, out, *fixture);
    for (size_t e = 0; e < N; e++) assert_near(out[e], s.x[0][e], 1e-5);
}

/* By its definition, with every distance in double. */
static size_t krum_of(const inputs *s, size_t f, const bool *out_of_it) {
    size_t best = SIZE_MAX;
    double least = HUGE_VAL;
    for (size_t i = 0; i < s->in.count; i++) {
        double d[COUNT], score = 0, y[N];
        size_t others = 0;
        for (size_t e = 0; e < N; e++) y[e] = s->x[i][e];
        for (size_t j = 0; j < s->in.count; j++)
            if (j != i) d[others++] = pow(distance(y, s->x[j]), 2);
        gsl_sort(d, 1, others);
        for (size_t j = 0; j < s->in.count - f - 2; j++) score += d[j];
        if (out_of_it[i] || score >= least) continue;
        least = score;
        best = i;
    }
    return best;
}

/* The same among those left, of whom there may be fewer than 2 f + 3. */
static size_t bulyan_next(const inputs *s, size_t f, const bool *taken, size_t left) {
    size_t best = SIZE_MAX, bears = left >= 2 * f + 3 ? f : (left - 3) / 2;
    double least = HUGE_VAL;
    for (size_t i = 0; i < s->in.count; i++) {
        double d[COUNT], score = 0, y[N];
        size_t others = 0;
        for (size_t e = 0; e < N; e++) y[e] = s->x[i][e];
        for (size_t j = 0; j < s->in.count; j++)
            if (j != i && !taken[j]) d[others++] = pow(distance(y, s->x[j]), 2);
        gsl_sort(d, 1, others);
        for (size_t j = 0; j < left - bears - 2; j++) score += d[j];
        if (taken[i] || score >= least) continue;
        least = score;
        best = i;
    }
    return best;
}

static void krum_takes_those_of_its_definition(void **fixture) {
    inputs s;
    float out[N];
    for (uint64_t seed = 1; seed <= 10; seed++) {
        bool taken[COUNT] = { false };
        size_t first;
        draw(&s, COUNT, seed, false, *fixture);
        form("{\"name\": \"krum\", \"byzantine\": 2}", &s, out, *fixture);
        first = krum_of(&s, 2, taken);
        assert_memory_equal(out, s.x[first], sizeof out);
        form("{\"name\": \"krum\", \"byzantine\": 2, \"multi\": 4}", &s, out, *fixture);
        for (int m = 0; m < 4; m++) taken[krum_of(&s, 2, taken)] = true;
        for (size_t i = 0; i < COUNT; i++) assert_near(s.weight[i], taken[i] ? 0.25 : 0, 0);
        for (size_t e = 0; e < N; e++) {
            double sum = 0;
            for (size_t i = 0; i < COUNT; i++) sum += taken[i] ? s.x[i][e] : 0;
            assert_near(out[e], sum / 4, 1e-6);
        }
    }
}

/* By its definition: Krum on what is left, with distances in double, and a search for the beta closest values. */
static void bulyan_is_that_of_its_definition(void **fixture) {
    inputs s;
    float out[N];
    for (uint64_t seed = 1; seed <= 10; seed++) {
        bool taken[COUNT] = { false };
        draw(&s, COUNT, seed, false, *fixture);
        form("{\"name\": \"bulyan\", \"byzantine\": 1}", &s, out, *fixture);
        for (size_t left = COUNT; left > 2; left--) taken[bulyan_next(&s, 1, taken, left)] = true;
        for (size_t i = 0; i < COUNT; i++) assert_near(s.weight[i], taken[i] ? 1.0 / 7 : 0, 1e-15);
        for (size_t e = 0; e < N; e++) {
            double v[COUNT], gap[COUNT], sum = 0;
            size_t k = 0, order[COUNT];
            for (size_t i = 0; i < COUNT; i++)
                if (taken[i]) v[k++] = s.x[i][e];
            gsl_sort(v, 1, k);
            for (size_t i = 0; i < k; i++) gap[i] = fabs(v[i] - v[3]);
            gsl_sort_index(order, gap, 1, k);
            for (size_t i = 0; i < 5; i++) sum += v[order[i]];
            assert_near(out[e], sum / 5, 1e-6);
        }
    }
}

/* A liar who is near the others and far off in one entry alone may be whom Krum chooses; bulyan drops that entry. */
static void in_one_entry_a_liar_deceives_krum_and_not_bulyan(void **fixture) {
    inputs s;
    float out[N];
    draw(&s, 7, 4, false, *fixture);
    for (size_t e = 0; e < N; e++) {
        double mean = 0;
        for (size_t i = 1; i < 7; i++) mean += s.v[i][e] / 6;
        s.v[0][e] = (float)mean;                /* nearer to all of them than any of them */
    }
    s.v[0][100] += 9;
    form("{\"name\": \"krum\"}", &s, out, *fixture);
    assert_true(out[100] > 10);
    form("{\"name\": \"bulyan\"}", &s, out, *fixture);
    assert_true(fabsf(out[100] - 3) < 2);
}

static void with_few_vectors_bulyan_bears_what_they_allow(void **fixture) {
    inputs s;
    float out[N];
    dt_aggregate a = opened("{\"name\": \"bulyan\", \"byzantine\": 2}", *fixture);
    assert_ok(dt_aggregate_check(&a, 11));
    assert_refused(dt_aggregate_check(&a, 10), DT_EINVAL, "at least 11 vectors");
    draw(&s, 7, 2, false, *fixture);
    for (size_t e = 0; e < N; e++) s.v[6][e] = 1e6f;
    form("{\"name\": \"bulyan\", \"byzantine\": 2}", &s, out, *fixture);
    for (size_t e = 0; e < N; e++) assert_true(fabsf(out[e]) < 10);
}

/* Five points of a square's corners and one far away; scores of whole numbers, of which 10 and 9 have the same. */
static void the_vectors_of_the_card_come_out(void **fixture) {
    const float corner[5][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 100, 100 } };
    const float number[7] = { 10, 11, 9, 13, 8, -1000, -1000 };
    const float *x[7];
    double weight[7];
    float out[2];
    dt_pool *pool = dt_pool_new(1, *fixture);
    dt_aggregate a = opened("{\"name\": \"geometric\", \"passes\": 200}", *fixture);
    for (int i = 0; i < 5; i++) x[i] = corner[i];
    dt_inputs five = { 5, 2, x, NULL };
    dt_aggregate_form(&a, &five, weight, out, pool);
    for (int e = 0; e < 2; e++) assert_near(out[e], 0.788675134595, 1e-6);
    a = opened("{\"name\": \"median\"}", *fixture);
    dt_aggregate_form(&a, &five, weight, out, pool);
    assert_true(out[0] == 1 && out[1] == 1);
    a = opened("{\"name\": \"mean\"}", *fixture);
    dt_aggregate_form(&a, &five, weight, out, pool);
    for (int e = 0; e < 2; e++) assert_near(out[e], 20.4, 1e-6);
    for (int i = 0; i < 7; i++) x[i] = &number[i];
    dt_inputs seven = { 7, 1, x, NULL };
    a = opened("{\"name\": \"krum\", \"byzantine\": 2}", *fixture);
    dt_aggregate_form(&a, &seven, weight, out, pool);
    assert_true(out[0] == 10 && weight[0] == 1);
    a = opened("{\"name\": \"krum\", \"byzantine\": 2, \"multi\": 3}", *fixture);
    dt_aggregate_form(&a, &seven, weight, out, pool);
    assert_near(out[0], (10.0 + 9 + 11) / 3, 1e-6);
    a = opened("{\"name\": \"bulyan\"}", *fixture);           /* 9, 10, 11, 8 and 13; of these 9, 10 and 11 */
    dt_aggregate_form(&a, &seven, weight, out, pool);
    assert_true(out[0] == 10);
    dt_pool_free(pool);
}

static void too_few_vectors_for_krum_are_refused(void **fixture) {
    dt_aggregate a = opened("{\"name\": \"krum\", \"byzantine\": 2}", *fixture);
    assert_ok(dt_aggregate_check(&a, 7));
    assert_refused(dt_aggregate_check(&a, 6), DT_EINVAL, "at least 7 vectors");
    assert_string_equal(dt_reason_path(), "aggregate");
    a = opened("{\"name\": \"krum\", \"byzantine\": 0, \"multi\": 5}", *fixture);
    assert_refused(dt_aggregate_check(&a, 4), DT_EINVAL, "at least 5 vectors");
    a = opened("{\"name\": \"median\"}", *fixture);
    assert_ok(dt_aggregate_check(&a, 1));
}

static void a_trimmed_mean_is_that_of_what_sorting_leaves(void **fixture) {
    inputs s;
    float out[N];
    draw(&s, COUNT, 2, true, *fixture);
    const double beta[] = { 0, 0.1, 0.12, 0.34, 0.45 };
    const size_t cut[] = { 0, 0, 1, 3, 4 };
    for (int k = 0; k < 5; k++) {
        char text[80];
        snprintf(text, sizeof text, "{\"name\": \"trimmed\", \"beta\": %g}", beta[k]);
        form(text, &s, out, *fixture);
        for (size_t e = 0; e < N; e++) {
            double v[COUNT], sum = 0;
            for (size_t i = 0; i < COUNT; i++) v[i] = s.x[i][e];
            gsl_sort(v, 1, COUNT);
            for (size_t i = cut[k]; i < COUNT - cut[k]; i++) sum += v[i];
            assert_near(out[e], sum / (double)(COUNT - 2 * cut[k]), 1e-6);
        }
    }
}

/* Five workers have the gradient 1, nearly; one of them sends -100 times that: the mean is (4 - 100) / 5 = -19.2. */
static void one_liar_of_five_moves_the_mean_and_no_robust_rule(void **fixture) {
    inputs s;
    float out[N];
    const char *const robust[] = { "{\"name\": \"median\"}", "{\"name\": \"krum\"}", "{\"name\": \"geometric\", \"passes\": 30}",
                                   "{\"name\": \"trimmed\", \"beta\": 0.2}" };
    const float lies[] = { -100, 1e6f, INFINITY, NAN };
    for (size_t i = 0; i < 5; i++) {
        for (size_t e = 0; e < N; e++) s.v[i][e] = 1 + 0.001f * (float)((e + i) % 5);
        s.x[i] = s.v[i];
        s.size[i] = 1;
    }
    s.in = (dt_inputs){ 5, N, s.x, s.size };
    for (int lie = 0; lie < 4; lie++) {
        for (size_t e = 0; e < N; e++) s.v[3][e] = lies[lie];
        for (size_t r = 0; r < sizeof robust / sizeof *robust; r++) {
            form(robust[r], &s, out, *fixture);
            for (size_t e = 0; e < N; e++)
                if (!(fabs(out[e] - 1) < 0.1)) fail_msg("%s, a lie of %g: %g", robust[r], lies[lie], out[e]);
        }
        form("{\"name\": \"mean\"}", &s, out, *fixture);
        if (lie == 0) assert_near(out[0], -19.2, 0.01);
        else assert_true(!(fabs(out[0]) < 1e5));
    }
}

static void layer_by_layer_the_liar_may_be_another(void **fixture) {
    inputs s;
    float out[N];
    const dt_slice layer[] = { { 0, 100 }, { 100, N - 100 } };
    dt_pool *pool = dt_pool_new(1, *fixture);
    dt_aggregate a = opened("{\"name\": \"krum\", \"by\": \"layer\"}", *fixture);
    for (size_t i = 0; i < 5; i++) {
        for (size_t e = 0; e < N; e++) s.v[i][e] = 1 + 0.001f * (float)i;
        s.x[i] = s.v[i];
    }
    for (size_t e = 0; e < 100; e++) s.v[0][e] = 50;
    for (size_t e = 100; e < N; e++) s.v[1][e] = -50;
    s.in = (dt_inputs){ 5, N, s.x, NULL };
    dt_aggregate_divide(&a, layer, 2);
    dt_aggregate_form(&a, &s.in, s.weight, out, pool);
    for (size_t e = 0; e < N; e++) assert_near(out[e], 1, 0.01);
    dt_pool_free(pool);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_geometric_median_is_weiszfelds),
        cmocka_unit_test(no_direction_from_the_geometric_median_is_downhill),
        cmocka_unit_test(where_more_than_half_agree_they_are_the_geometric_median),
        cmocka_unit_test(krum_takes_those_of_its_definition),
        cmocka_unit_test(bulyan_is_that_of_its_definition),
        cmocka_unit_test(in_one_entry_a_liar_deceives_krum_and_not_bulyan),
        cmocka_unit_test(with_few_vectors_bulyan_bears_what_they_allow),
        cmocka_unit_test(the_vectors_of_the_card_come_out),
        cmocka_unit_test(too_few_vectors_for_krum_are_refused),
        cmocka_unit_test(a_trimmed_mean_is_that_of_what_sorting_leaves),
        cmocka_unit_test(one_liar_of_five_moves_the_mean_and_no_robust_rule),
        cmocka_unit_test(layer_by_layer_the_liar_may_be_another),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
