/* strategy_contract.c - what every strategy promises: it learns, repeats to the bit with any number of threads and
 * every compressor, ends when told, lets its vectors go, and reports a divergence as one. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

/* Four Gaussian classes in 8 dimensions; with a linear softmax n = 36. */
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

static const dt_strategy_type *strategy_type(size_t e) { return dt_strategy_of(dt_strategy_room.entries[e]); }

/* Workers that take means, mix, or have a server send something; the others never do. */
static bool talks(size_t e) {
    const dt_strategy_type *type = strategy_type(e);
    return type->averages || type->mixes || type->stores != DT_STORES_NONE || type->serve != NULL;
}

static const char *strategy_name(size_t e) { return dt_strategy_room.entries[e]->name; }

/* Where nobody waits for an average, steps are long enough that some come. */
static double speed(size_t e) { return strategy_type(e)->averages && strategy_type(e)->own_rounds ? 2e5 : 1e9; }

static stage_choice choice(const dt_data *data, size_t e) {
    return (stage_choice){ .strategy = pick(arena, strategy_name(e), NULL), .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.2, "momentum", 0.5, NULL), .data = data,
                           .workers = 6, .batch = 16, .stop.rounds = 12, .every.rounds = 3,
                           .star = { 7, speed(e), 1e8, 1e-4, "SPLITDUPLEX", "LV08" } };
}

static void it_learns_and_ends_at_its_limit(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        const stage_log *log = stage_run(choice(&data, e));
        const dt_mark *first = &log->mark[0], *last = &log->mark[log->marks - 1];
        if (log->status != DT_OK) fail_msg("%s: %s", strategy_name(e), log->reason);
        assert_int_equal(log->marks, 5);
        assert_int_equal(last->round, 12);
        assert_true(first->time_s == 0 && last->time_s > 0);
        assert_true(last->loss < first->loss);
        assert_true(last->accuracy > first->accuracy);
        assert_true((last->bytes > 0) == talks(e));
    }
}

static void marks_go_forward_in_time_steps_and_bytes(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = choice(&data, e);
        c.every.rounds = 1;
        const stage_log *log = stage_run(c);
        for (int i = 1; i < log->marks; i++) {
            assert_true(log->mark[i].time_s > log->mark[i - 1].time_s);
            assert_true(log->mark[i].step > log->mark[i - 1].step);
            assert_true(log->mark[i].bytes >= log->mark[i - 1].bytes);
            assert_true(log->mark[i].epoch > log->mark[i - 1].epoch);
            assert_int_equal(log->mark[i].round, i);
        }
    }
}

/* As many as the strategy says are merged into one; none behind the first model. */
static void marks_count_the_updates_of_their_round(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        const dt_strategy_type *type = strategy_type(e);
        stage_choice c = choice(&data, e);
        if (stage_has(type, "fraction")) c.strategy = pick(arena, strategy_name(e), "fraction", 0.5, NULL);
        const stage_log *log = stage_run(c);
        assert_int_equal(log->mark[0].updates, 0);
        dt_strategy strategy;
        assert_int_equal(dt_strategy_open(&strategy, c.strategy, arena), DT_OK);
        long together = (long)dt_role_together(&strategy, c.workers);
        for (int i = 1; i < log->marks; i++)
            if (log->mark[i].updates != together)
                fail_msg("%s: %ld updates in round %ld", strategy_name(e), log->mark[i].updates, log->mark[i].round);
    }
}

static void it_repeats_to_the_bit_with_any_threads_and_every_compressor(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_compress_room.count; k++) {
            stage_choice c = choice(&data, e);
            c.compress = pick(arena, dt_compress_room.entries[k]->name, NULL);
            const stage_log *one = stage_run(c);
            c.threads = 3;
            const stage_log *three = stage_run(c);
            if (one->status != DT_OK) fail_msg("%s, %s: %s", strategy_name(e), dt_compress_room.entries[k]->name, one->reason);
            assert_int_equal(one->marks, three->marks);
            assert_memory_equal(one->mark, three->mark, (size_t)one->marks * sizeof(dt_mark));
            assert_memory_equal(one->x, three->x, (size_t)one->marks * sizeof one->x[0]);
        }
}

/* Where all vectors meet in one place: with a star, or a server. */
static void it_learns_and_repeats_with_every_aggregate(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_aggregate_room.count; k++) {
            stage_choice c = choice(&data, e);
            if (!strategy_type(e)->averages && !dt_role_served(strategy_type(e))) continue;
            c.collective = pick(arena, "star", NULL);
            if (stage_has(strategy_type(e), "fraction")) c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, NULL);
            c.aggregate = pick(arena, dt_aggregate_room.entries[k]->name, NULL);
            const stage_log *one = stage_run(c);
            c.threads = 3;
            const stage_log *three = stage_run(c);
            if (one->status != DT_OK) fail_msg("%s, %s: %s", strategy_name(e), dt_aggregate_room.entries[k]->name, one->reason);
            assert_true(one->mark[one->marks - 1].loss < one->mark[0].loss);
            assert_int_equal(one->marks, three->marks);
            assert_memory_equal(one->mark, three->mark, (size_t)one->marks * sizeof(dt_mark));
            assert_memory_equal(one->x, three->x, (size_t)one->marks * sizeof one->x[0]);
        }
}

/* At most x and base of each worker and a vector of its loop, the first model, and what is in flight when the last round ends; of each
 * further vector in messages to neighbours itself and its public copy.  All clients take part, as some keep a vector between their rounds. */
