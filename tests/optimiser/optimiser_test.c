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

/* ---- against the same formulas in double ---------------------------------------------------- */

enum { N = 23, LAYERS = 3 };
static const dt_slice layer[LAYERS] = { { 0, 4 }, { 4, 12 }, { 16, N - 16 } };

static dt_optimiser opened(const char *json, dt_arena *run) {
    dt_optimiser o;
    dt_config *config;
    assert_ok(dt_config_parse(json, &config, run));
    assert_ok(dt_optimiser_open(&o, config, layer, LAYERS, run));
    return o;
}

/* The gradient of step t: that of a bowl, turning. */
static float slope(int i, long t, float x) { return (float)(x * (float)(1 + i % 3) - cos(0.7 * (double)t + i)); }

static double length(const double *v, dt_slice l) {
    double sum = 0;
    for (size_t i = l.first; i < l.first + l.count; i++) sum += v[i] * v[i];
    return sqrt(sum);
}

/* One step of the reference: x -= the step along g. */
typedef void reference(double *x, const double *g, double *m, double *v, long t, double rate);

static void walks_as(const char *json, reference *step, double rate) {
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o = opened(json, run);
    float *memory = dt_arena_take(run, dt_optimiser_memory(&o, N) + 1, 4), x[N], g[N];
    double hand[N], own[N], m[N] = { 0 }, v[N] = { 0 };
    for (int i = 0; i < N; i++) hand[i] = x[i] = (float)sin(i + 1) * 2;
    for (long t = 1; t <= 60; t++) {
        for (int i = 0; i < N; i++) own[i] = g[i] = slope(i, t, x[i]);
        dt_optimiser_step(&o, rate, t, (dt_slice){ 0, N }, x, g, memory, x);
        step(hand, own, m, v, t, rate);
        for (int i = 0; i < N; i++) assert_near(x[i], hand[i], 2e-5);
    }
    dt_arena_free(run);
}

static void by_adamw(double *x, const double *g, double *m, double *v, long t, double rate) {
    for (int i = 0; i < N; i++) {
        m[i] = 0.8 * m[i] + 0.2 * g[i];
        v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
        double moved = m[i] / (1 - pow(0.8, (double)t)) / (sqrt(v[i] / (1 - pow(0.95, (double)t))) + 1e-6);
        x[i] = x[i] - rate * 0.3 * x[i] - rate * moved;
    }
}

static void adamw_decays_beside_the_moments(void **fixture) {
    (void)fixture;
    walks_as("{\"name\":\"adamw\",\"beta1\":0.8,\"beta2\":0.95,\"eps\":1e-6,\"weight_decay\":0.3}", by_adamw, 0.02);
}

/* Where the gradient is 0 nothing but the decay is left, whatever the moments: (1 - rate decay)^t. */
static void decay_that_is_decoupled_is_geometric(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o = opened("{\"name\":\"adamw\",\"weight_decay\":0.5}", run);
    float *memory = dt_arena_take(run, dt_optimiser_memory(&o, 2), 4), x[2] = { 3, -2 };
    const float none[2] = { 0, 0 };
    for (long t = 1; t <= 40; t++) dt_optimiser_step(&o, 0.1, t, (dt_slice){ 0, 2 }, x, none, memory, x);
    assert_near(x[0], 3 * pow(0.95, 40), 1e-5);
    assert_near(x[1], -2 * pow(0.95, 40), 1e-5);
    dt_arena_free(run);
}

static void by_lars(double *x, const double *g, double *m, double *v, long t, double rate) {
    (void)v, (void)t;
    for (int l = 0; l < LAYERS; l++) {
        double local = 0.02 * length(x, layer[l]) / (length(g, layer[l]) + 0.1 * length(x, layer[l]) + 1e-8);
        for (size_t i = layer[l].first; i < layer[l].first + layer[l].count; i++) {
            m[i] = 0.7 * m[i] + rate * local * (g[i] + 0.1 * x[i]);
            x[i] -= m[i];
        }
    }
}

