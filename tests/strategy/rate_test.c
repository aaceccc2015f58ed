/* rate_test.c - one learning rate for all: whoever computes in a round uses the schedule's factor at its beginning.
 * All rows are alike and the loss is (w - 1)^2 / 2, so that a step of rate r shrinks the error 1 - w by 1 - r, whoever
 * takes it: the model at every mark tells which rates were used. */
#include "tests/strategy/stage.h"

enum { ROWS = 100 };
static const double RATE = 0.5;

static dt_arena *arena;

static dt_data alike(void) {
    float *one = dt_arena_take(arena, ROWS, sizeof *one);
    for (size_t i = 0; i < ROWS; i++) one[i] = 1;
    return (dt_data){ .shape = { 1, 0, 0, 0, 0 }, .train = { ROWS, one, one, NULL, NULL } };
}

static void set_list(dt_config *table, const char *key, double a, double b) {
    dt_config *list = dt_config_set_table(table, key, arena);
    dt_config_set_number(list, NULL, a, arena);
    dt_config_set_number(list, NULL, b, arena);
}

/* 1 at the beginning, 0.1 at end, straight in between; unit NULL: not said. */
static const dt_config *falling(const char *unit, double end) {
    dt_config *table = dt_config_new(arena);
    set_list(table, unit, 0, end);
    set_list(table, "factor", 1, 0.1);
    return table;
}

static double factor_at(double progress, double end) { return progress < end ? 1 - 0.9 * progress / end : 0.1; }

/* Two workers with 5 and 95 rows: the first passes over its own 19 times as often. */
static stage_choice uneven(const dt_data *data, const dt_config *strategy) {
    dt_config *split = dt_config_new(arena);
    dt_config_set_text(split, NULL, "contiguous", arena);
    set_list(split, "sizes", 5, 95);
    return (stage_choice){ .strategy = strategy, .model = with_bool(pick(arena, "linear", NULL), "bias", false, arena),
                           .optimiser = pick(arena, "sgd", "lr", RATE, NULL), .schedule = falling("epochs", 2), .split = split,
                           .data = data, .workers = 2, .batch = 5, .stop.rounds = 12, .every.rounds = 1 };
}

static void assert_walks(const stage_log *log, int round, double *error, double factor, int steps) {
    *error *= pow(1 - RATE * factor, steps);
    assert_near(log->mark[round].rate, RATE * factor, 1e-12);
    assert_near(log->x[round][0], 1 - *error, 1e-5);
}

