/* budget_test.c - federated averaging under budgets: what rounds cost, how many steps they have, where they end, and with which model. */
#include "tests/strategy/stage.h"

static dt_arena *arena;
enum { WORKERS = 5, ROWS = 200, COLUMNS = 6, N = COLUMNS + 1, STEPS = 0, DELTA = 3, OVERRUN = 4 };
static const double step_s = 0.013, speed = 1e9, latency = 0.01;

/* Two classes of Gaussian samples, of which half of the second class are mislabelled, so that the loss is not 0. */
static dt_data classes(void) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)(i % 2);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)gsl_rng_uniform(rng) * 2 - 1 + (i % 4 == 1 && j == 0 ? 0.5f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, 2, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static const dt_config *budget(double period) { return pick(arena, "budget", "period", period, NULL); }

static stage_choice choice(const dt_data *data, const char *split, dt_stop stop) {
    return (stage_choice){ .strategy = budget(0), .model = pick(arena, "svm", NULL), .optimiser = pick(arena, "sgd", "lr", 0.01, NULL),
                           .split = pick(arena, split, NULL), .data = data, .workers = WORKERS, .stop = stop, .every.rounds = 1,
                           .seconds = pick(arena, "constant", "value", step_s, NULL),
                           .star = { WORKERS + 1, speed, 1e15, latency, "SPLITDUPLEX", "CM02" } };
}

static const stage_log *run(stage_choice c) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return log;
}

static double steps_of(const stage_log *log, int mark) { return log->mark[mark].more[STEPS]; }

/* Seconds and bytes of a round. */
static double round_s(const stage_log *log, int mark) { return log->mark[mark].time_s - log->mark[mark - 1].time_s; }

/* The longest and the shortest budgets, all periods, all cases: at the end less is left than one more step and two rounds take, and
 * nothing is spent above. */
static void with_constant_costs_no_budget_is_exceeded(void **fixture) {
    const char *const splits[] = { "iid", "by_label", "all", "halves" };
    const double periods[] = { 0, 1, 7, 100 };
    dt_data data = classes();
    (void)fixture;
    for (int s = 0; s < 4; s++)
        for (int p = 0; p < 4; p++)
            for (double seconds = 0.21; seconds < 12; seconds *= 2.7) {
                stage_choice c = choice(&data, splits[s], (dt_stop){ .seconds = seconds });
                c.strategy = budget(periods[p]);
                const stage_log *log = run(c);
                const dt_mark *end = &log->mark[log->marks - 1];
                if (periods[p] < 2 || seconds > 4) assert_true(end->time_s <= seconds);
                if (end->time_s > seconds) assert_true(end->round == 1 && end->more[OVERRUN] > 0);      /* none could be known before */
                else assert_near(end->more[OVERRUN], 0, 0);
                if (seconds > 4) assert_true(seconds - end->time_s < 2 * round_s(log, 1) + 2 * step_s);
            }
}

static void a_round_costs_its_steps_a_gradient_and_two_messages(void **fixture) {
    dt_data data = classes();
    (void)fixture;
    for (int fixed = 0; fixed < 2; fixed++) {
        stage_choice c = choice(&data, "iid", (dt_stop){ .seconds = 4 });
        c.strategy = budget(fixed ? 3 : 0);
        const stage_log *log = run(c);
        double numbers = 4 * 4, up = numbers + (fixed ? 1 : 2) * 4 * N, down = 4 * N, most = log->marks - 1;
        for (int i = 1; i < most; i++) {
            assert_near(round_s(log, i), (steps_of(log, i) + !fixed) * step_s + 4 * latency, 1e-6);
            assert_near(log->mark[i].bytes - log->mark[i - 1].bytes, WORKERS * (up + down), 0);
        }
        /* The last one evaluates: a gradient, and numbers. */
        assert_near(steps_of(log, log->marks - 1), 0, 0);
        assert_near(round_s(log, log->marks - 1), step_s + 4 * latency, 1e-6);
        assert_near(log->mark[log->marks - 1].bytes - log->mark[log->marks - 2].bytes, WORKERS * (down + numbers), 0);
    }
}

/* delta is exactly 0, and so is the distance of the local models from their mean; the first round cannot know. */
static void equal_data_reach_the_largest_period_as_soon_as_it_may_grow(void **fixture) {
    dt_data data = classes();
    const double wanted[] = { 1, 1, 10, 100, 100 };
    (void)fixture;
    const stage_log *log = run(choice(&data, "all", (dt_stop){ .seconds = 12 }));
    for (int i = 0; i < 5; i++) assert_near(steps_of(log, i + 1), wanted[i], 0);
    assert_true(log->mark[1].more[DELTA] != 0);                                 /* not known yet */
    for (int i = 2; i < log->marks; i++) assert_near(log->mark[i].more[DELTA], 0, 0);
}

