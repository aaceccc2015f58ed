/* secure_test.c - the field, shares of secrets, and masks that cancel, worked out by hand or against all that there is. */
#include "tests/test.h"
#include "secure/secure.h"
#include <math.h>

static dt_arena *arena;

static void products_are_those_of_long_division(void **fixture) {
    (void)fixture;
    assert_true(dt_secure_times(5, 7) == 35);
    assert_true(dt_secure_times(DT_SECURE_PRIME - 1, DT_SECURE_PRIME - 1) == 1);       /* (-1)^2 */
    assert_true(dt_secure_times(1ull << 60, 4) == 2);                                  /* 2^62 = 2 */
    dt_rng *rng = dt_rng_stream(arena, 1, 0, "test");
    for (int i = 0; i < 1000; i++) {
        uint64_t a = dt_secure_draw(rng), b = dt_secure_draw(rng);
        __extension__ unsigned __int128 product = (unsigned __int128)a * b;
        assert_true(dt_secure_times(a, b) == (uint64_t)(product % DT_SECURE_PRIME));
        assert_true(dt_secure_times(a, dt_secure_inverse(a)) == 1);
    }
}

/* 37 is a generator: its power (p - 1) / f is not 1 for any prime factor f of p - 1. */
static void the_generator_makes_every_element(void **fixture) {
    (void)fixture;
    static const uint64_t factor[] = { 2, 3, 5, 7, 11, 13, 31, 41, 61, 151, 331, 1321 };
    uint64_t left = DT_SECURE_PRIME - 1;
    for (size_t i = 0; i < sizeof factor / sizeof *factor; i++) {
        while (left % factor[i] == 0) left /= factor[i];
        assert_true(dt_secure_power(37, (DT_SECURE_PRIME - 1) / factor[i]) != 1);
    }
    assert_true(left == 1 && dt_secure_power(37, DT_SECURE_PRIME - 1) == 1);
}

static void two_agree_on_the_same_key(void **fixture) {
    (void)fixture;
    dt_rng *rng = dt_rng_stream(arena, 2, 0, "test");
    for (int i = 0; i < 100; i++) {
        uint64_t a = dt_secure_draw(rng), b = dt_secure_draw(rng);
        assert_true(dt_secure_agree(a, dt_secure_public(b)) == dt_secure_agree(b, dt_secure_public(a)));
    }
}

/* f(x) = 1234 + 166 x + 94 x^2 has f(2) = 1942, f(4) = 3402, f(5) = 4414: the example that is told everywhere. */
static void a_parabola_goes_back_through_three_points(void **fixture) {
    (void)fixture;
    const uint64_t x[] = { 2, 4, 5 }, share[] = { 1942, 3402, 4414 };
    uint64_t weight[3];
    dt_secure_weights(x, 3, weight);
    assert_true(dt_secure_combine(weight, share, 3) == 1234);
}

/* Of every 4 of 7 shares, 35 choices, the secret comes back; of every 3 it does not. */
static void any_threshold_of_shares_gives_the_secret_and_fewer_do_not(void **fixture) {
    (void)fixture;
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test"), *scratch = dt_rng_stream(arena, 3, 0, "scratch");
    uint64_t secret = dt_secure_draw(rng);
    for (unsigned set = 0; set < 1u << 7; set++) {
        uint64_t x[7], share[7], weight[7];
        size_t count = 0;
        for (unsigned k = 0; k < 7; k++)
            if (set >> k & 1) {
                x[count] = k + 1;
                share[count++] = dt_secure_share(secret, 99, 4, k + 1, scratch);
            }
        if (count < 3) continue;
        dt_secure_weights(x, count, weight);
        assert_true((dt_secure_combine(weight, share, count) == secret) == (count >= 4));
    }
}

