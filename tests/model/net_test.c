/* net_test.c - layered classifiers: their published sizes, their charges, images of several planes, and learning. */
#include "tests/test.h"
#include "model/model.h"
#include <math.h>

static const dt_shape mnist = { 784, 10, 1, 28, 28 };

static dt_config *named(const char *name, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, name, run);
    return config;
}

static void sizes_are_the_published_ones(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    assert_ok(dt_model_open(&m, named("mlp", run), &mnist, run));
    assert_int_equal(m.n, 199210);
    assert_ok(dt_model_open(&m, named("cnn", run), &mnist, run));
    assert_int_equal(m.n, 1663370);
    assert_ok(dt_model_open(&m, named("softmax", run), &mnist, run));
    assert_int_equal(m.n, 7850);
    assert_refused(dt_model_open(&m, NULL, &mnist, run), DT_EINVAL, "is missing");
    dt_arena_free(run);
}

static void charges_are_two_and_four_flops_a_weight(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    assert_ok(dt_model_open(&m, named("mlp", run), &mnist, run));
    double weights = 784 * 200 + 200 * 200 + 200 * 10, units = 400;
    assert_near(m.forward_flops, 2 * weights + units, 0);
    assert_near(m.backward_flops, 4 * weights + units, 0);
    assert_string_equal(m.layer[2].name, "dense2");
    assert_int_equal(m.layer[2].first, 784 * 200 + 200);
    assert_near(m.layer[2].activation_bytes, 800, 0);
    dt_arena_free(run);
}

static dt_config *mlp_in_groups(const double *width, size_t widths, double groups, double shared, dt_arena *run) {
    dt_config *config = named("mlp", run);
    dt_config *list = dt_config_set_table(config, "widths", run);
    for (size_t i = 0; i < widths; i++) dt_config_set_number(list, NULL, width[i], run);
    dt_config_set_number(config, "groups", groups, run);
    dt_config_set_number(config, "shared", shared, run);
    return config;
}

/* 6 classes in 3 groups: whatever becomes of the blocks of the second, the scores of the other classes stay the same to the bit. */
static void a_class_is_scored_by_its_group_alone(void **fixture) {
    (void)fixture;
    enum { ROWS = 70, CLASSES = 6, GROUPS = 3 };
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    const dt_shape shape = { 5, CLASSES, 0, 0, 0 };
    assert_ok(dt_model_open(&m, mlp_in_groups((const double[]){ 8, 12, 9 }, 3, GROUPS, 1, run), &shape, run));
    assert_int_equal(m.n, (5 + 1) * 8 + (8 + 1) * 12 + GROUPS * (4 + 1) * 3 + GROUPS * (3 + 1) * 2);
    assert_int_equal(m.layer[0].columns, 8);
    for (size_t l = 0; l < m.layers; l++)       /* a compressor would take blocks for rows of one matrix */
        if (strncmp(m.layer[l].name, "grouped", 7) == 0) assert_int_equal(m.layer[l].columns, 0);
    float *x = dt_arena_take(run, m.n, 4), *in = dt_arena_take(run, ROWS * 5, 4), *y = dt_arena_take(run, ROWS, 4);
    float *z = dt_arena_take(run, 2 * ROWS * CLASSES, 4), *scratch = dt_arena_take(run, dt_model_scratch(&m, ROWS), 4);
    dt_rng *rng = dt_rng_stream(run, 7, 0, "test");
    for (size_t i = 0; i < ROWS * 5; i++) in[i] = (float)(2 * gsl_rng_uniform(rng) - 1);
    dt_batch batch = { ROWS, in, y, NULL };
    dt_model_start(&m, 1, x);
    dt_model_predict(&m, x, &batch, scratch, z);
    for (size_t l = 0; l < m.layers; l++) {
        size_t block = m.layer[l].params / GROUPS;
        for (size_t i = 0; strncmp(m.layer[l].name, "grouped", 7) == 0 && i < block; i++) x[m.layer[l].first + block + i] += 3;
    }
    dt_model_predict(&m, x, &batch, scratch, z + ROWS * CLASSES);
    size_t changed = 0;
    for (size_t i = 0; i < ROWS * CLASSES; i++) {
        bool same = memcmp(&z[i], &z[ROWS * CLASSES + i], sizeof *z) == 0, own = i % CLASSES / 2 == 1;
        if (!own) assert_true(same);
        changed += own && !same;
    }
    assert_int_equal(changed, ROWS * CLASSES / GROUPS);
    dt_arena_free(run);
}

static void groups_that_do_not_fit_are_refused(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    const double width[] = { 20, 30 };
    assert_refused(dt_model_open(&m, mlp_in_groups(width, 2, 11, 0, run), &mnist, run), DT_EINVAL, "at most 10 groups");
    assert_refused(dt_model_open(&m, mlp_in_groups(width, 2, 5, 2, run), &mnist, run), DT_EINVAL, "fewer shared layers than the 2");
    assert_refused(dt_model_open(&m, mlp_in_groups(width, 2, 4, 1, run), &mnist, run), DT_EINVAL, "multiples of the 4 groups");
    assert_refused(dt_model_open(&m, mlp_in_groups(width, 2, 1, 1, run), &mnist, run), DT_EINVAL, "without groups");
    assert_ok(dt_model_open(&m, mlp_in_groups(width, 2, 10, 1, run), &mnist, run));
    dt_arena_free(run);
}