static void different_data_have_shorter_periods(void **fixture) {
    dt_data data = classes();
    double most[2] = { 0 };
    (void)fixture;
    for (int k = 0; k < 2; k++) {
        const stage_log *log = run(choice(&data, k == 0 ? "iid" : "by_label", (dt_stop){ .seconds = 12 }));
        for (int i = 1; i < log->marks; i++) most[k] = fmax(most[k], steps_of(log, i));
    }
    assert_true(most[1] < most[0] && most[1] > 1);
}

/* A momentum that oscillates: the last model is not the best. */
static void it_ends_with_the_best_model(void **fixture) {
    dt_data data = classes();
    (void)fixture;
    stage_choice c = choice(&data, "by_label", (dt_stop){ .seconds = 3 });
    c.strategy = budget(20);
    c.optimiser = pick(arena, "sgd", "lr", 1.5, "momentum", 0.95, NULL);
    const stage_log *log = run(c);
    double least = HUGE_VAL;
    for (int i = 0; i < log->marks - 1; i++) least = fmin(least, log->mark[i].loss);
    assert_near(log->mark[log->marks - 1].loss, least, 1e-6);
    assert_true(least < log->mark[log->marks - 2].loss);
}

static void bytes_are_a_budget_too(void **fixture) {
    dt_data data = classes();
    (void)fixture;
    const double round = WORKERS * (3 * 4 * N + 16), all = 20.5 * round;
    const stage_log *log = run(choice(&data, "iid", (dt_stop){ .bytes = all }));
    const dt_mark *end = &log->mark[log->marks - 1];
    assert_true(end->bytes <= all && all - end->bytes < 2 * round);
    assert_near(steps_of(log, 10), 100, 0);         /* steps cost no bytes */
}

/* Where costs vary the running round may exceed the budget, and the column says by how much. */
static void an_overrun_is_recorded(void **fixture) {
    dt_data data = classes();
    int above = 0;
    (void)fixture;
    for (int k = 0; k < 20; k++) {
        double seconds = 2 + 0.05 * k;
        stage_choice c = choice(&data, "iid", (dt_stop){ .seconds = seconds });
        c.strategy = budget(4);
        c.seconds = pick(arena, "pareto", "scale", step_s, "shape", 1.2, NULL);
        const stage_log *log = run(c);
        const dt_mark *end = &log->mark[log->marks - 1];
        above += end->time_s > seconds;
        assert_near(end->more[OVERRUN], fmax(0, end->time_s / seconds - 1), 1e-9);
        assert_true(log->mark[log->marks - 2].time_s < seconds);                /* at most the running round */
    }
    assert_true(above > 0 && above < 20);
}

/* With momentum 0 and the whole shard as batch, rounds of one step are gradient descent. */
static void one_local_step_is_gradient_descent(void **fixture) {
    dt_data data = classes();
    (void)fixture;
    stage_choice c = choice(&data, "iid", (dt_stop){ .rounds = 20 });
    const stage_log *log = run(c);
    c.strategy = pick(arena, "sgd", NULL);
    const stage_log *sgd = run(c);
    for (int i = 1; i < log->marks; i++) assert_near(log->mark[i].loss, sgd->mark[i].loss, 1e-6);
}

static void without_a_budget_it_is_refused(void **fixture) {
    (void)fixture;
    dt_config *scenario = dt_config_new(arena);
    dt_config_set_copy(scenario, "strategy", budget(0), arena);
    dt_config *stop = dt_config_set_table(scenario, "stop", arena);
    dt_config_set_number(stop, "rounds", 20, arena);
    assert_refused(dt_strategy_check(scenario, arena), DT_EINVAL, "seconds, bytes or joules");
    assert_string_equal(dt_reason_path(), "stop");
    dt_config_set_number(stop, "joules", 20, arena);
    assert_ok(dt_strategy_check(scenario, arena));
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
        cmocka_unit_test(with_constant_costs_no_budget_is_exceeded),
        cmocka_unit_test(a_round_costs_its_steps_a_gradient_and_two_messages),
        cmocka_unit_test(equal_data_reach_the_largest_period_as_soon_as_it_may_grow),
        cmocka_unit_test(different_data_have_shorter_periods),
        cmocka_unit_test(it_ends_with_the_best_model),
        cmocka_unit_test(bytes_are_a_budget_too),
        cmocka_unit_test(an_overrun_is_recorded),
        cmocka_unit_test(one_local_step_is_gradient_descent),
        cmocka_unit_test(without_a_budget_it_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
