/* drawn_test.c - generated sets have the distribution they name. */
#include "tests/data/set.h"
#include <math.h>

/* Load name with one or two numbers set. */
static dt_data load(const char *name, const char *key, double value, const char *key2, double value2, size_t workers,
                    dt_arena *arena) {
    dt_data d;
    dt_config *node = set_node(name, NULL, arena);
    if (key != NULL) dt_config_set_number(node, key, value, arena);
    if (key2 != NULL) dt_config_set_number(node, key2, value2, arena);
    assert_ok(dt_data_load(node, 11, workers, &d, arena));
    return d;
}

/* Mean of column j over the rows of class c (any class: c < 0), and the mean square around it. */
static double column_mean(const dt_data *d, size_t j, int c, double *square) {
    double sum = 0, sum2 = 0, count = 0;
    for (size_t i = 0; i < d->train.rows; i++) {
        if (c >= 0 && d->train.y[i] != (float)c) continue;
        double x = (double)d->train.x[i * d->shape.features + j];
        sum += x;
        sum2 += x * x;
        count++;
    }
    if (square != NULL) *square = sum2 / count - sum / count * (sum / count);
    return sum / count;
}

static void gaussian_noise_is_unit_around_means_of_the_given_spread(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = load("gaussian", "rows", 40000, NULL, 0, 1, arena);
    double between = 0, within = 0, square;
    assert_int_equal(d.shape.features, 20);
    assert_int_equal(d.shape.classes, 10);
    for (int c = 0; c < 10; c++)
        for (size_t j = 0; j < 20; j++) {
            double mean = column_mean(&d, j, c, &square);
            between += mean * mean / 200;
            within += square / 200;
        }
    assert_near(within, 1, 0.02);
    assert_near(sqrt(between), 0.6, 0.1);
    dt_arena_free(arena);
}

static void gaussian_rows_stay_when_more_are_drawn(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data few = load("gaussian", "rows", 10, NULL, 0, 1, arena);
    dt_data many = load("gaussian", "rows", 500, NULL, 0, 1, arena);
    assert_memory_equal(few.train.x, many.train.x, 200 * sizeof(float));
    assert_memory_equal(few.test.x, many.test.x, few.test.rows * 20 * sizeof(float));
    dt_arena_free(arena);
}

static void linear_columns_have_the_condition_asked_for(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = load("linear", "rows", 40000, "condition", 100, 1, arena);
    double first, last;
    assert_int_equal(d.shape.classes, 0);
    column_mean(&d, 0, -1, &first);
    column_mean(&d, 19, -1, &last);
    assert_near(first / last, 100, 0.05);
    dt_arena_free(arena);
}

static void synthetic_devices_keep_their_samples_when_others_join(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data few = load("synthetic", "max_samples", 200, NULL, 0, 3, arena);
    dt_data many = load("synthetic", "max_samples", 200, NULL, 0, 9, arena);
    size_t n = few.shape.features;
    assert_int_equal(n, 60);
    assert_memory_equal(few.train.x, many.train.x, few.train.rows * n * sizeof(float));
    assert_int_equal(few.train.owner[few.train.rows - 1], 2);
    assert_int_equal(many.train.owner[many.train.rows - 1], 8);
    dt_arena_free(arena);
}

static void synthetic_holds_back_a_tenth_of_each_device(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = load("synthetic", NULL, 0, NULL, 0, 20, arena);
    for (int32_t k = 0; k < 20; k++) {
        size_t train = 0, test = 0;
        for (size_t i = 0; i < d.train.rows; i++) train += d.train.owner[i] == k;
        for (size_t i = 0; i < d.test.rows; i++) test += d.test.owner[i] == k;
        assert_true(train + test >= 50);
        assert_int_equal(train, (size_t)(0.9 * (double)(train + test)));
    }
    dt_arena_free(arena);
}

/* S_jj = j^-1.2: with iid and beta = 0 every input is N(0, S), whoever the device. */
static void synthetic_iid_inputs_have_the_covariance_of_the_source(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_config *node = set_node("synthetic", NULL, arena);
    dt_data d;
    double square;
    dt_config_set_bool(node, "iid", true, arena);
    dt_config_set_number(node, "beta", 0, arena);
    dt_config_set_number(node, "min_samples", 1000, arena);
    assert_ok(dt_data_load(node, 2, 30, &d, arena));
    for (size_t j = 0; j < 60; j += 20) {
        assert_near(column_mean(&d, j, -1, &square), 0, 0.05);
        assert_near(square * pow((double)(j + 1), 1.2), 1, 0.05);
    }
    dt_arena_free(arena);
}

