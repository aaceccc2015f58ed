/* margin_test.c - the closed values of linear, logistic and soft-SVM losses. */
#include "tests/test.h"
#include "model/model.h"
#include <math.h>

static const float rows[] = { 1, 2, 2, 0, 0, 1, -1, 1 };       /* node A has the first three, node B the last */
static const float classes[] = { 1, 0, 1, 0 };

static dt_model model_open(const char *name, const char *form, bool bias, size_t kinds, dt_arena *run) {
    dt_model m;
    dt_shape shape = { .features = 2, .classes = kinds };
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, name, run);
    dt_config_set_bool(config, "bias", bias, run);
    if (form != NULL) dt_config_set_text(config, "form", form, run);
    assert_ok(dt_model_open(&m, config, &shape, run));
    return m;
}

static double gradient(const dt_model *m, const float *x, dt_batch batch, float *g) {
    double scratch[512];
    assert_true(dt_model_scratch(m, batch.m) <= 2 * 512);
    return dt_model_gradient(m, x, &batch, g, (float *)scratch);
}

static void descend(const dt_model *m, dt_batch batch, float *x) {
    float g[2];
    gradient(m, x, batch, g);
    for (int i = 0; i < 2; i++) x[i] -= 0.5f * g[i];
}

static void logistic_follows_its_known_path(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m = model_open("logistic", NULL, false, 2, run);
    const double path[][2] = { { 0, 0.125 }, { -0.003870890939005, 0.226653531435111 },
                               { -0.010028023589308, 0.309802328198273 }, { -0.017344726810596, 0.378326283387931 } };
    float w[2], a[2] = { 0, 0 }, b[2] = { 0, 0 };
    dt_model_start(&m, 1, w);
    for (int t = 0; t < 4; t++) {
        descend(&m, (dt_batch){ 4, rows, classes, NULL }, w);
        for (int i = 0; i < 2; i++) assert_near(w[i], path[t][i], 1e-7);
    }
    descend(&m, (dt_batch){ 3, rows, classes, NULL }, a);
    descend(&m, (dt_batch){ 1, rows + 6, classes + 3, NULL }, b);
    assert_near(a[0], -1.0 / 12, 1e-7);
    assert_near(a[1], 0.25, 1e-7);
    assert_near(b[0], 0.25, 1e-7);
    assert_near(b[1], -0.25, 1e-7);
    dt_arena_free(run);
}

static void logistic_survives_large_scores(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m = model_open("logistic", NULL, false, 2, run);
    float w[2] = { 0, 5000 }, g[2], sample[2] = { 0, 1 };
    float zero = 0, one = 1;
    assert_near(gradient(&m, w, (dt_batch){ 1, sample, &zero, NULL }, g), 5000, 1e-9);
    assert_near(g[1], 1, 1e-7);
    assert_near(gradient(&m, w, (dt_batch){ 1, sample, &one, NULL }, g), 0, 1e-9);
    assert_near(g[1], 0, 1e-7);
    dt_arena_free(run);
}

static void svm_at_zero_has_half_or_whole_loss(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    /* mean of y x is ((1,2) - (2,0) + (0,1) - (-1,1)) / 4 = (0, 1/2) */
    const char *forms[] = { "squared", "hinge" };
    for (int i = 0; i < 2; i++) {
        dt_model m = model_open("svm", forms[i], false, 2, run);
        float w[2] = { 0, 0 }, g[2];
        assert_near(gradient(&m, w, (dt_batch){ 4, rows, classes, NULL }, g), i == 0 ? 0.5 : 1, 1e-12);
        assert_near(g[0], 0, 1e-7);
        assert_near(g[1], -0.5, 1e-7);
    }
    dt_arena_free(run);
}

static void svm_penalises_weights_but_not_the_bias(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    float x[3] = { 3, 4, 100 }, g[3], sample[2] = { 0, 0 }, one = 1;      /* lambda is 0.1; the hinge is far off */
    dt_model hinge = model_open("svm", "hinge", true, 2, run), squared = model_open("svm", "squared", true, 2, run);
    assert_near(gradient(&hinge, x, (dt_batch){ 1, sample, &one, NULL }, g), 0.5, 1e-7);
    assert_near(g[0], 0.06, 1e-7);
    assert_near(g[1], 0.08, 1e-7);
    assert_near(g[2], 0, 0);
    assert_near(gradient(&squared, x, (dt_batch){ 1, sample, &one, NULL }, g), 1.25, 1e-7);
    assert_near(g[0], 0.3, 1e-7);
    assert_near(g[1], 0.4, 1e-7);
    assert_near(g[2], 0, 0);
    dt_arena_free(run);
}

static void hinge_has_no_slope_at_its_kink(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m = model_open("svm", "hinge", true, 2, run);
    float x[3] = { 0, 0, 1 }, g[3], sample[2] = { 2, 3 }, one = 1;
    assert_near(gradient(&m, x, (dt_batch){ 1, sample, &one, NULL }, g), 0, 0);
    for (int i = 0; i < 3; i++) assert_near(g[i], 0, 0);
    dt_arena_free(run);
}

static void linear_has_half_the_square(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m = model_open("linear", NULL, true, 0, run);
    float x[3] = { 1, 2, 0.5f }, g[3], samples[4] = { 1, 1, 2, 0 }, y[2] = { 4, 0.5f };    /* gaps -1/2 and 2 */
    assert_near(gradient(&m, x, (dt_batch){ 2, samples, y, NULL }, g), 0.5 * (0.125 + 2), 1e-7);
    assert_near(g[0], 0.5 * (-0.5 + 4), 1e-7);
    assert_near(g[1], 0.5 * -0.5, 1e-7);
    assert_near(g[2], 0.5 * (-0.5 + 2), 1e-7);
    dt_arena_free(run);
}

static void two_classes_are_needed(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_model m;
    dt_config *config = dt_config_new(run);
    dt_shape shape = { .features = 2, .classes = 10 };
    dt_config_set_text(config, NULL, "logistic", run);
    assert_refused(dt_model_open(&m, config, &shape, run), DT_EINVAL, "expected 2 classes as target, got 10");
    assert_string_equal(dt_reason_path(), "model");
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logistic_follows_its_known_path),
        cmocka_unit_test(logistic_survives_large_scores),
        cmocka_unit_test(svm_at_zero_has_half_or_whole_loss),
        cmocka_unit_test(svm_penalises_weights_but_not_the_bias),
        cmocka_unit_test(hinge_has_no_slope_at_its_kink),
        cmocka_unit_test(linear_has_half_the_square),
        cmocka_unit_test(two_classes_are_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
