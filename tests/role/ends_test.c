/* ends_test.c - columns and tables that a strategy or a hook brings, and what ends a run. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 4, ROUNDS = 20 };

static dt_data rows(void) {
    enum { ROWS = 64, COLUMNS = 2 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    for (size_t i = 0; i < ROWS; i++) {
        x[2 * i] = (float)(i % 7) - 3;
        x[2 * i + 1] = (float)(i % 5) - 2;
        y[i] = (float)(i % 2);
    }
    return (dt_data){ .shape = { COLUMNS, 2, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static stage_choice playing(const dt_strategy_type *type, const dt_data *data) {
    return (stage_choice){ .type = type, .model = pick(arena, "logistic", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.1, NULL),
                           .data = data, .workers = WORKERS, .seconds = pick(arena, "constant", "value", 0.01, NULL),
                           .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { WORKERS + 1, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* ---- a strategy with columns and a table --------------------------------------------------- */

static const dt_metric twice_columns[] = {
    { { "twice", DT_COLUMN_REAL, "1", "twice the round" }, "twice the round", DT_BETTER_HIGH, 0 },
    { { "own", DT_COLUMN_COUNT, "1", "ten times the round, and the rank" }, .label = "own" },
    { .label = NULL },
};
static const dt_column ledger_columns[] = { { "round", DT_COLUMN_COUNT, "1", "the round" }, { NULL, DT_COLUMN_REAL, NULL, NULL } };
static const dt_ledger twice_tables[] = { { "nothing", ledger_columns }, { "ledger", ledger_columns }, { NULL, NULL } };

static void twice_say(dt_worker *w) {
    dt_worker_report(w, 0, 2.0 * (double)(w->round + 1));
    dt_worker_report(w, 1, 10.0 * (double)(w->round + 1) + (double)w->rank);
    if (w->rank == 0) dt_monitor_row(w->monitor, 1, &(dt_cell){ .count = w->round + 1 });
}

static dt_status twice_work(void *state, dt_worker *w) {
    double consensus_distance;
    (void)state;
    while (dt_worker_goes_on(w)) {
        twice_say(w);
        DT_TRY(dt_worker_local(w, 1));
        DT_TRY(dt_worker_average(w, &consensus_distance));
        DT_TRY(dt_worker_mark(w, consensus_distance));
    }
    return DT_OK;
}

static dt_status alone_work(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        twice_say(w);
        DT_TRY(dt_worker_local(w, 1));
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static const dt_strategy_type twice = { .is.name = "twice", .averages = true, .columns = twice_columns, .tables = twice_tables,
                                        .work = twice_work };
static const dt_strategy_type alone = { .is.name = "alone", .own_rounds = true, .judged = DT_JUDGED_EACH, .columns = twice_columns,
                                        .tables = twice_tables, .work = alone_work };

static void a_mark_has_the_columns_of_the_strategy(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = playing(&twice, &data);
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->marks, ROUNDS + 1);
    assert_true(isnan(log->mark[0].more[0]) && isnan(log->mark[ROUNDS].more[2]));
    for (int i = 1; i <= ROUNDS; i++) {
        assert_near(log->mark[i].more[0], 2 * i, 0);
        assert_true(log->mark[i].more[1] >= 10 * i && log->mark[i].more[1] < 10 * i + WORKERS);
        assert_int_equal(log->row[i - 1].count, i);
    }
    assert_int_equal(log->table, 1);
    assert_int_equal(log->rows, ROUNDS);
}

static void where_workers_have_rounds_of_their_own_it_is_the_mean(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = playing(&alone, &data);
    for (int by_time = 0; by_time < 2; by_time++) {
        if (by_time) c.every = (dt_every){ .seconds = 0.05 };
        const stage_log *log = stage_run(c);
        assert_int_equal(log->status, DT_OK);
        for (int i = 1; i < log->marks; i++) {
            assert_near(log->mark[i].more[0], 2 * (double)log->mark[i].round, 1e-12);
            assert_near(log->mark[i].more[1], 10 * (double)log->mark[i].round + 1.5, 1e-12);
        }
    }
}