/* Mean square, over devices, of the mean feature of a device's first sample: beta^2 + 1/60 + what S leaves. */
static double device_gap(double beta, dt_arena *arena) {
    dt_data d = load("synthetic", "beta", beta, "max_samples", 300, 40, arena);
    double sum = 0, count = 0;
    for (size_t i = 0; i < d.train.rows; i++)
        if (d.train.owner[i] != (i > 0 ? d.train.owner[i - 1] : -1)) {
            double mean = 0;
            for (size_t j = 0; j < 60; j++) mean += (double)d.train.x[i * 60 + j] / 60;
            sum += mean * mean;
            count++;
        }
    return sum / count;
}

static void synthetic_beta_parts_the_inputs_of_devices(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    assert_true(device_gap(3, arena) > 10 * device_gap(0, arena));
    dt_arena_free(arena);
}

/* The nearest mean image of a class, from the training set, names most test images; and a blank is no glyph. */
static void glyphs_of_a_class_look_alike(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = load("glyphs", "rows", 2000, "test", 300, 1, arena);
    static double mean[10][784], count[10];
    size_t right = 0;
    for (size_t i = 0; i < d.train.rows; i++) {
        size_t c = (size_t)d.train.y[i];
        count[c]++;
        for (size_t j = 0; j < 784; j++) mean[c][j] += (double)d.train.x[i * 784 + j];
    }
    for (size_t i = 0; i < d.test.rows; i++) {
        size_t best = 0;
        double nearest = HUGE_VAL;
        for (size_t c = 0; c < 10; c++) {
            double gap = 0;
            for (size_t j = 0; j < 784; j++) gap += pow(mean[c][j] / count[c] - (double)d.test.x[i * 784 + j], 2);
            if (gap < nearest) nearest = gap, best = c;
        }
        right += (float)best == d.test.y[i];
    }
    assert_in_range(right, 180, 290);       /* of 300: neither noise nor a gift */
    dt_arena_free(arena);
}

static void glyphs_are_grey_images(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_data d = load("glyphs", "rows", 200, "noise", 0.5, 1, arena);
    assert_true(d.shape.channels == 1 && d.shape.height == 28 && d.shape.width == 28);
    for (size_t i = 0; i < d.train.rows * 784; i++) assert_true(d.train.x[i] >= 0 && d.train.x[i] <= 1);
    dt_arena_free(arena);
}

/* Undistorted, the stem of a 1 is one line without a gap, and a 0 is empty in its middle. */
static void glyphs_are_drawn_whole(void **fixture) {
    (void)fixture;
    static const char *const still[] = { "noise", "rotate", "stretch", "shear", "shift", "elastic" };
    dt_arena *arena = dt_arena_new(0);
    dt_config *node = set_node("glyphs", NULL, arena);
    dt_data d;
    dt_config_set_number(node, "rows", 100, arena);
    for (size_t i = 0; i < sizeof still / sizeof *still; i++) dt_config_set_number(node, still[i], 0, arena);
    assert_ok(dt_data_load(node, 1, 1, &d, arena));
    for (size_t i = 0; i < d.train.rows; i++) {
        const float *x = d.train.x + i * 784;
        for (size_t row = 5; row <= 22 && d.train.y[i] == 1; row++) assert_true(x[row * 28 + 14] > 0.4f);
        if (d.train.y[i] == 0) assert_true(x[14 * 28 + 14] == 0 && x[14 * 28 + 19] + x[14 * 28 + 8] > 0.8f);
    }
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaussian_noise_is_unit_around_means_of_the_given_spread),
        cmocka_unit_test(gaussian_rows_stay_when_more_are_drawn),
        cmocka_unit_test(linear_columns_have_the_condition_asked_for),
        cmocka_unit_test(synthetic_devices_keep_their_samples_when_others_join),
        cmocka_unit_test(synthetic_holds_back_a_tenth_of_each_device),
        cmocka_unit_test(synthetic_iid_inputs_have_the_covariance_of_the_source),
        cmocka_unit_test(synthetic_beta_parts_the_inputs_of_devices),
        cmocka_unit_test(glyphs_of_a_class_look_alike),
        cmocka_unit_test(glyphs_are_grey_images),
        cmocka_unit_test(glyphs_are_drawn_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