/* With the second plane black, the weights that look at it must not matter, and those of the first must. */
static void planes_of_an_image_are_kept_apart(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    dt_shape shape = { 32, 2, 2, 4, 4 };
    dt_config *config = named("cnn", run);
    dt_config_set_number(config, "filters", 3, run);
    dt_config_set_number(config, "kernel", 3, run);
    dt_config_set_number(config, "units", 4, run);
    assert_ok(dt_model_open(&m, config, &shape, run));
    float sample[32] = { 0 }, y = 1, *x = dt_arena_take(run, m.n, 4), *g = dt_arena_take(run, m.n, 4);
    float *scratch = dt_arena_take(run, dt_model_scratch(&m, 1), 4);
    for (int i = 0; i < 16; i++) sample[i] = (float)(i % 5) + 1;
    dt_batch batch = { 1, sample, &y, NULL };
    dt_model_start(&m, 1, x);
    dt_model_gradient(&m, x, &batch, g, scratch);
    double first = 0, second = 0;
    for (size_t patch = 0; patch < 9; patch++)      /* W is [kernel][kernel][channels][filters] */
        for (size_t f = 0; f < 3; f++) {
            first += fabsf(g[(2 * patch) * 3 + f]);
            second += fabsf(g[(2 * patch + 1) * 3 + f]);
        }
    assert_true(first > 0);
    assert_true(second == 0);
    dt_arena_free(run);
}

static void zero_weights_give_the_logarithm_of_the_classes(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    dt_shape shape = { .features = 2, .classes = 3 };
    assert_ok(dt_model_open(&m, named("softmax", run), &shape, run));
    float x[9], g[9], sample[2] = { 1, 2 }, y = 2, *scratch = dt_arena_take(run, dt_model_scratch(&m, 1), 4);
    dt_batch batch = { 1, sample, &y, NULL };
    dt_model_start(&m, 1, x);
    assert_near(dt_model_gradient(&m, x, &batch, g, scratch), log(3), 1e-6);
    const double wanted[9] = { 1 / 3., 1 / 3., -2 / 3., 2 / 3., 2 / 3., -4 / 3., 1 / 3., 1 / 3., -2 / 3. };
    for (int i = 0; i < 9; i++) assert_near(g[i], wanted[i], 1e-6);
    x[8] = 1e4f;        /* a bias that would overflow an exponential */
    assert_near(dt_model_gradient(&m, x, &batch, g, scratch), 0, 1e-6);
    y = 0;
    assert_near(dt_model_gradient(&m, x, &batch, g, scratch), 1e4, 1e-6);
    dt_arena_free(run);
}

static void exclusive_or_is_learned(void **fixture) {
    (void)fixture;
    const char *activations[] = { "relu", "tanh" };
    for (int a = 0; a < 2; a++) {
        dt_arena *run = dt_arena_new(0);
        dt_model m;
        dt_shape shape = { .features = 2, .classes = 2 };
        dt_config *config = named("mlp", run);
        dt_config_set_number(config, "widths", 16, run);
        dt_config_set_text(config, "activation", activations[a], run);
        assert_ok(dt_model_open(&m, config, &shape, run));
        float samples[8] = { 0, 0, 0, 1, 1, 0, 1, 1 }, y[4] = { 0, 1, 1, 0 };
        float *x = dt_arena_take(run, m.n, 4), *g = dt_arena_take(run, m.n, 4);
        float *scratch = dt_arena_take(run, dt_model_scratch(&m, 4), 4);
        dt_batch batch = { 4, samples, y, NULL };
        double loss = 1;
        dt_model_start(&m, 1, x);
        for (int step = 0; step < 2000; step++) {
            loss = dt_model_gradient(&m, x, &batch, g, scratch);
            for (size_t i = 0; i < m.n; i++) x[i] -= 0.5f * g[i];
        }
        assert_true(loss < 0.05);
        dt_arena_free(run);
    }
}

static void unfit_data_is_refused_with_advice(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    dt_shape plain = { .features = 20, .classes = 10 }, real = { .features = 20 }, tiny = { 9, 10, 1, 3, 3 };
    assert_refused(dt_model_open(&m, named("cnn", run), &plain, run), DT_EINVAL, "\"mlp\" takes them");
    assert_refused(dt_model_open(&m, named("softmax", run), &real, run), DT_EINVAL, "\"linear\" takes it");
    assert_refused(dt_model_open(&m, named("cnn", run), &tiny, run), DT_EINVAL, "at least 2 x 2, got 1 x 1");
    assert_string_equal(dt_reason_path(), "model");
    dt_config *config = named("mlp", run);
    dt_config_set_number(config, "widths", 20.5, run);
    assert_refused(dt_model_open(&m, config, &plain, run), DT_EINVAL, "expected a whole number, got 20.5");
    assert_string_equal(dt_reason_path(), "model.widths");
    dt_arena_free(run);
}

static void scratch_does_not_follow_the_batch(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    assert_ok(dt_model_open(&m, named("cnn", run), &mnist, run));
    assert_true(dt_model_scratch(&m, 60000) == dt_model_scratch(&m, 1000));
    assert_true(dt_model_scratch(&m, 10) < dt_model_scratch(&m, 50));
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_the_published_ones),
        cmocka_unit_test(charges_are_two_and_four_flops_a_weight),
        cmocka_unit_test(a_class_is_scored_by_its_group_alone),
        cmocka_unit_test(groups_that_do_not_fit_are_refused),
        cmocka_unit_test(planes_of_an_image_are_kept_apart),
        cmocka_unit_test(zero_weights_give_the_logarithm_of_the_classes),
        cmocka_unit_test(exclusive_or_is_learned),
        cmocka_unit_test(unfit_data_is_refused_with_advice),
        cmocka_unit_test(scratch_does_not_follow_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
