/* optimiser_test.c - the steps of sgd and adam against the formulas written out by hand. */
#include "tests/test.h"
#include "optimiser/optimiser.h"
#include <math.h>

enum { STEPS = 6 };

static dt_optimiser sgd_open(double momentum, bool nesterov, double decay, dt_arena *run) {
    dt_optimiser o;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "sgd", run);
    dt_config_set_number(config, "momentum", momentum, run);
    dt_config_set_bool(config, "nesterov", nesterov, run);
    dt_config_set_number(config, "weight_decay", decay, run);
    dt_config_set_number(config, "lr", 0.05, run);
    assert_ok(dt_optimiser_open(&o, config, NULL, 0, run));
    assert_near(o.lr, 0.05, 0);
    return o;
}

/* Both sides see the gradient g_t = t of step t, plus decay x. */
static void sgd_against_hand(double momentum, bool nesterov, double decay) {
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o = sgd_open(momentum, nesterov, decay, run);
    float *memory = dt_arena_take(run, dt_optimiser_memory(&o, 1) + 1, 4), x = 2;
    double hand = 2, v = 0;
    for (long t = 1; t <= STEPS; t++) {
        float g = (float)t;
        dt_optimiser_step(&o, o.lr, t, (dt_slice){ 0, 1 }, &x, &g, memory, &x);
        double d = (double)t + decay * hand;
        v = momentum * v + d;
        hand -= 0.05 * (nesterov ? d + momentum * v : v);
        assert_near(x, hand, 1e-6);
    }
    dt_arena_free(run);
}

static void momentum_is_a_running_sum(void **fixture) {
    (void)fixture;
    sgd_against_hand(0.9, false, 0);
    sgd_against_hand(0.9, false, 0.01);
}

static void nesterov_looks_ahead(void **fixture) {
    (void)fixture;
    sgd_against_hand(0.9, true, 0.01);
}

static void plain_descent_needs_no_memory(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o = sgd_open(0, false, 0.5, run);
    float x[2] = { 1, -4 }, g[2] = { 2, 2 };
    assert_int_equal(dt_optimiser_memory(&o, 1000), 0);
    dt_optimiser_step(&o, 0.1, 1, (dt_slice){ 0, 2 }, x, g, NULL, x);
    assert_near(x[0], 1 - 0.1 * 2.5, 1e-7);
    assert_near(x[1], -4 - 0.1 * 0, 1e-7);
    sgd_against_hand(0, false, 0.01);
    sgd_against_hand(0, true, 0.01);
    dt_arena_free(run);
}

static void adam_corrects_its_bias(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "adam", run);
    assert_ok(dt_optimiser_open(&o, config, NULL, 0, run));
    float *memory = dt_arena_take(run, dt_optimiser_memory(&o, 2), 4), x[2] = { 1, 1 };
    double hand[2] = { 1, 1 }, m[2] = { 0 }, v[2] = { 0 };
    for (long t = 1; t <= STEPS; t++) {
        float g[2] = { (float)t, -0.01f * (float)(t * t) };
        dt_optimiser_step(&o, 0.1, t, (dt_slice){ 0, 2 }, x, g, memory, x);
        for (int i = 0; i < 2; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            hand[i] -= 0.1 * m[i] / (1 - pow(0.9, (double)t)) / (sqrt(v[i] / (1 - pow(0.999, (double)t))) + 1e-8);
            assert_near(x[i], hand[i], 1e-5);
        }
        if (t == 1) assert_near(x[1], 1.1, 1e-5);       /* the first step is the rate, whatever the gradient */
    }
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(momentum_is_a_running_sum),
        cmocka_unit_test(nesterov_looks_ahead),
        cmocka_unit_test(plain_descent_needs_no_memory),
        cmocka_unit_test(adam_corrects_its_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
