/* aggregate_test.c - known values: means, medians and the consensus_distance. */
#include "tests/test.h"
#include "aggregate/aggregate.h"
#include <math.h>

static const float first[] = { 1, -4, 2, 0.5f }, second[] = { 3, 8, 2, 0 }, third[] = { 11, 0, 2, -7 };
static const float *const x[] = { first, second, third };
static const double size[] = { 1, 2, 5 };

static void form(const char *name, size_t count, float *out, double *weight, dt_arena *run) {
    dt_aggregate a;
    dt_config *list = dt_config_new(run);
    dt_pool *pool = dt_pool_new(1, run);
    dt_inputs in = { count, 4, x, size };
    assert_ok(dt_aggregate_open(&a, dt_config_set_text(list, NULL, name, run), run));
    dt_aggregate_form(&a, &in, weight, out, pool);
    dt_pool_free(pool);
}

static void a_mean_counts_heads(void **fixture) {
    float out[4];
    double weight[3];
    form("mean", 3, out, weight, *fixture);
    const double wanted[] = { 5, 4.0 / 3, 2, -6.5 / 3 };
    for (int e = 0; e < 4; e++) assert_near(out[e], wanted[e], 1e-7);
    assert_near(weight[2], 1.0 / 3, 1e-15);
}

static void a_weighted_mean_counts_samples(void **fixture) {
    float out[4];
    double weight[3];
    form("weighted", 3, out, weight, *fixture);
    const double wanted[] = { 62.0 / 8, 12.0 / 8, 2, -34.5 / 8 };
    for (int e = 0; e < 4; e++) assert_near(out[e], wanted[e], 1e-7);
    assert_near(weight[2], 5.0 / 8, 1e-15);
}

static void a_median_is_that_of_each_entry(void **fixture) {
    float out[4];
    double weight[3];
    form("median", 3, out, weight, *fixture);
    const float odd[] = { 3, 0, 2, 0 }, even[] = { 2, 2, 2, 0.25f };
    assert_memory_equal(out, odd, sizeof out);
    form("median", 2, out, weight, *fixture);
    assert_memory_equal(out, even, sizeof out);
}

static void a_minority_cannot_move_the_median_at_will(void **fixture) {
    dt_arena *run = *fixture;
    dt_aggregate a;
    dt_config *list = dt_config_new(run);
    dt_pool *pool = dt_pool_new(1, run);
    const float wild[] = { INFINITY, -1e38f, NAN, 1e38f };
    const float *const with[] = { first, wild, first, second, first };
    float out[4];
    double weight[5];
    dt_inputs in = { 5, 4, with, NULL };
    assert_ok(dt_aggregate_open(&a, dt_config_set_text(list, NULL, "median", run), run));
    dt_aggregate_form(&a, &in, weight, out, pool);
    for (int e = 0; e < 4; e++) assert_true(isfinite(out[e]) && fabsf(out[e]) <= 8);
    dt_pool_free(pool);
}

static void the_consensus_distance_is_the_root_mean_square_distance(void **fixture) {
    (void)fixture;
    const float mean[] = { 1, 0, 2, 0 };
    dt_inputs in = { 3, 4, x, NULL };
    assert_near(dt_aggregate_consensus_distance(&in, mean), sqrt((16.25 + 68 + 149) / 3), 1e-12);
    float zero[19] = { 0 }, ones[19];
    for (int e = 0; e < 19; e++) ones[e] = 1;
    const float *const pair[] = { ones, ones };
    in = (dt_inputs){ 2, 19, pair, NULL };
    assert_near(dt_aggregate_consensus_distance(&in, zero), sqrt(19), 1e-12);
}

static void without_a_choice_samples_count(void **fixture) {
    dt_aggregate a;
    assert_ok(dt_aggregate_open(&a, NULL, *fixture));
    assert_string_equal(a.type->is.name, "weighted");
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_counts_heads),
        cmocka_unit_test(a_weighted_mean_counts_samples),
        cmocka_unit_test(a_median_is_that_of_each_entry),
        cmocka_unit_test(a_minority_cannot_move_the_median_at_will),
        cmocka_unit_test(the_consensus_distance_is_the_root_mean_square_distance),
        cmocka_unit_test(without_a_choice_samples_count),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