static void masks_of_a_pair_cancel_and_hide_what_is_under_them(void **fixture) {
    (void)fixture;
    enum { N = 101 };
    dt_rng *scratch = dt_rng_stream(arena, 4, 0, "scratch");
    uint32_t a[N] = { 0 }, b[N] = { 0 };
    size_t equal = 0;
    dt_secure_mask(12345, 7, false, a, N, scratch);
    dt_secure_mask(12345, 7, true, b, N, scratch);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(a[i] + b[i], 0);
        equal += a[i] == 0;
    }
    assert_true(equal == 0);
    dt_secure_mask(12345, 8, true, a, N, scratch);      /* of another round: another mask */
    for (size_t i = 0; i < N; i++) equal += a[i] == 0;
    assert_true(equal == 0);
}

/* The sum of the levels of five clients is that of their numbers to half a level each, for every width, at the ends of the range too. */
static void sums_of_words_are_sums_of_numbers(void **fixture) {
    (void)fixture;
    enum { N = 9, CLIENTS = 5 };
    const float base[N] = { 0.5f };
    for (long bits = 8; bits <= 32; bits += 4) {
        dt_secure s = { .bits = bits, .range = 0.25 };
        double scale = dt_secure_scale(&s, CLIENTS), wanted[N] = { 0 };
        uint32_t sum[N] = { 0 };
        for (int k = 0; k < CLIENTS; k++) {
            float x[N];
            uint32_t word[N];
            for (size_t i = 0; i < N; i++) {
                double step = ((double)i - 4) / 16 * (k == 0 && i != 0 && i != N - 1 ? -1 : 1);
                x[i] = (float)((double)base[i] + step);
                wanted[i] += 0.5 * ((double)x[i] - (double)base[i]);
            }
            assert_int_equal(dt_secure_quantise(&s, scale, 0.5, x, base, word, N), 0);
            for (size_t i = 0; i < N; i++) sum[i] += word[i];
        }
        for (size_t i = 0; i < N; i++) assert_near(dt_secure_level(&s, sum[i]) / scale, wanted[i], CLIENTS * 0.5 / scale + 1e-12);
    }
}

static void the_largest_sum_fits_and_what_is_out_of_range_is_cut(void **fixture) {
    (void)fixture;
    for (size_t clients = 1; clients < 60; clients += 7) {
        dt_secure s = { .bits = 16, .range = 2 };
        const float x[] = { 2, -2, 3, -9 }, base[4] = { 0 };
        uint32_t word[4], sum[4] = { 0 };
        double scale = dt_secure_scale(&s, clients);
        for (size_t k = 0; k < clients; k++) {
            assert_int_equal(dt_secure_quantise(&s, scale, 1, x, base, word, 4), 2);
            for (size_t i = 0; i < 4; i++) sum[i] += word[i];
        }
        for (size_t i = 0; i < 4; i++)
            assert_near(dt_secure_level(&s, sum[i]) / scale, 2 * (double)clients * (i % 2 == 0 ? 1 : -1), (double)clients / scale);
    }
}

static void a_sum_of_one_is_never_unmasked(void **fixture) {
    (void)fixture;
    const dt_secure s = { .threshold = 2.0 / 3 };
    assert_int_equal(dt_secure_least(&s, 1), 2);
    assert_int_equal(dt_secure_least(&s, 2), 2);
    assert_int_equal(dt_secure_least(&s, 9), 6);
    assert_int_equal(dt_secure_least(&s, 10), 7);
    assert_refused(dt_secure_check(1, 4), DT_EINVAL, "at least 2 clients in a round (strategy.fraction), got 1 of 4");
    assert_ok(dt_secure_check(2, 4));
}

int main(void) {
    dt_base_start();
    arena = dt_arena_new(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_those_of_long_division),
        cmocka_unit_test(the_generator_makes_every_element),
        cmocka_unit_test(two_agree_on_the_same_key),
        cmocka_unit_test(a_parabola_goes_back_through_three_points),
        cmocka_unit_test(any_threshold_of_shares_gives_the_secret_and_fewer_do_not),
        cmocka_unit_test(masks_of_a_pair_cancel_and_hide_what_is_under_them),
        cmocka_unit_test(sums_of_words_are_sums_of_numbers),
        cmocka_unit_test(the_largest_sum_fits_and_what_is_out_of_range_is_cut),
        cmocka_unit_test(a_sum_of_one_is_never_unmasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
