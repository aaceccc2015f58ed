/* accountant_test.c - divergences and epsilons against closed forms, sums worked out here, and published values. */
#include "tests/test.h"
#include "base/rng.h"
#include "privacy/accountant.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>

static void without_sampling_it_is_that_of_a_gaussian(void **fixture) {
    (void)fixture;
    for (double alpha = 1.1; alpha < 20; alpha += 0.7) {
        assert_near(dt_privacy_renyi(DT_DRAW_POISSON, 1, 1.5, alpha), alpha / (2 * 1.5 * 1.5), 1e-14);
        assert_near(dt_privacy_renyi(DT_DRAW_FIXED, 1, 1.5, alpha), alpha * 4 / (2 * 1.5 * 1.5), 1e-14);
    }
    assert_true(dt_privacy_renyi(DT_DRAW_POISSON, 0, 1, 2) == 0);
    assert_true(isinf(dt_privacy_renyi(DT_DRAW_POISSON, 0.1, 0, 2)));
}

/* E r^2 = 1 + q^2 (e^(1/z^2) - 1), and E r^3 = 1 + 3 q^2 (1-q) (e^(1/z^2) - 1) + q^3 (e^(3/z^2) - 1). */
static void orders_two_and_three_are_closed_forms(void **fixture) {
    (void)fixture;
    double q = 0.01, z = 0.8, one = expm1(1 / (z * z)), three = expm1(3 / (z * z));
    assert_near(dt_privacy_renyi(DT_DRAW_POISSON, q, z, 2) / log1p(q * q * one), 1, 1e-12);
    assert_near(dt_privacy_renyi(DT_DRAW_POISSON, q, z, 3) / (log1p(3 * q * q * (1 - q) * one + q * q * q * three) / 2), 1, 1e-12);
}

/* E r^alpha by the rule of trapezoids, which converges faster than any power for such a function. */
static double by_sum(double q, double z, double alpha) {
    long double step = (long double)z / 400, sum = 0;
    for (long double x = -20 * z; x < alpha + 20 * z; x += step) {
        long double r = 1 - q + q * expl((2 * x - 1) / (2 * (long double)z * z));
        sum += powl(r, alpha) * expl(-x * x / (2 * (long double)z * z));
    }
    return (double)(logl(sum * step / (z * sqrtl(2 * M_PIl))) / (alpha - 1));
}

static void any_order_is_the_integral(void **fixture) {
    (void)fixture;
    static const double q[] = { 0.001, 0.04, 0.3, 0.9 }, z[] = { 0.5, 1, 4 }, alpha[] = { 1.1, 1.5, 2, 2.5, 3.7, 8, 10.9 };
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 7; k++)
                assert_near(dt_privacy_renyi(DT_DRAW_POISSON, q[i], z[j], alpha[k]) / by_sum(q[i], z[j], alpha[k]), 1, 1e-6);
}

static void orders_that_are_not_whole_go_on_from_those_that_are(void **fixture) {
    (void)fixture;
    for (double alpha = 2; alpha < 11; alpha++) {
        double at = dt_privacy_renyi(DT_DRAW_POISSON, 1e-4, 1.1, alpha), beside = dt_privacy_renyi(DT_DRAW_POISSON, 1e-4, 1.1, alpha + 1e-9);
        assert_near(beside / at, 1, 1e-7);
    }
}

/* Opacus' own test: noise 1.5, rate 0.04, 90 passes, delta 1e-5. */
static void epsilon_is_that_of_opacus(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_privacy_account *a = dt_privacy_account_new(DT_DRAW_POISSON, run);
    assert_true(dt_privacy_spent(a, 1e-5) == 0);
    for (int i = 0; i < 2250; i++) dt_privacy_spend(a, 0.04, 1.5);
    assert_near(dt_privacy_spent(a, 1e-5), 7.32911117143, 1e-9);
    dt_arena_free(run);
}

/* The table of TensorFlow Privacy's tutorial: MNIST, batches of 256 of 60 000.  It converts by  rdp + ln(1/delta) / (alpha - 1). */
static double as_of_2018(double noise, int passes) {
    double least = HUGE_VAL;
    for (double alpha = 1.25; alpha < 64; alpha += alpha < 5 ? 0.25 : 1)
        least = fmin(least, passes * 60000 / 256.0 * dt_privacy_renyi(DT_DRAW_POISSON, 256 / 60000.0, noise, alpha) - log(1e-5) / (alpha - 1));
    return least;
}

static void epsilon_is_that_of_the_tutorials(void **fixture) {
    (void)fixture;
    assert_near(as_of_2018(1.3, 15), 1.19, 0.01);
    assert_near(as_of_2018(1.1, 60), 3.01, 0.01);
    assert_near(as_of_2018(0.7, 45), 7.10, 0.02);
}