static void lars_gives_each_layer_a_rate_of_its_own(void **fixture) {
    (void)fixture;
    walks_as("{\"name\":\"lars\",\"momentum\":0.7,\"weight_decay\":0.1,\"trust_coefficient\":0.02}", by_lars, 0.5);
}

/* Without momentum and decay a step is as long as rate * trust_coefficient * |w|, whatever the gradient. */
static void a_step_of_lars_is_a_share_of_the_weights(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o = opened("{\"name\":\"lars\",\"momentum\":0,\"trust_coefficient\":0.01}", run);
    assert_int_equal(dt_optimiser_memory(&o, N), 0);
    float x[N], g[N], out[N];
    for (int i = 0; i < N; i++) {
        x[i] = (float)(i + 1);
        g[i] = (i < 4 ? 1e-4f : 1e4f) * (float)(i % 5 + 1);
    }
    dt_optimiser_step(&o, 2, 1, (dt_slice){ 0, N }, x, g, NULL, out);
    for (int l = 0; l < LAYERS; l++) {
        double moved[N], weights[N];
        for (int i = 0; i < N; i++) {
            moved[i] = (double)x[i] - out[i];
            weights[i] = x[i];
        }
        assert_near(length(moved, layer[l]) / length(weights, layer[l]), 2 * 0.01, 2e-6);
    }
    dt_arena_free(run);
}

static void by_lamb(double *x, const double *g, double *m, double *v, long t, double rate) {
    double r[N];
    for (int i = 0; i < N; i++) {
        m[i] = 0.8 * m[i] + 0.2 * g[i];
        v[i] = 0.95 * v[i] + 0.05 * g[i] * g[i];
        r[i] = m[i] / (1 - pow(0.8, (double)t)) / (sqrt(v[i] / (1 - pow(0.95, (double)t))) + 1e-6) + 0.3 * x[i];
    }
    for (int l = 0; l < LAYERS; l++) {
        double trust = length(x, layer[l]) / length(r, layer[l]);
        for (size_t i = layer[l].first; i < layer[l].first + layer[l].count; i++) x[i] -= rate * trust * r[i];
    }
}

static void lamb_goes_as_far_as_the_weights_of_a_layer_are_long(void **fixture) {
    (void)fixture;
    walks_as("{\"name\":\"lamb\",\"beta1\":0.8,\"beta2\":0.95,\"weight_decay\":0.3}", by_lamb, 0.01);
}

/* Layers whose weights are all 0 leave that point: with a plain step, or Adam's. */
static void layers_of_zeros_move(void **fixture) {
    (void)fixture;
    const struct { const char *json; double first; } cases[] = { { "{\"name\":\"lars\"}", -0.1 * 4 }, { "{\"name\":\"lamb\"}", -0.1 } };
    for (int k = 0; k < 2; k++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(cases[k].json, run);
        float *memory = dt_arena_take(run, dt_optimiser_memory(&o, 4) + 1, 4), x[4] = { 0 };
        const float g[4] = { 4, 1, -1, 2 };
        dt_optimiser_step(&o, 0.1, 1, layer[0], x, g, memory, x);
        assert_near(x[0], cases[k].first, 1e-5);
        dt_arena_free(run);
    }
}

static void by_adagrad(double *x, const double *g, double *m, double *v, long t, double rate) {
    for (int i = 0; i < N; i++) {
        m[i] = 0.8 * m[i] + 0.2 * g[i];
        v[i] = (t == 1 ? 0.25 : v[i]) + g[i] * g[i];
        x[i] -= rate * m[i] / (sqrt(v[i]) + 1e-3);
    }
}

static void adagrad_divides_by_the_root_of_all_squares_so_far(void **fixture) {
    (void)fixture;
    walks_as("{\"name\":\"adagrad\",\"beta1\":0.8,\"initial\":0.25,\"eps\":1e-3}", by_adagrad, 0.1);
}

