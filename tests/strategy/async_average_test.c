/* async_average_test.c - averages that nobody waits for: steps take as long as alone, whoever is slow; what is learnt meanwhile stays;
 * without drift the mean is the mean. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 4, ROUNDS = 24, N = 36 };

static dt_data classes(void) {
    enum { ROWS = 512, COLUMNS = 8 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 4);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, 4, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

/* A step takes 10 ms. */
static stage_choice choice(const dt_data *data, const char *strategy, double latency) {
    return (stage_choice){ .strategy = pick(arena, strategy, NULL), .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data, .workers = WORKERS, .batch = 16,
                           .seconds = pick(arena, "constant", "value", 0.01, NULL), .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { WORKERS + 1, 1e9, 1e8, latency, "SPLITDUPLEX", "CM02" } };
}

static void steps_take_as_long_as_alone_whatever_the_network(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const stage_log *alone = stage_run(choice(&data, "isolated", 0));
    const char *const collective[] = { "ring", "star", "tree" };
    for (size_t k = 0; k < 3; k++)
        for (int slow = 0; slow < 3; slow++) {
            stage_choice c = choice(&data, "async_average", slow == 0 ? 0 : slow == 1 ? 1e-4 : 0.02);
            c.collective = pick(arena, collective[k], NULL);
            const stage_log *log = stage_run(c);
            if (log->status != DT_OK) fail_msg("%s: %s", collective[k], log->reason);
            for (int i = 0; i <= ROUNDS; i++) assert_near(log->mark[i].time_s, alone->mark[i].time_s, 1e-9);
            assert_true(log->mark[ROUNDS].bytes > 0 && log->unaccounted_bytes == 0);
        }
}

/* By time: the mean round of three workers that take 10 ms a step and one that takes 50, when 500 ms are over. */
static void one_slow_worker_holds_nobody_back(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = choice(&data, "async_average", 1e-4);
    c.slow = 5;
    c.stop = (dt_stop){ .seconds = 0.5 };
    c.every = (dt_every){ .seconds = 0.1 };
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    const dt_mark *last = &log->mark[log->marks - 1];
    assert_int_equal(last->round, (3 * 50 + 10) / 4);
    assert_true(last->loss < log->mark[0].loss);
    assert_int_equal(log->from_future, 0);
    assert_true(log->merged >= 4 * 9 && log->oldest == 5);      /* an average begins when the slowest begins a step */
}

/* With a rate of 0 nothing is learnt, and averages of one model change no bit. */
static void averages_of_equal_models_change_nothing(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = choice(&data, "async_average", 1e-4);
    c.optimiser = pick(arena, "sgd", "lr", 0.0, NULL);
    const stage_log *log = stage_run(c);
    for (int i = 1; i <= ROUNDS; i++)
        for (int e = 0; e < N; e++) assert_near(log->x[i][e], log->x[0][e], 1e-6);
}

/* Corrections add up to nothing over equal workers, so the mean of the models is that of models which are never averaged, as long as
 * gradients are those of the same points: after the first step.  Later the models are nearer to each other than those. */
static void averages_bring_models_together(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const stage_log *averaged = stage_run(choice(&data, "async_average", 1e-4)), *alone = stage_run(choice(&data, "isolated", 1e-4));
    assert_true(averaged->mark[ROUNDS].consensus_distance < 0.5 * alone->mark[ROUNDS].consensus_distance);
    assert_near(averaged->mark[1].consensus_distance, alone->mark[1].consensus_distance, 1e-6);
    stage_choice seldom = choice(&data, "async_average", 1e-4);
    seldom.strategy = pick(arena, "async_average", "interval", 0.1, NULL);
    const stage_log *few = stage_run(seldom);
    assert_true(few->mark[ROUNDS].bytes < 0.2 * averaged->mark[ROUNDS].bytes);
}

static int setup(void **fixture) {
    (void)fixture;
    return (arena = dt_arena_new(1 << 20)) == NULL;
}
static int teardown(void **fixture) {
    (void)fixture;
    dt_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_take_as_long_as_alone_whatever_the_network),
        cmocka_unit_test(one_slow_worker_holds_nobody_back),
        cmocka_unit_test(averages_of_equal_models_change_nothing),
        cmocka_unit_test(averages_bring_models_together),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
