/* lot_test.c - exactly so many are drawn, all alike often, and nobody's answer depends on who asked before. */
#include "tests/test.h"
#include "base/lot.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

enum { MOST = 40 };

static void exactly_count_are_drawn(void **fixture) {
    (void)fixture;
    bool drawn[1000];
    const size_t of[] = { 1, 2, 3, 4, 5, 7, 16, 17, 45, 1000 };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        for (size_t count = 0; count <= of[i]; count += 1 + of[i] / 8)
            for (long number = 0; number < 20; number++) {
                size_t sum = 0;
                dt_lot_draw(7, "test", number, of[i], count, drawn);
                for (size_t k = 0; k < of[i]; k++) sum += drawn[k];
                assert_int_equal(sum, count);
            }
}

static void one_answer_is_that_of_all(void **fixture) {
    (void)fixture;
    bool drawn[MOST];
    dt_lot_draw(1, "test", 5, MOST, 13, drawn);
    for (size_t k = MOST; k-- > 0;) assert_int_equal(drawn[k], dt_lot_falls(1, "test", 5, MOST, 13, k));
}

/* Chi-square over all sets of two out of five, for many numbers: each is drawn a tenth of the times. */
static void every_set_is_equally_likely(void **fixture) {
    (void)fixture;
    enum { OF = 5, NUMBERS = 20000 };
    double times[OF * OF] = { 0 }, chi = 0, expected = NUMBERS / 10.0;
    for (long number = 0; number < NUMBERS; number++) {
        bool drawn[OF];
        size_t code = 0;
        dt_lot_draw(3, "test", number, OF, 2, drawn);
        for (size_t k = 0; k < OF; k++)
            if (drawn[k]) code = code * OF + k;
        times[code]++;
    }
    for (size_t a = 0; a < OF; a++)
        for (size_t b = a + 1; b < OF; b++) chi += gsl_pow_2(times[a * OF + b] - expected) / expected;
    assert_true(gsl_cdf_chisq_Q(chi, 9) > 1e-3);
}

/* How many are drawn in two numbers that follow each other is hypergeometric: its mean is count^2 / of. */
static void draws_of_two_numbers_are_independent(void **fixture) {
    (void)fixture;
    enum { OF = 12, COUNT = 4, NUMBERS = 20000 };
    double both = 0;
    for (long number = 0; number < NUMBERS; number++)
        for (size_t k = 0; k < OF; k++)
            both += dt_lot_falls(1, "test", number, OF, COUNT, k) && dt_lot_falls(1, "test", number + 1, OF, COUNT, k);
    assert_near(both / NUMBERS, (double)COUNT * COUNT / OF, 0.02);
}

static void seed_and_purpose_name_other_draws(void **fixture) {
    (void)fixture;
    size_t alike[3] = { 0 };
    for (long number = 0; number < 100; number++)
        for (size_t k = 0; k < MOST; k++) {
            bool one = dt_lot_falls(1, "test", number, MOST, MOST / 2, k);
            alike[0] += one == dt_lot_falls(2, "test", number, MOST, MOST / 2, k);
            alike[1] += one == dt_lot_falls(1, "other", number, MOST, MOST / 2, k);
            alike[2] += one == dt_lot_falls(1, "test", number + 100, MOST, MOST / 2, k);
        }
    for (int i = 0; i < 3; i++) assert_in_range(alike[i], 100 * MOST * 45 / 100, 100 * MOST * 55 / 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_count_are_drawn),
        cmocka_unit_test(one_answer_is_that_of_all),
        cmocka_unit_test(every_set_is_equally_likely),
        cmocka_unit_test(draws_of_two_numbers_are_independent),
        cmocka_unit_test(seed_and_purpose_name_other_draws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