static void its_vectors_go_back_to_the_pool(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = choice(&data, e);
        if (stage_has(strategy_type(e), "fraction")) c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, NULL);
        double few = stage_run(c)->in_use;
        c.stop.rounds = 120;
        double on_its_way = strategy_type(e)->averages && strategy_type(e)->own_rounds ? 6 + 1 : 0;     /* an average that nobody waits for */
        assert_near(stage_run(c)->in_use, few, on_its_way);
        double further = strategy_type(e)->bundle > 1 ? (double)strategy_type(e)->bundle - 1 : 0;
        assert_true(few <= (3 + 2 * further) * 6 + 3);
    }
}

static void a_divergence_is_reported_with_its_reason(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = choice(&data, e);
        c.model = pick(arena, "mlp", NULL);
        c.optimiser = pick(arena, "sgd", "lr", 1e6, NULL);
        const stage_log *log = stage_run(c);
        assert_int_equal(log->status, DT_EDIVERGED);
        assert_non_null(strstr(log->reason, "the loss is"));
    }
}

static void without_learning_time_and_bytes_are_the_same(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = choice(&data, e);
        c.compress = pick(arena, "topk", "ratio", 0.1, NULL);
        const stage_log *learnt = stage_run(c);
        c.blank = true;
        const stage_log *blank = stage_run(c);
        if (blank->status != DT_OK) fail_msg("%s: %s", strategy_name(e), blank->reason);
        assert_int_equal(blank->marks, learnt->marks);
        for (int i = 0; i < blank->marks; i++) {
            assert_near(blank->mark[i].time_s, learnt->mark[i].time_s, 0);
            assert_near(blank->mark[i].bytes, learnt->mark[i].bytes, 0);
            assert_near(blank->mark[i].step, learnt->mark[i].step, 0);
            assert_true(isnan(blank->mark[i].loss));
        }
        assert_near(blank->end_s, learnt->end_s, 0);
    }
}

static void every_limit_ends_it(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_stop stops[] = { { .steps = 20 }, { .epochs = 3 }, { .seconds = 0.05 }, { .bytes = 2e4 },
                              { .rounds = 1e6, .loss = 1.2 }, { .rounds = 1e6, .accuracy = 0.5 } };
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < sizeof stops / sizeof *stops; k++) {
            if (stops[k].bytes > 0 && !talks(e)) continue;     /* a_limit_that_never_comes_is_refused */
            stage_choice c = choice(&data, e);
            if (stage_has(strategy_type(e), "fraction")) c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, NULL);   /* short rounds */
            c.stop = stops[k];
            c.every.rounds = 1;
            const stage_log *log = stage_run(c);
            const dt_mark *end = &log->mark[log->marks - 1];
            if (log->status != DT_OK) fail_msg("%s: %s", strategy_name(e), log->reason);
            if (stops[k].steps > 0 && (end->step < 20 || end->step > 30)) fail_msg("%s: %ld steps", strategy_name(e), end->step);
            if (stops[k].epochs > 0) assert_true(end->epoch >= 3 * (1 - 1e-9) && end->epoch < 5);
            bool below = strategy_type(e)->budgets;        /* it ends before it would exceed a limit on what is spent */
            if (stops[k].seconds > 0 && !below) assert_true(end->time_s >= 0.05 * (1 - 1e-9) && end->time_s < 0.1);
            if (stops[k].bytes > 0 && !below) assert_true(end->bytes >= 2e4);
            if (below) assert_true(!(stops[k].seconds > 0 && end->time_s > 0.05) && !(stops[k].bytes > 0 && end->bytes > 2e4));
            if (stops[k].loss > 0) assert_true(log->mark[log->marks - 1].loss <= 1.2 || log->mark[log->marks - 2].loss <= 1.2);
            if (stops[k].accuracy > 0) assert_true(end->round < 1000);
        }
}

static void a_limit_that_never_comes_is_refused(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        dt_config *scenario = dt_config_new(arena);
        dt_config_set_copy(scenario, "strategy", pick(arena, strategy_name(e), NULL), arena);
        dt_config_set_copy(scenario, "queue", pick(arena, "whole", NULL), arena);
        dt_config_set_copy(scenario, "compress", pick(arena, "none", NULL), arena);
        assert_int_equal(dt_strategy_check(scenario, arena), DT_OK);
        dt_config_set_number(dt_config_set_table(scenario, "stop", arena), "bytes", 1e6, arena);
        assert_int_equal(dt_strategy_check(scenario, arena), talks(e) ? DT_OK : DT_EINVAL);
        if (!talks(e)) assert_string_equal(dt_reason_path(), "stop.bytes");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_learns_and_ends_at_its_limit),
        cmocka_unit_test(marks_go_forward_in_time_steps_and_bytes),
        cmocka_unit_test(marks_count_the_updates_of_their_round),
        cmocka_unit_test(it_repeats_to_the_bit_with_any_threads_and_every_compressor),
        cmocka_unit_test(it_learns_and_repeats_with_every_aggregate),
        cmocka_unit_test(its_vectors_go_back_to_the_pool),
        cmocka_unit_test(a_divergence_is_reported_with_its_reason),
        cmocka_unit_test(without_learning_time_and_bytes_are_the_same),
        cmocka_unit_test(every_limit_ends_it),
        cmocka_unit_test(a_limit_that_never_comes_is_refused),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
