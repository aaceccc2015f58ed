/* bounded_delay_test.c - what "bounded_delay" promises: when iterations begin, and that each is one step along the mean of
 * all. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

static const dt_config *delay(double tau) { return pick(arena, "bounded_delay", "delay", tau, NULL); }

/* F = (x - 1)^2 / 2 at both workers (the bias stays 0), or F_1 = x^2 / 2 and F_2 = 2 (x - 1)^2. */
static const float equal_x[] = { 1, -1, 1, -1 }, equal_y[] = { 1, -1, 1, -1 }, other_x[] = { 1, -1, 2, -2 }, other_y[] = { 0, 0, 2, -2 };

static stage_choice quadratic(const dt_data *data, const dt_config *sync, double lr) {
    return (stage_choice){ .strategy = pick(arena, "ps", NULL), .sync = sync, .servers = 1, .model = pick(arena, "linear", NULL),
                           .optimiser = pick(arena, "sgd", "lr", lr, NULL), .data = data, .workers = 2, .slow = 10,
                           .split = pick(arena, "contiguous", NULL), .seconds = pick(arena, "constant", "value", 1.0, NULL),
                           .stop.rounds = 60, .every.rounds = 1, .star = { 3, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" } };
}

static const stage_log *run(stage_choice c) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return log;
}

/* The fast worker computes iteration t on the model that lacks the steps of the last tau iterations, the slow one on the
 * newest: x_t+1 = x_t - lr / 2 (g(x_t) + g(x_t-tau)), and x_t = x_0 before t = 0. */
static void a_gradient_lacks_as_many_steps_as_the_delay_says(void **fixture) {
    (void)fixture;
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, equal_x, equal_y, NULL, NULL } };
    for (int tau = 0; tau <= 5; tau++) {
        const stage_log *log = run(quadratic(&data, delay(tau), 0.3));
        double x[64] = { 0 };
        for (int t = 0; t < 60; t++) x[t + 1] = x[t] - 0.15 * (x[t] - 1 + x[t < tau ? 0 : t - tau] - 1);
        for (int t = 0; t <= 60; t++) assert_near(log->x[t][0], x[t], 1e-5);
        assert_int_equal(log->oldest, tau);
    }
}

static void each_worker_counts_once_in_each_step_whatever_its_speed(void **fixture) {
    (void)fixture;
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, other_x, other_y, NULL, NULL } };
    stage_choice c = quadratic(&data, delay(3), 0.02);
    c.stop.rounds = 1500;
    const stage_log *log = run(c);
    assert_near(log->x[log->marks - 1][0], 0.8, 1e-4);
    for (int i = 1; i < log->marks; i++) assert_int_equal(log->mark[i].updates, 2);
}

/* Workers that take 1, 1, 1 and 4 s, for 40 s, without a network: as many gradients as with ssp (40, 43, 49), of which the 40
 * of ten whole iterations have become steps. */
static void iterations_begin_when_those_of_ssp_do(void **fixture) {
    (void)fixture;
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, equal_x, equal_y, NULL, NULL } };
    const long gradients[] = { 40, 43, 46, 49 };
    for (int tau = 0; tau <= 3; tau++)
        for (int rule = 0; rule < 2; rule++) {
            stage_choice c = quadratic(&data, rule == 0 ? pick(arena, "ssp", "staleness", (double)tau, NULL) : delay(tau), 0.1);
            c.workers = 4;
            c.slow = 4;
            c.blank = c.free_servers = true;
            c.stop = (dt_stop){ .seconds = 40 };
            c.star.hosts = 5;
            const stage_log *log = run(c);
            assert_near(log->samples, gradients[tau], 0);
            assert_int_equal(log->merged, rule == 0 ? gradients[tau] : 40);
        }
}

enum { ROWS = 96, COLUMNS = 5, CLASSES = 3 };

static dt_data classes(void) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 5, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, CLASSES);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, CLASSES, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static stage_choice learning(const dt_data *data, const dt_config *sync, size_t servers) {
    return (stage_choice){ .strategy = pick(arena, "ps", NULL), .sync = sync, .servers = servers, .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, "momentum", 0.5, NULL), .data = data, .workers = 4, .batch = 8,
                           .seconds = pick(arena, "exponential", "mean", 0.01, NULL), .stop.rounds = 60, .every.rounds = 1,
                           .star = { 4 + (int)servers, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

static void without_delay_it_is_bsp(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t servers = 1; servers <= 3; servers += 2) {
        const stage_log *bsp = run(learning(&data, NULL, servers)), *none = run(learning(&data, delay(0), servers));
        assert_int_equal(bsp->marks, none->marks);
        assert_memory_equal(bsp->mark, none->mark, (size_t)bsp->marks * sizeof(dt_mark));
    }
}

/* Rules that need all gradients of an iteration together can be used, as every iteration is merged as a whole. */
static void robust_rules_merge_iterations_that_overlap(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t servers = 1; servers <= 3; servers += 2) {
        stage_choice c = learning(&data, delay(2), servers);
        c.aggregate = pick(arena, "median", NULL);
        const stage_log *log = run(c);
        assert_int_equal(log->merged, 4 * 60);
        assert_true(log->merged_ages > 0 && log->oldest <= 2);
        assert_true(log->mark[log->marks - 1].loss < 0.8 * log->mark[0].loss);
        assert_true(log->in_use < 60);
        assert_int_equal(log->overrun, 0);
    }
}

/* Slow steps that come by chance are waited for less. */
static void delay_absorbs_stragglers_that_change(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    double none = run(learning(&data, delay(0), 1))->end_s, some = run(learning(&data, delay(2), 1))->end_s,
           much = run(learning(&data, delay(8), 1))->end_s;
    assert_true(some < 0.85 * none && much < 0.95 * some);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gradient_lacks_as_many_steps_as_the_delay_says),
        cmocka_unit_test(each_worker_counts_once_in_each_step_whatever_its_speed),
        cmocka_unit_test(iterations_begin_when_those_of_ssp_do),
        cmocka_unit_test(without_delay_it_is_bsp),
        cmocka_unit_test(robust_rules_merge_iterations_that_overlap),
        cmocka_unit_test(delay_absorbs_stragglers_that_change),
    };
    arena = dt_arena_new(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dt_arena_free(arena);
    return failed;
}