/* ---- ends ----------------------------------------------------------------------------------- */

static long last_round(const stage_log *log) {
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return log->mark[log->marks - 1].round;
}

static void any_column_ends_a_run(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = playing(&twice, &data);
    const dt_goal high = { "twice", 11 }, from_below = { "own", 70 }, unknown = { "twise", 3 };
    c.stop.goals = 1;
    c.stop.goal = &high;            /* 2, 4, ..., 12 */
    assert_int_equal(last_round(stage_run(c)), 6);
    c.stop.goal = &from_below;      /* 10.., 20.., ..., 70.. */
    assert_int_equal(last_round(stage_run(c)), 7);
    c.stop.goal = &unknown;
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_EINVAL);
    assert_non_null(strstr(log->reason, "no column \"twise\"; did you mean \"twice\"?"));
    c.stop.goals = 0;
    c.stop.consensus_distance = 1e9;
    assert_int_equal(last_round(stage_run(c)), 1);
}

static double flops_of(const stage_log *log, double a_round) { return (double)last_round(log) * a_round; }

/* Four workers compute for 0.01 s a round at 1e9 flop/s each: 4e7 flops. */
static void flops_end_a_run_with_the_round_that_reaches_them(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const double a_round = 4e7;
    stage_choice c = playing(&twice, &data);
    c.stop.flops = 3 * a_round;
    assert_near(flops_of(stage_run(c), a_round), c.stop.flops, 1);
    c.stop.flops = 3.01 * a_round;
    assert_near(flops_of(stage_run(c), a_round), 4 * a_round, 1);
}

/* ---- what is evaluated ---------------------------------------------------------------------- */

static const dt_strategy_type unseen = { .is.name = "unseen", .averages = true, .judged = DT_JUDGED_NOTHING, .columns = twice_columns,
                                         .tables = twice_tables, .work = twice_work };

static void a_strategy_may_have_nothing_evaluated(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = playing(&unseen, &data), same = playing(&twice, &data);
    const stage_log *log = stage_run(c), *seen = stage_run(same);
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->marks, 0);
    assert_int_equal(log->rows, ROUNDS);
    assert_near(log->end_s, seen->end_s, 0);
    c.stop = (dt_stop){ .flops = 3 * 4e7 };
    assert_int_equal(stage_run(c)->rows, 3);
}

/* Two sites of two workers: the first of each brings its model. */
static size_t two_models(const void *state, const dt_team *team, size_t *of) {
    (void)state;
    for (size_t w = 0; w < team->group.ranks; w++) of[w] = w % 2;
    return 2;
}

static dt_status by_site_work(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        twice_say(w);
        DT_TRY(dt_worker_local(w, 1));
        dt_reached r = { .step = w->step, .round = ++w->round, .updates = 3, .rate = dt_worker_rate(w), .consensus_distance = NAN, .report = w->report };
        if (w->rank >= 2) continue;
        dt_worker_adopt(w, w->x);
        DT_TRY(w->monitor->judged == DT_JUDGED_MEAN ? dt_monitor_collect(w->monitor, w->rank, w->x, &r) : dt_monitor_own(w->monitor, w->rank, w->x, &r));
    }
    return DT_OK;
}

static void as_many_models_as_the_strategy_says_are_evaluated(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    dt_strategy_type type = { .is.name = "sites", .own_rounds = true, .models = two_models, .columns = twice_columns,
                              .tables = twice_tables, .work = by_site_work };
    for (int each = 0; each < 2; each++) {
        type.judged = each ? DT_JUDGED_EACH : DT_JUDGED_MEAN;
        stage_choice c = playing(&type, &data);
        const stage_log *log = stage_run(c);
        assert_int_equal(last_round(log), ROUNDS);
        assert_int_equal(log->marks, ROUNDS + 1);
        for (int i = 1; i <= ROUNDS; i++) {
            assert_int_equal(log->mark[i].updates, 3);      /* as the strategy says */
            assert_near(log->mark[i].more[1], 10 * i + 0.5, 1e-12);
            assert_true(log->mark[i].consensus_distance > 0);
        }
    }
}

