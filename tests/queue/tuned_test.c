/* tuned_test.c - the Gaussian process by hand, and choices of piece and credit for times that are known. */
#include "tests/test.h"
#include "queue/queue.h"
#include "queue/surrogate.h"
#include <math.h>

/* One point: the covariance is 1 + noise. */
static void one_known_point_comes_out_as_by_hand(void **fixture) {
    (void)fixture;
    static dt_surrogate s;
    double mean, deviation;
    s = (dt_surrogate){ .count = 1, .at = { { 0.5, 0.5 } }, .value = { 3 } };
    dt_surrogate_fit(&s);
    const double there[] = { 0.5, 0.5 }, away[] = { 0.5 + s.length[0], 0.5 };
    dt_surrogate_guess(&s, there, &mean, &deviation);
    assert_near(mean, 3, 1e-12);
    assert_near(deviation, sqrt(1 - 1 / (1 + s.noise)), 1e-9);
    double k = (1 + sqrt(5) + 5 / 3.0) * exp(-sqrt(5));
    dt_surrogate_guess(&s, away, &mean, &deviation);
    assert_near(mean, 3, 1e-12);
    assert_near(deviation, sqrt(1 - k * k / (1 + s.noise)), 1e-9);
    assert_near(dt_surrogate_improvement(&s, away), deviation / sqrt(2 * M_PI), 1e-9);     /* at the mean: deviation * phi(0) */
}

/* A smooth function of one axis: known at 9 points, it is right in between, and the scale of the other axis is the longest. */
static void what_does_not_matter_is_seen(void **fixture) {
    (void)fixture;
    static dt_surrogate s;
    s = (dt_surrogate){ .count = 9 };
    for (size_t i = 0; i < 9; i++) {
        s.at[i][0] = (double)i / 8;
        s.at[i][1] = (double)(5 * i % 9) / 8;
        s.value[i] = cos(3 * s.at[i][0]);
    }
    dt_surrogate_fit(&s);
    assert_true(s.length[1] > s.length[0]);
    for (int i = 0; i < 8; i++) {
        double mean, deviation, at[] = { (i + 0.5) / 8, 0.3 };
        dt_surrogate_guess(&s, at, &mean, &deviation);
        assert_near(mean, cos(3 * at[0]), 0.06);
        if (dt_surrogate_improvement(&s, at) < 0) fail_msg("an improvement is below 0");
    }
}

/* Logarithms of a step's seconds over those of piece and credit: pieces cost overhead, large ones delay, credit hides latency. */
static double seconds_of(double piece, double credit) {
    return 0.37 + 50e-6 * 550e6 / piece + piece / 1.2e9 * 4 + 0.3 / (1 + credit / (3 * piece)) + credit / 4e9;
}

static const dt_layer_row rows[] = { { .first = 0, .params = 1000000 }, { .first = 1000000, .params = 2000000 } };
static const dt_queue_view view = { .layer = rows, .layers = 2 };

/* It is told the seconds of its own choices, which it has in the plan; returns those of what it keeps. */
static double kept(const char *json, size_t *choices) {
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan;
    dt_config *node;
    assert_ok(dt_config_parse(json, &node, run));
    assert_ok(dt_queue_open(&q, node, run));
    for (*choices = 0;; ++*choices) {
        assert_ok(dt_queue_cut(&q, &view, &plan, run));
        double seconds = seconds_of(4 * (double)plan.part[0].count, plan.credit);
        if (dt_queue_lasts(&q) == 0) {
            dt_arena_free(run);
            return seconds;
        }
        assert_int_equal(dt_queue_lasts(&q), 5);
        dt_queue_measured(&q, seconds);
    }
}

static void fifteen_choices_are_within_a_hundredth_of_the_best_of_a_grid(void **fixture) {
    (void)fixture;
    size_t choices;
    double best = HUGE_VAL, worst = 0, found = kept("{\"name\":\"tuned\",\"piece_most\":4e6,\"piece_least\":4e4}", &choices);
    for (int i = 0; i < 100; i++) {
        double seconds = seconds_of(4e4 * pow(100, i % 10 / 9.0), 5e5 * pow(512, i / 10 / 9.0));
        best = fmin(best, seconds);
        worst = fmax(worst, seconds);
    }
    print_message("found %.4f s, grid %.4f to %.4f s\n", found, best, worst);
    assert_int_equal(choices, 15);
    assert_true(found < 1.01 * best && worst > 2 * best);
}

static void a_range_is_refused_that_is_none(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_queue q;
    dt_queue_plan plan;
    dt_config *node;
    assert_ok(dt_config_parse("{\"name\":\"tuned\",\"piece_least\":\"4MB\",\"piece_most\":\"2MB\"}", &node, run));
    assert_ok(dt_queue_open(&q, node, run));
    assert_refused(dt_queue_cut(&q, &view, &plan, run), DT_EINVAL, "at least piece_least, 4e+06 B, got 2e+06 B");
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_known_point_comes_out_as_by_hand),
        cmocka_unit_test(what_does_not_matter_is_seen),
        cmocka_unit_test(fifteen_choices_are_within_a_hundredth_of_the_best_of_a_grid),
        cmocka_unit_test(a_range_is_refused_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
