/* distribution_contract.c - what every distribution promises. */
#include "tests/golden.h"
#include "distribution/distribution.h"
#include <math.h>

enum { DRAWS = 20000 };
#define EACH_TYPE(i) (size_t i = 0; i < dt_distribution_room.count; i++)

/* With presets, or, where a parameter must be given, as the golden scenario of the member does. */
static void open_one(dt_distribution *d, size_t i, dt_arena *run) {
    if (dt_distribution_open(d, golden_preset(&dt_distribution_room, i, run), "jitter", run) != DT_OK) {
        assert_true(golden_blames(&dt_distribution_room, i, "jitter"));
        assert_ok(dt_distribution_open(d, golden_choice(&dt_distribution_room, i, run), "jitter", run));
    }
    assert_ptr_equal(&d->type->is, dt_distribution_room.entries[i]);
}

static void values_are_finite_and_not_negative(void **fixture) {
    for EACH_TYPE(i) {
        dt_distribution d;
        dt_rng *rng = dt_rng_stream(*fixture, 1, 0, "jitter");
        open_one(&d, i, *fixture);
        for (long k = 0; k < DRAWS; k++) {
            double x = dt_distribution_draw(&d, rng, 0, k);
            assert_true(isfinite(x) && x >= 0);
        }
    }
}

static void equal_streams_give_equal_values(void **fixture) {
    for EACH_TYPE(i) {
        dt_distribution d;
        dt_rng *a = dt_rng_stream(*fixture, 1, 3, "jitter"), *b = dt_rng_stream(*fixture, 1, 3, "jitter");
        open_one(&d, i, *fixture);
        for (long k = 0; k < 100; k++) assert_true(dt_distribution_draw(&d, a, 0, k) == dt_distribution_draw(&d, b, 0, k));
    }
}

static void a_value_that_is_drawn_once_is_one_of_the_distribution(void **fixture) {
    for EACH_TYPE(i) {
        dt_distribution d;
        dt_rng *rng = dt_rng_stream(*fixture, 1, 0, "speed");
        open_one(&d, i, *fixture);
        assert_ok(dt_distribution_fit(&d, "slowness", 1));
        double x = dt_distribution_once(&d, rng, 0);
        assert_true(isfinite(x) && x >= 0);
    }
}

static void sample_mean_is_the_mean_said(void **fixture) {
    for EACH_TYPE(i) {
        dt_distribution d;
        double sum = 0, square = 0;
        dt_rng *rng = dt_rng_stream(*fixture, 1, 0, "jitter");
        open_one(&d, i, *fixture);
        for (long k = 0; k < DRAWS; k++) {
            double x = dt_distribution_draw(&d, rng, 0, k);
            sum += x;
            square += x * x;
        }
        double mean = sum / DRAWS, error = sqrt(fmax(0, square / DRAWS - mean * mean) / DRAWS);
        if (fabs(mean - dt_distribution_mean(&d, 0)) > 5 * error + 1e-12)
            fail_msg("%s: mean %g +- %g, but %g is said", d.type->is.name, mean, error, dt_distribution_mean(&d, 0));
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_finite_and_not_negative),
        cmocka_unit_test(a_value_that_is_drawn_once_is_one_of_the_distribution),
        cmocka_unit_test(equal_streams_give_equal_values),
        cmocka_unit_test(sample_mean_is_the_mean_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
