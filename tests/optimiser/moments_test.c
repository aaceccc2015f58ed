/* moments_test.c - first moments that travel in place of gradients: a step along one is the optimiser's own step, but for a second
 * moment that stays as it was. */
#include "tests/test.h"
#include "optimiser/optimiser.h"
#include <math.h>

enum { N = 37, STEPS = 9 };

static dt_arena *run;

static dt_optimiser opened(const char *json) {
    dt_config *config;
    dt_optimiser o;
    assert_ok(dt_config_parse(json, &config, run));
    assert_ok(dt_optimiser_open(&o, config, NULL, 0, run));
    return o;
}

static float gradient(long t, int i) { return (float)((i * 7 + t) % 11) - 5; }

/* Without a second moment nothing is frozen. */
static void steps_of_sgd_are_its_own(void **fixture) {
    (void)fixture;
    static const char *const sgd[] = { "{\"name\":\"sgd\"}", "{\"name\":\"sgd\",\"momentum\":0.9}", "{\"name\":\"sgd\",\"weight_decay\":0.1}",
                                       "{\"name\":\"sgd\",\"momentum\":0.9,\"nesterov\":true,\"weight_decay\":0.1,\"clip_norm\":3}" };
    for (size_t k = 0; k < sizeof sgd / sizeof *sgd; k++) {
        dt_optimiser o = opened(sgd[k]);
        float *memory = dt_arena_take(run, N, 4), *other = dt_arena_take(run, N, 4), x[N] = { 1 }, y[N] = { 1 }, g[N], m[N];
        for (long t = 1; t <= STEPS; t++) {
            for (int i = 0; i < N; i++) g[i] = gradient(t, i);
            dt_optimiser_step(&o, 0.1, t, (dt_slice){ 0, N }, x, g, memory, x);
            dt_optimiser_blend(&o, N, y, g, other, m);
            dt_optimiser_follow(&o, 0.1, t, 1, N, y, m, other, y);
            for (int i = 0; i < N; i++) assert_near(y[i], x[i], 1e-4);
        }
    }
}

/* By hand, in double: v stops after FROZEN steps, with the correction of then; m goes on. */
static void adam_goes_on_with_the_second_moment_it_had(void **fixture) {
    (void)fixture;
    enum { FROZEN = 4 };
    static const struct { const char *json; double decay; } kind[] = { { "{\"name\":\"adam\"}", 0 }, { "{\"name\":\"adamw\"}", 0.01 } };
    for (size_t k = 0; k < 2; k++) {
        dt_optimiser o = opened(kind[k].json);
        float memory[2] = { 0 }, x = 2, m;
        double hand = 2, first = 0, second = 0;
        for (long t = 1; t <= STEPS; t++) {
            float g = gradient(t, 1) + 0.5f;
            first = 0.9 * first + 0.1 * g;
            if (t <= FROZEN) {
                second = 0.999 * second + 0.001 * g * g;
                dt_optimiser_step(&o, 0.05, t, (dt_slice){ 0, 1 }, &x, &g, memory, &x);
            } else {
                dt_optimiser_blend(&o, 1, &x, &g, memory, &m);
                assert_near(m, first, 1e-6);
                dt_optimiser_follow(&o, 0.05, t, FROZEN, 1, &x, &m, memory, &x);
            }
            double by = 1 - pow(0.999, (double)(t < FROZEN ? t : FROZEN));
            hand = (1 - 0.05 * kind[k].decay) * hand - 0.05 * first / (1 - pow(0.9, (double)t)) / (sqrt(second / by) + 1e-8);
            assert_near(x, hand, 1e-5);
        }
    }
}

/* What a compressor makes of its 0 must not be divided by eps. */
static void an_entry_that_never_had_a_gradient_stays(void **fixture) {
    (void)fixture;
    dt_optimiser o = opened("{\"name\":\"adam\"}");
    float memory[4] = { 0 }, x[2] = { 1, 1 };
    const float g[2] = { 1, 0 }, m[2] = { 0.5f, 0.5f };
    dt_optimiser_step(&o, 0.1, 1, (dt_slice){ 0, 2 }, x, g, memory, x);
    dt_optimiser_follow(&o, 0.1, 2, 1, 2, x, m, memory, x);
    assert_float_equal(x[1], 1, 0);
    assert_float_equal(memory[1], 0, 0);
    assert_near(x[0], 0.9 - 0.1 * 0.5 / 0.19, 1e-5);
}

static int setup(void **fixture) {
    (void)fixture;
    return (run = dt_arena_new(0)) == NULL;
}
static int teardown(void **fixture) {
    (void)fixture;
    dt_arena_free(run);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_sgd_are_its_own),
        cmocka_unit_test(adam_goes_on_with_the_second_moment_it_had),
        cmocka_unit_test(an_entry_that_never_had_a_gradient_stays),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
