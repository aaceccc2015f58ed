/* rng_test.c - streams by name: they repeat, and they do not meet. */
#include "tests/test.h"
#include "base/rng.h"
#include <math.h>

static void a_name_always_gives_the_same_stream(void **fixture) {
    dt_rng *a = dt_rng_stream(*fixture, 7, 3, "order"), *b = dt_rng_stream(*fixture, 7, 3, "order");
    for (int i = 0; i < 1000; i++) assert_int_equal(gsl_rng_get(a), gsl_rng_get(b));
}

static void streams_are_those_of_the_published_generator(void **fixture) {
    /* xoshiro256** from the state that SplitMix64 makes of seed 1: a change here changes every record. */
    dt_rng *rng = dt_rng_stream(*fixture, 1, 0, "x");
    gsl_rng_set(rng, 1);
    const uint64_t wanted[] = { 0xb3f2af6d0fc710c5u, 0x853b559647364ceau };
    for (int i = 0; i < 2; i++) assert_int_equal(gsl_rng_get(rng), wanted[i]);
}

static void seed_rank_and_purpose_each_make_a_stream(void **fixture) {
    enum { STREAMS = 4000 };
    uint64_t first[STREAMS];
    size_t count = 0;
    for (uint64_t seed = 0; seed < 10; seed++)
        for (long rank = -1; rank < 99; rank++) {
            const char *const purposes[] = { "order", "jitter", "", "orders" };
            for (int p = 0; p < 4; p++) first[count++] = gsl_rng_get(dt_rng_stream(*fixture, seed, rank, purposes[p]));
        }
    assert_int_equal(count, STREAMS);
    for (size_t i = 0; i < STREAMS; i++)
        for (size_t j = i + 1; j < STREAMS; j++)
            if (first[i] == first[j]) fail_msg("streams %zu and %zu begin alike", i, j);
}

static void restart_goes_to_the_first_number(void **fixture) {
    dt_rng *a = dt_rng_stream(*fixture, 7, 3, "order"), *b = dt_rng_stream(*fixture, 8, 4, "jitter");
    uint64_t first = gsl_rng_get(a);
    for (int i = 0; i < 5; i++) gsl_rng_get(b);
    dt_rng_restart(b, 7, 3, "order");
    assert_int_equal(gsl_rng_get(b), first);
}

static void uniforms_are_uniform(void **fixture) {
    enum { DRAWS = 200000, BINS = 16 };
    dt_rng *rng = dt_rng_stream(*fixture, 1, 0, "uniform");
    double sum = 0, square = 0, count[BINS] = { 0 }, chi = 0;
    for (int i = 0; i < DRAWS; i++) {
        double u = gsl_rng_uniform(rng);
        assert_true(u >= 0 && u < 1);
        sum += u;
        square += (u - 0.5) * (u - 0.5);
        count[(int)(u * BINS)]++;
    }
    assert_true(fabs(sum / DRAWS - 0.5) < 5 * sqrt(1.0 / 12 / DRAWS));
    assert_true(fabs(square / DRAWS - 1.0 / 12) < 5 * sqrt(1.0 / 180 / DRAWS));
    for (int b = 0; b < BINS; b++) chi += pow(count[b] - DRAWS / BINS, 2) / (DRAWS / BINS);
    assert_true(chi < 45);      /* 15 degrees of freedom: one in 10^4 is above */
}

static void neighbouring_streams_are_independent(void **fixture) {
    enum { DRAWS = 20000 };
    dt_rng *a = dt_rng_stream(*fixture, 1, 0, "x"), *b = dt_rng_stream(*fixture, 1, 1, "x");
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) sum += (gsl_rng_uniform(a) - 0.5) * (gsl_rng_uniform(b) - 0.5);
    assert_true(fabs(sum / DRAWS * 12) < 5 / sqrt(DRAWS));
}

static void a_hash_sees_every_byte_and_the_order(void **fixture) {
    (void)fixture;
    char bytes[40] = { 0 };
    uint64_t whole = dt_hash(0, bytes, sizeof bytes);
    assert_int_equal(dt_hash(0, bytes, sizeof bytes), whole);
    for (size_t length = 0; length < sizeof bytes; length++) assert_true(dt_hash(0, bytes, length) != whole);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = 1;
        assert_true(dt_hash(0, bytes, sizeof bytes) != whole);
        bytes[i] = 0;
    }
    assert_true(dt_hash(dt_hash(0, "a", 1), "b", 1) != dt_hash(dt_hash(0, "b", 1), "a", 1));
    assert_true(dt_hash(1, bytes, sizeof bytes) != whole);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_always_gives_the_same_stream),
        cmocka_unit_test(streams_are_those_of_the_published_generator),
        cmocka_unit_test(seed_rank_and_purpose_each_make_a_stream),
        cmocka_unit_test(restart_goes_to_the_first_number),
        cmocka_unit_test(uniforms_are_uniform),
        cmocka_unit_test(neighbouring_streams_are_independent),
        cmocka_unit_test(a_hash_sees_every_byte_and_the_order),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
