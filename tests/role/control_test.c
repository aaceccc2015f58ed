/* control_test.c - the control of the aggregation period: its formulas by published and recomputed numbers, and its limits. */
#include "tests/test.h"
#include "role/control.h"
#include <math.h>

/* The measured costs of Wang et al. 2019 for an SVM trained by stochastic gradients, and constants of a problem. */
static dt_control published(void) {
    return (dt_control){ .rate = 0.01, .phi = 0.025, .rho = 1, .beta = 5, .delta = 1,
                         .budget = { { .limit = 15, .step = 0.013015156, .round = 0.131604348 } } };
}

static void the_gap_is_that_of_the_formula(void **fixture) {
    const double steps[] = { 2, 5, 10, 20, 50, 100 };
    const double wanted[] = { 0.0005, 0.0052563125, 0.025778925355, 0.130659541029, 1.593479957151, 25.10025156926 };
    dt_control c = published();
    (void)fixture;
    for (int i = 0; i < 6; i++) assert_near(dt_control_gap(&c, steps[i]), wanted[i], 1e-9 * fmax(1, wanted[i]));
    assert_near(dt_control_gap(&c, 0), 0, 0);
    assert_near(dt_control_gap(&c, 1), 0, 0);
    c.delta = 0;
    assert_near(dt_control_gap(&c, 100), 0, 0);
}

static void the_objective_is_that_of_the_formula(void **fixture) {
    const long tau[] = { 1, 2, 5, 10, 20, 50, 100, 13 };
    const double wanted[] = { 38.940639464, 21.270083311, 10.980133490, 8.317489314, 8.521354333, 15.185567270, 58.774487161, 8.082246680 };
    dt_control c = published();
    (void)fixture;
    for (int i = 0; i < 8; i++) assert_near(dt_control_objective(&c, tau[i]), wanted[i], 1e-7);
}

/* One change at a time. */
static void the_best_period_follows_costs_budget_and_data(void **fixture) {
    dt_control c[10];
    const long wanted[] = { 13, 4, 38, 27, 100, 3, 1, 9, 8, 1 };
    (void)fixture;
    for (int i = 0; i < 10; i++) c[i] = published();
    c[1].budget->round /= 10;
    c[2].budget->round *= 10;
    c[3].delta = 0.1;
    c[4].delta = 0;
    c[5].budget->limit = 150;
    c[6].budget->limit = 1500;
    c[7].phi = 0.1;
    c[8].rho = 5;
    c[9].budget->limit = 0;         /* without a budget nothing speaks against one step */
    for (int i = 0; i < 10; i++) assert_int_equal(dt_control_best(&c[i], 100), wanted[i]);
}

/* The mean of local models is at most h from gradient descent on the mean loss that began at the same point: here for
 * F_i = beta_i (x - a_i)^2 / 2, and delta the largest that was met. */
static void the_gap_bounds_the_distance_of_local_models_mean(void **fixture) {
    (void)fixture;
    const double beta[] = { 1, 4 }, a[] = { -1, 1 };        /* were they equal, the mean would not drift at all */
    double rate = 0.05, x[2] = { 0.3, 0.3 }, v = 0.3;
    double gradient[2], delta = 0;
    for (int steps = 1; steps <= 40; steps++) {
        double all = 0;
        for (int i = 0; i < 2; i++) all += 0.5 * beta[i] * (v - a[i]);
        for (int i = 0; i < 2; i++) {
            gradient[i] = beta[i] * (v - a[i]);
            delta = fmax(delta, fabs(gradient[i] - all));
            x[i] -= rate * beta[i] * (x[i] - a[i]);
        }
        v -= rate * all;
        dt_control c = { .rate = rate, .beta = beta[1], .delta = delta };
        assert_true(fabs((x[0] + x[1]) / 2 - v) <= dt_control_gap(&c, steps) + 1e-12);
    }
}

static void the_scarcest_budget_decides(void **fixture) {
    dt_control c = published();
    (void)fixture;
    c.budget[DT_BUDGET_BYTES] = (dt_budget){ .limit = 100, .round = 20, .spent = 30 };
    /* T = 80 / 20 rounds of 10 steps. */
    assert_near(dt_control_objective(&c, 10), 50 + sqrt(2500 + 0.025778925355 / 0.0025) + 0.025778925355, 1e-8);
    assert_true(dt_control_affords(&c, 1e2, 3) && !dt_control_affords(&c, 1, 4));
    assert_int_equal(dt_control_last(&c, 50), 50);
    c.budget[DT_BUDGET_SECONDS].spent = 14;     /* .7368 s are left for tau + 1 steps: 56 */
    assert_int_equal(dt_control_last(&c, 100), 55);
    c.budget[DT_BUDGET_SECONDS].spent = 14.73;
    assert_int_equal(dt_control_last(&c, 100), 0);
    assert_near(dt_control_overrun(&c), 0, 0);
    c.budget[DT_BUDGET_BYTES].spent = 103;
    assert_near(dt_control_overrun(&c), 0.03, 1e-12);
}

static void no_power_overflows_into_a_choice(void **fixture) {
    dt_control c = published();
    (void)fixture;
    c.beta = 1e5;
    assert_int_equal(dt_control_best(&c, 100), 1);
    assert_true(isfinite(dt_control_objective(&c, 1)));
    c.budget->limit = 0.1;                      /* pays for nothing */
    assert_true(isinf(dt_control_objective(&c, 5)));
    assert_int_equal(dt_control_best(&c, 100), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gap_is_that_of_the_formula),
        cmocka_unit_test(the_objective_is_that_of_the_formula),
        cmocka_unit_test(the_best_period_follows_costs_budget_and_data),
        cmocka_unit_test(the_gap_bounds_the_distance_of_local_models_mean),
        cmocka_unit_test(the_scarcest_budget_decides),
        cmocka_unit_test(no_power_overflows_into_a_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