/* All hosts fail for good, long before the limit: the last evaluation is of the last round that was finished. */
static void a_run_whose_workers_are_all_gone_has_a_last_evaluation(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    const dt_strategy_type *const types[] = { &twice, &alone };
    dt_config *f = dt_config_new(arena);
    dt_config_set_copy(f, "crash", pick(arena, "constant", "value", 0.105, NULL), arena);
    dt_config_set_number(f, "deadline", 0.05, arena);
    dt_config_set_number(f, "patience", 20, arena);
    for (int i = 0; i < 2; i++) {
        stage_choice c = playing(types[i], &data);
        c.stop.rounds = 1000;
        c.every.rounds = 500;
        c.faults = f;
        const stage_log *log = stage_run(c);
        assert_true(last_round(log) >= 9 && last_round(log) <= 10);
        assert_int_equal(log->marks, 2);
        assert_true(log->mark[1].loss != log->mark[0].loss && log->mark[1].time_s > 0.09 && log->mark[1].time_s < 0.106);
    }
}

/* ---- a hook --------------------------------------------------------------------------------- */

static dt_status doubling(void *owner, dt_metric_list *columns, dt_mark *mark, bool *stop) {
    (void)owner;
    (void)stop;
    if (!columns->asked) {
        const dt_metric m = { { "double_loss", DT_COLUMN_REAL, "1", "twice the loss" }, .label = "twice the loss" };
        DT_TRY(dt_metric_add(columns, &m));
        columns->watched = 1;
        columns->asked = true;
    }
    mark->more[columns->more - 1] = 2 * mark->loss;
    return DT_OK;
}

static void a_hook_adds_columns_behind_the_strategys(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = playing(&twice, &data);
    c.hook = (dt_hook){ doubling, NULL };
    const stage_log *whole = stage_run(c);
    assert_int_equal(last_round(whole), ROUNDS);
    for (int i = 0; i < whole->marks; i++) assert_near(whole->mark[i].more[2], 2 * whole->mark[i].loss, 0);
    const dt_goal falls = { "double_loss", 2 * whole->mark[5].loss };
    c.stop.goals = 1;
    c.stop.goal = &falls;
    assert_int_equal(last_round(stage_run(c)), 5);
}

static void a_column_has_a_name_of_its_own(void **fixture) {
    (void)fixture;
    dt_metric_list c;
    dt_metric_open(&c, true, true, twice_columns);
    const char *const wrong[] = { "loss", "twice", "", "a b", "a/b", "1st" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(dt_metric_add(&c, &(dt_metric){ .is.name = wrong[i] }), DT_EINVAL);
    for (size_t i = c.more; i < DT_MORE; i++)
        assert_ok(dt_metric_add(&c, &(dt_metric){ .is.name = dt_arena_text(arena, "c%zu", i) }));
    assert_refused(dt_metric_add(&c, &(dt_metric){ .is.name = "more" }), DT_EINVAL, "one column too many");
}

int main(void) {
    arena = dt_arena_new(1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_has_the_columns_of_the_strategy),
        cmocka_unit_test(where_workers_have_rounds_of_their_own_it_is_the_mean),
        cmocka_unit_test(any_column_ends_a_run),
        cmocka_unit_test(flops_end_a_run_with_the_round_that_reaches_them),
        cmocka_unit_test(a_strategy_may_have_nothing_evaluated),
        cmocka_unit_test(as_many_models_as_the_strategy_says_are_evaluated),
        cmocka_unit_test(a_run_whose_workers_are_all_gone_has_a_last_evaluation),
        cmocka_unit_test(a_hook_adds_columns_behind_the_strategys),
        cmocka_unit_test(a_column_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
