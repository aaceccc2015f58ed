/* adacomm_test.c - the rule for the next period, and block momentum, by the numbers of the paper's formulas.
 * The rule is private to its file, so the file itself is included. */
#include "../../sim/strategy/adacomm.c"
#include "tests/strategy/stage.h"

static void the_period_follows_the_root_of_the_loss_ratio(void **fixture) {
    (void)fixture;
    const double ratio[] = { 0.5, 0.25, 0.1, 0.05, 0.01 };
    const long period[] = { 15, 10, 7, 5, 2 };
    adacomm a = { .period = 20, .gamma = 0.5, .tau = 20 };
    for (int i = 0; i < 5; i++) assert_int_equal(adacomm_period(&a, ratio[i]), period[i]);
}

static void a_loss_that_does_not_fall_shrinks_the_period_by_gamma(void **fixture) {
    (void)fixture;
    const double loss[] = { 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 };
    const long period[] = { 15, 8, 4, 2, 1, 1, 1 };
    adacomm a = { .period = 20, .gamma = 0.5, .tau = 20 };
    for (int i = 0; i < 7; i++) assert_int_equal(a.tau = adacomm_period(&a, loss[i]), period[i]);
}

static void a_decayed_rate_enters_under_the_root(void **fixture) {
    (void)fixture;
    adacomm a = { .period = 20, .gamma = 0.5, .tau = 7 };
    assert_int_equal(adacomm_period(&a, 10 * 0.1), 4);      /* the candidate 20 is no less than 7 */
    a.tau = 30;
    assert_int_equal(adacomm_period(&a, 10 * 0.1), 20);
}

static void block_momentum_follows_its_recursion(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_vec_pool *pool = dt_vec_pool_new(1, arena);
    dt_optimiser optimiser = { .lr = 0.1 };
    dt_learning learning = { .optimiser = &optimiser, .vectors = pool };
    dt_worker w = { .learning = &learning, .factor = 1, .x = dt_vec_take(pool) };
    adacomm a = { .block_momentum = 0.3 };
    a.agreed = dt_vec_take(pool);
    a.agreed->x[0] = 1;
    w.x->x[0] = 0.9f;
    adacomm_block(&a, &w);
    assert_near(a.u->x[0], 1, 1e-6);
    assert_near(a.agreed->x[0], 0.9, 1e-6);
    w.x->x[0] = 0.85f;
    adacomm_block(&a, &w);
    assert_near(a.u->x[0], 0.8, 1e-6);
    assert_near(a.agreed->x[0], 0.82, 1e-6);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_period_follows_the_root_of_the_loss_ratio),
        cmocka_unit_test(a_loss_that_does_not_fall_shrinks_the_period_by_gamma),
        cmocka_unit_test(a_decayed_rate_enters_under_the_root),
        cmocka_unit_test(block_momentum_follows_its_recursion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