/* Under a constant gradient step t is rate / sqrt(t); an entry that never had a gradient stays where it is. */
static void steps_of_adagrad_fall_with_the_root_of_their_number(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_optimiser o = opened("{\"name\":\"adagrad\"}", run);
    assert_int_equal(dt_optimiser_memory(&o, 2), 2);
    float *memory = dt_arena_take(run, 2, 4), x[2] = { 0, 7 };
    const float g[2] = { 5, 0 };
    double hand = 0;
    for (long t = 1; t <= 30; t++) {
        dt_optimiser_step(&o, 0.1, t, (dt_slice){ 0, 2 }, x, g, memory, x);
        hand -= 0.1 / sqrt((double)t);
        assert_near(x[0], hand, 1e-5);
        assert_near(x[1], 7, 0);
    }
    dt_arena_free(run);
}

static void by_yogi(double *x, const double *g, double *m, double *v, long t, double rate) {
    for (int i = 0; i < N; i++) {
        double past = t == 1 ? 0.01 : v[i], square = g[i] * g[i];
        m[i] = 0.8 * m[i] + 0.2 * g[i];
        v[i] = past - 0.05 * square * (past > square ? 1 : -1);
        x[i] -= rate * m[i] / (sqrt(v[i]) + 1e-3);
    }
}

static void yogi_moves_its_mean_square_by_a_share_of_the_new_square(void **fixture) {
    (void)fixture;
    walks_as("{\"name\":\"yogi\",\"beta1\":0.8,\"beta2\":0.95,\"initial\":0.01}", by_yogi, 0.02);
}

static void by_fedadam(double *x, const double *g, double *m, double *v, long t, double rate) {
    (void)t;
    for (int i = 0; i < N; i++) {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i];
        x[i] -= rate * m[i] / (sqrt(v[i]) + 1e-3);
    }
}

static void adam_without_bias_correction_is_that_of_fedadam(void **fixture) {
    (void)fixture;
    walks_as("{\"name\":\"adam\",\"beta2\":0.99,\"eps\":1e-3,\"bias_correction\":false}", by_fedadam, 0.02);
}

/* The gradient .1 where the mean square is .04, the share being .01: Yogi has .04 - .0001, Adam .99 * .04 + .0001. */
static void yogi_forgets_more_slowly_than_adam(void **fixture) {
    (void)fixture;
    const struct { const char *json; double square; } cases[] = {
        { "{\"name\":\"yogi\",\"beta2\":0.99}", 0.0399 },
        { "{\"name\":\"adam\",\"beta2\":0.99,\"bias_correction\":false}", 0.0397 },
    };
    for (int k = 0; k < 2; k++) {
        dt_arena *run = dt_arena_new(0);
        dt_optimiser o = opened(cases[k].json, run);
        float memory[2] = { 0, 0.04f }, x = 0;
        const float g = 0.1f;
        dt_optimiser_step(&o, 0.1, 2, (dt_slice){ 0, 1 }, &x, &g, memory, &x);
        assert_near(memory[1], cases[k].square, 1e-8);
        dt_arena_free(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adagrad_divides_by_the_root_of_all_squares_so_far),
        cmocka_unit_test(steps_of_adagrad_fall_with_the_root_of_their_number),
        cmocka_unit_test(yogi_moves_its_mean_square_by_a_share_of_the_new_square),
        cmocka_unit_test(adam_without_bias_correction_is_that_of_fedadam),
        cmocka_unit_test(yogi_forgets_more_slowly_than_adam),
        cmocka_unit_test(momentum_is_a_running_sum),
        cmocka_unit_test(nesterov_looks_ahead),
        cmocka_unit_test(plain_descent_needs_no_memory),
        cmocka_unit_test(adam_corrects_its_bias),
        cmocka_unit_test(adamw_decays_beside_the_moments),
        cmocka_unit_test(decay_that_is_decoupled_is_geometric),
        cmocka_unit_test(lars_gives_each_layer_a_rate_of_its_own),
        cmocka_unit_test(a_step_of_lars_is_a_share_of_the_weights),
        cmocka_unit_test(lamb_goes_as_far_as_the_weights_of_a_layer_are_long),
        cmocka_unit_test(layers_of_zeros_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
