/* sync_contract.c - what every synchronisation promises: nobody waits for those who are gone, the slowest never waits, who may
 * be ahead by so much may be ahead by less; and, in a training, nobody begins farther ahead than it may, and whoever fails,
 * the others go on. */
#include "tests/strategy/stage.h"

enum { WORKERS = 4, MOST = 40 };

static dt_sync opened(size_t e, dt_arena *run) {
    dt_sync s;
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, dt_sync_room.entries[e]->name, run);
    assert_ok(dt_sync_open(&s, node, run));
    return s;
}

static void the_slowest_and_who_is_gone_never_wait(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        const long done[WORKERS] = { 7, 5, LONG_MAX, 9 };
        const dt_sync_clocks clocks = { .workers = WORKERS, .done = done, .slowest = 5 };
        assert_true(dt_sync_allows(&s, &clocks, 1));
        assert_true(dt_sync_allows(&s, &clocks, 2));
        const long none[WORKERS] = { LONG_MAX, LONG_MAX, LONG_MAX, LONG_MAX };
        assert_true(dt_sync_allows(&s, &(dt_sync_clocks){ .workers = WORKERS, .done = none, .slowest = LONG_MAX }, 0));
    }
    dt_arena_free(run);
}

static void who_may_be_ahead_may_be_ahead_by_less(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        bool before = true;
        for (long ahead = 0; ahead < MOST; ahead++) {
            const long done[WORKERS] = { 3, 3 + ahead, 3, 3 };
            bool allowed = dt_sync_allows(&s, &(dt_sync_clocks){ .workers = WORKERS, .done = done, .slowest = 3 }, 1);
            if (allowed && !before) fail_msg("%s: %ld ahead", dt_sync_room.entries[e]->name, ahead);
            before = allowed;
        }
    }
    dt_arena_free(run);
}

/* Where pushes are merged nobody begins an iteration before all have ended the one as many before it as pushes may wait: with
 * bsp, the one before. */
static void where_pushes_are_merged_nobody_runs_ahead(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        if (!s.type->merges) continue;
        for (long ahead = 0; ahead < MOST; ahead++) {
            const long done[WORKERS] = { 3, 3 + ahead, 3, 3 };
            bool allowed = dt_sync_allows(&s, &(dt_sync_clocks){ .workers = WORKERS, .done = done, .slowest = 3 }, 1);
            assert_int_equal(allowed, ahead < (long)dt_sync_depth(&s));
        }
    }
    dt_arena_free(run);
}

static void spare_workers_are_fewer_than_all(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        long spare = dt_sync_ends(&s).spare;
        assert_true(spare >= 0 && (spare == 0 || s.type->merges));
        assert_ok(dt_sync_check(&s, (size_t)spare + 1));
        if (spare > 0) assert_int_equal(dt_sync_check(&s, (size_t)spare), DT_EINVAL);
    }
    dt_arena_free(run);
}

/* ---- in a training ---------------------------------------------------------------------------------- */

enum { ROWS = 60, COLUMNS = 5, CLASSES = 3, ROUNDS = 60 };

static dt_data classes(dt_arena *run) {
    float *x = dt_arena_take(run, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(run, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(run, 5, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, CLASSES);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, CLASSES, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

/* Steps of 10 ms on average that vary, one worker three times slower; messages take as long. */
static stage_choice training(const dt_data *data, size_t e, size_t servers, dt_arena *run) {
    return (stage_choice){ .strategy = pick(run, "ps", NULL), .sync = pick(run, dt_sync_room.entries[e]->name, NULL), .servers = servers,
                           .model = pick(run, "softmax", NULL), .optimiser = pick(run, "sgd", "lr", 0.1, NULL), .data = data,
                           .workers = WORKERS, .batch = 4, .slow = 3, .seconds = pick(run, "exponential", "mean", 0.01, NULL),
                           .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { WORKERS + (int)servers, 1e9, 1e5, 1e-3, "SPLITDUPLEX", "CM02" } };
}

static void the_laws_hold(const stage_log *log, size_t e) {
    if (log->status != DT_OK) fail_msg("%s: %s", dt_sync_room.entries[e]->name, log->reason);
    assert_int_equal(log->overrun, 0);          /* nobody has begun farther ahead than it may */
    assert_int_equal(log->from_future, 0);
    assert_near(log->unaccounted_bytes, 0, 1e-6);
    assert_near(log->unaccounted_s, 0, 1e-9);
    assert_true(log->in_use < 60);              /* vectors go back to the pool */
}

static void nobody_begins_farther_ahead_than_it_may_with_any_number_of_servers_and_threads(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_data data = classes(run);
    for (size_t e = 0; e < dt_sync_room.count; e++)
        for (size_t servers = 1; servers <= 3; servers += 2) {
            stage_choice c = training(&data, e, servers, run);
            const stage_log *log = stage_run(c);
            the_laws_hold(log, e);
            assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
            assert_true(log->mark[log->marks - 1].loss < 0.9 * log->mark[0].loss);
            c.threads = 3;
            const stage_log *again = stage_run(c);
            assert_int_equal(log->marks, again->marks);
            assert_memory_equal(log->mark, again->mark, (size_t)log->marks * sizeof(dt_mark));
        }
    dt_arena_free(run);
}

/* One worker is gone for good at the beginning, and then hosts fail and come back all the time. */
static void whoever_fails_the_others_go_on(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_data data = classes(run);
    for (size_t e = 0; e < dt_sync_room.count; e++)
        for (uint64_t seed = 0; seed < 8; seed++) {
            dt_config *f = dt_config_new(run);
            dt_config_set_number(f, "deadline", 0.05, run);
            stage_choice c = training(&data, e, 1 + seed % 3, run);
            if (seed > 0) dt_config_set_copy(f, "crash", pick(run, "exponential", "mean", 0.1, NULL), run);
            if (seed > 0) dt_config_set_copy(f, "recover", pick(run, "exponential", "mean", seed % 2 == 0 ? 0.02 : 0.1, NULL), run);
            c.faults = f;
            c.fault_seed = seed + 1;
            c.gone = seed == 0 ? 2 : 0;
            const stage_log *log = stage_run(c);
            the_laws_hold(log, e);
            assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
        }
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slowest_and_who_is_gone_never_wait),
        cmocka_unit_test(who_may_be_ahead_may_be_ahead_by_less),
        cmocka_unit_test(where_pushes_are_merged_nobody_runs_ahead),
        cmocka_unit_test(spare_workers_are_fewer_than_all),
        cmocka_unit_test(nobody_begins_farther_ahead_than_it_may_with_any_number_of_servers_and_threads),
        cmocka_unit_test(whoever_fails_the_others_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