/* Without sampling T rounds are one Gaussian of mu = sqrt(T) / z, whose least epsilon for a delta is known: Balle and Wang 2018,
 * arXiv:1805.06530, theorem 8.  Renyi's bound is above, and not by much. */
static double exact_delta(double epsilon, double mu) {
    return gsl_cdf_ugaussian_P(mu / 2 - epsilon / mu) - exp(epsilon) * gsl_cdf_ugaussian_P(-mu / 2 - epsilon / mu);
}

static void the_bound_is_true_and_not_far(void **fixture) {
    (void)fixture;
    for (int rounds = 1; rounds <= 1000; rounds *= 10) {
        dt_arena *run = dt_arena_new(0);
        dt_privacy_account *a = dt_privacy_account_new(DT_DRAW_POISSON, run);
        for (int i = 0; i < rounds; i++) dt_privacy_spend(a, 1, 10);
        double epsilon = dt_privacy_spent(a, 1e-5), mu = sqrt(rounds) / 10;
        assert_true(exact_delta(epsilon, mu) <= 1e-5);
        assert_true(exact_delta(0.85 * epsilon, mu) > 1e-5);
        dt_arena_free(run);
    }
}

/* Theorem 9 for order 2: 1 + q^2 min(4 (e^e2 - 1), 2 e^e2) with e2 = 2 * 2 / z^2. */
static void a_fixed_number_is_the_theorem(void **fixture) {
    (void)fixture;
    for (double z = 1; z < 9; z += 3.5) {
        double e2 = 4 / (z * z), wanted = log1p(0.01 * 0.01 * fmin(4 * expm1(e2), 2 * exp(e2)));
        assert_near(dt_privacy_renyi(DT_DRAW_FIXED, 0.01, z, 2) / wanted, 1, 1e-12);
    }
}

/* A client that is replaced is one taken away and one added. */
static void a_fixed_number_costs_more_than_poisson_and_less_than_no_sampling(void **fixture) {
    (void)fixture;
    for (double q = 0.01; q < 1; q *= 2)
        for (double alpha = 1.5; alpha < 40; alpha += 1.5) {
            double fixed = dt_privacy_renyi(DT_DRAW_FIXED, q, 2, alpha);
            assert_true(fixed > dt_privacy_renyi(DT_DRAW_POISSON, q, 2, alpha));
            assert_true(fixed <= alpha * 2 / 4);
        }
}

/* A client that is in a round by chance q is seen there where there is hardly noise. */
static void less_noise_never_costs_less(void **fixture) {
    (void)fixture;
    for (double alpha = 1.1; alpha < 11; alpha += 0.1)
        for (double z = 0.3, before = 0; z > 1e-8; z /= 1.3) {
            double now = dt_privacy_renyi(DT_DRAW_POISSON, 0.5, z, alpha);
            assert_true(now >= before && isfinite(now));
            before = now;
        }
    dt_arena *run = dt_arena_new(0);
    dt_privacy_account *a = dt_privacy_account_new(DT_DRAW_POISSON, run);
    dt_privacy_spend(a, 0.5, 1e-6);
    assert_true(dt_privacy_spent(a, 1e-5) > 1e9);
    dt_arena_free(run);
}

static void a_round_without_noise_has_no_bound(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_privacy_account *a = dt_privacy_account_new(DT_DRAW_FIXED, run);
    dt_privacy_spend(a, 0.1, 2);
    double before = dt_privacy_spent(a, 1e-5);
    assert_true(before > 0);
    dt_privacy_spend(a, 0.1, 0);
    assert_true(isnan(dt_privacy_spent(a, 1e-5)));
    dt_arena_free(run);
}

int main(void) {
    dt_base_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_sampling_it_is_that_of_a_gaussian),
        cmocka_unit_test(orders_two_and_three_are_closed_forms),
        cmocka_unit_test(any_order_is_the_integral),
        cmocka_unit_test(orders_that_are_not_whole_go_on_from_those_that_are),
        cmocka_unit_test(epsilon_is_that_of_opacus),
        cmocka_unit_test(epsilon_is_that_of_the_tutorials),
        cmocka_unit_test(the_bound_is_true_and_not_far),
        cmocka_unit_test(a_fixed_number_is_the_theorem),
        cmocka_unit_test(a_fixed_number_costs_more_than_poisson_and_less_than_no_sampling),
        cmocka_unit_test(less_noise_never_costs_less),
        cmocka_unit_test(a_round_without_noise_has_no_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
