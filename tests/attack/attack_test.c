/* attack_test.c - what each attack makes of a truth. */
#include "tests/test.h"
#include "attack/attack.h"
#include <gsl/gsl_statistics_float.h>
#include <math.h>

static dt_arena *arena;

static dt_attack opened(const char *name, const char *key, double value) {
    dt_attack a;
    dt_config *node = dt_config_new(arena);
    dt_config_set_text(node, NULL, name, arena);
    if (key != NULL) dt_config_set_number(node, key, value, arena);
    assert_ok(dt_attack_open(&a, node, 3, 1, arena));
    return a;
}

static void reverse_is_minus_a_hundred_times_the_truth(void **fixture) {
    (void)fixture;
    dt_attack a = opened("reverse", NULL, 0), b = opened("reverse", "factor", 2);
    float x[] = { 1, -0.5f, 0 }, y[] = { 1, -0.5f, 0 };
    dt_attack_forge(&a, 0, 1, 3, x);
    dt_attack_forge(&b, 0, 1, 3, y);
    assert_true(x[0] == -100 && x[1] == 50 && x[2] == 0);
    assert_true(y[0] == -2 && y[1] == 1 && y[2] == 0);
}

static void constant_is_minus_a_hundred_whatever_the_truth(void **fixture) {
    (void)fixture;
    dt_attack a = opened("constant", NULL, 0);
    float x[] = { 1, NAN, INFINITY };
    dt_attack_forge(&a, 0, 1, 3, x);
    for (int i = 0; i < 3; i++) assert_true(x[i] == -100);
}

static void noise_has_its_deviation_and_is_new_in_every_lie(void **fixture) {
    (void)fixture;
    enum { N = 20000 };
    static float x[N], y[N];
    dt_attack a = opened("noise", "deviation", 3);
    dt_attack_forge(&a, 0, 1, N, x);
    dt_attack_forge(&a, 0, 1, N, y);
    assert_near(gsl_stats_float_mean(x, 1, N), 0, 0.1);
    assert_near(gsl_stats_float_sd(x, 1, N), 3, 0.03);
    assert_near(gsl_stats_float_correlation(x, 1, y, 1, N), 0, 0.03);
}

static void noise_may_be_added_to_the_truth(void **fixture) {
    (void)fixture;
    float x[2] = { 10, 20 };
    dt_attack a;
    dt_config *node = dt_config_new(arena);
    dt_config_set_text(node, NULL, "noise", arena);
    dt_config_set_bool(node, "added", true, arena);
    dt_config_set_number(node, "deviation", 0.1, arena);
    assert_ok(dt_attack_open(&a, node, 3, 1, arena));
    dt_attack_forge(&a, 0, 1, 2, x);
    assert_near(x[0], 10, 0.1);
    assert_near(x[1], 20, 0.1);
    assert_true(x[0] != 10 && x[1] != 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reverse_is_minus_a_hundred_times_the_truth),
        cmocka_unit_test(constant_is_minus_a_hundred_whatever_the_truth),
        cmocka_unit_test(noise_has_its_deviation_and_is_new_in_every_lie),
        cmocka_unit_test(noise_may_be_added_to_the_truth),
    };
    arena = dt_arena_new(0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