static void whatever_the_shards_one_rate_follows_the_epochs_of_the_marks(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    const struct { const dt_config *strategy; int steps; } cases[] = {
        { pick(arena, "sgd", NULL), 1 },
        { pick(arena, "localsgd", "period", 3.0, NULL), 3 },
        { with_bool(pick(arena, "adacomm", "period", 3.0, "interval", 1e9, NULL), "hold_lr", false, arena), 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double error = 1;
        const stage_log *log = stage_run(uneven(&data, cases[i].strategy));
        assert_int_equal(log->marks, 13);
        assert_near(log->mark[0].rate, RATE, 0);
        for (int t = 1; t < 13; t++) assert_walks(log, t, &error, factor_at(log->mark[t - 1].epoch, 2), cases[i].steps);
    }
}

/* Who takes part has trained more or less often before; a round has one rate all the same. */
static void clients_of_one_round_use_the_rate_of_its_beginning(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    stage_choice c = uneven(&data, pick(arena, "fedavg", "fraction", 0.5, NULL));
    c.workers = 6;
    c.batch = 0;        /* a pass is one step, for everybody */
    c.split = pick(arena, "quantity", NULL);
    double error = 1;
    const stage_log *log = stage_run(c);
    for (int t = 1; t < 13; t++) assert_walks(log, t, &error, factor_at(log->mark[t - 1].epoch, 2), 1);
}

/* No common rounds: the epochs are those when everybody has done as many steps, 10 samples of 100 each. */
static void neighbours_of_a_graph_use_the_rate_of_their_own_round(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    stage_choice c = uneven(&data, pick(arena, "gossip", NULL));
    double error = 1;
    const stage_log *log = stage_run(c);
    for (int t = 1; t < 13; t++) {
        assert_walks(log, t, &error, factor_at((t - 1) * 0.1, 2), 1);
        assert_near(log->mark[t].consensus_distance, 0, 1e-7);      /* nobody was ahead of the others */
    }
}

static void progress_is_counted_in_rounds_or_steps_where_the_schedule_says_so(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    const struct { const char *unit; double each; } cases[] = { { "rounds", 1 }, { "steps", 3 } };
    for (int i = 0; i < 2; i++) {
        stage_choice c = uneven(&data, pick(arena, "localsgd", "period", 3.0, NULL));
        c.schedule = falling(cases[i].unit, 8);
        double error = 1;
        const stage_log *log = stage_run(c);
        for (int t = 1; t < 13; t++) assert_walks(log, t, &error, factor_at((t - 1) * cases[i].each, 8), 3);
    }
}

static void a_rate_that_is_held_waits_to_fall_but_not_to_rise(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    stage_choice c = uneven(&data, pick(arena, "adacomm", "period", 3.0, "interval", 1e9, NULL));
    const stage_log *held = stage_run(c);
    for (int t = 0; t < 13; t++) assert_near(held->mark[t].rate, RATE, 0);
    dt_config *warm = dt_config_new(arena);
    set_list(warm, "rounds", 0, 10);
    set_list(warm, "factor", 0.5, 1);
    c.schedule = warm;
    const stage_log *rising = stage_run(c);
    for (int t = 1; t < 12; t++) assert_near(rising->mark[t].rate, RATE * (0.5 + 0.05 * (t - 1)), 1e-12);
}

/* Hosts that crash and recover within some rounds: who comes back ends a round that it did not begin. */
static const dt_config *crashes(void) {
    dt_config *faults = dt_config_new(arena);
    dt_config_set_number(faults, "deadline", 3, arena);
    dt_config_set_copy(faults, "crash", pick(arena, "exponential", "mean", 20.0, NULL), arena);
    dt_config_set_copy(faults, "recover", pick(arena, "exponential", "mean", 9.0, NULL), arena);
    return faults;
}

static void whoever_comes_first_a_mark_shows_the_rate_and_the_period_of_its_round(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    const dt_config *strategies[] = {
        pick(arena, "sgd", NULL), pick(arena, "localsgd", "period", 4.0, NULL),
        with_bool(pick(arena, "adacomm", "period", 9.0, "interval", 30.0, NULL), "hold_lr", false, arena),
    };
    for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++)
        for (uint64_t fault_seed = 1; fault_seed <= 10; fault_seed++) {
            stage_choice c = uneven(&data, strategies[i]);
            c.workers = 4;
            c.split = pick(arena, "quantity", NULL);
            c.faults = crashes();
            c.fault_seed = fault_seed;
            c.seconds = pick(arena, "exponential", NULL);
            c.stop.rounds = 40;
            const stage_log *log = stage_run(c);
            assert_int_equal(log->marks, 41);
            for (int t = 1; t < log->marks; t++) {
                assert_near(log->mark[t].rate, RATE * factor_at(log->mark[t - 1].epoch, 2), 1e-12);
                if (t > 1) assert_true(log->mark[t].more[0] <= log->mark[t - 1].more[0]);
            }
        }
}

/* Where the run ends within a period, the last is short: for one who began an earlier one, too. */
static void the_last_period_is_as_long_as_what_was_left_of_the_run(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    for (uint64_t fault_seed = 1; fault_seed <= 40; fault_seed++) {
        stage_choice c = uneven(&data, pick(arena, "localsgd", "period", 4.0, NULL));
        c.workers = 4;
        c.split = pick(arena, "quantity", NULL);
        c.faults = crashes();
        c.fault_seed = fault_seed;
        c.seconds = pick(arena, "exponential", NULL);
        c.stop = (dt_stop){ .steps = 18 };
        const stage_log *log = stage_run(c);
        const dt_mark *last = &log->mark[log->marks - 1];
        if (last->updates > 0 && last->step - last[-1].step == 2) assert_near(last->more[0], 2, 0);
    }
}

/* Nothing is learnt, but what the rate would have been is known. */
static void the_rate_falls_where_only_time_is_simulated_too(void **fixture) {
    (void)fixture;
    dt_data data = alike();
    stage_choice c = uneven(&data, pick(arena, "sgd", NULL));
    c.schedule = falling("rounds", 12);
    c.blank = true;
    const stage_log *log = stage_run(c);
    for (int t = 1; t < 13; t++) assert_near(log->mark[t].rate, RATE * factor_at(t - 1, 12), 1e-12);
}

static int begin(void **fixture) {
    (void)fixture;
    arena = dt_arena_new(0);
    return 0;
}

static int end(void **fixture) {
    (void)fixture;
    dt_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_the_shards_one_rate_follows_the_epochs_of_the_marks),
        cmocka_unit_test(clients_of_one_round_use_the_rate_of_its_beginning),
        cmocka_unit_test(neighbours_of_a_graph_use_the_rate_of_their_own_round),
        cmocka_unit_test(progress_is_counted_in_rounds_or_steps_where_the_schedule_says_so),
        cmocka_unit_test(a_rate_that_is_held_waits_to_fall_but_not_to_rise),
        cmocka_unit_test(whoever_comes_first_a_mark_shows_the_rate_and_the_period_of_its_round),
        cmocka_unit_test(the_last_period_is_as_long_as_what_was_left_of_the_run),
        cmocka_unit_test(the_rate_falls_where_only_time_is_simulated_too),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
