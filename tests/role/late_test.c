/* late_test.c - workers that are drawn to be late in a round: exactly so many, by the delay, whatever the strategy. */
#include "tests/strategy/trouble.h"
#include "base/lot.h"

static dt_config *late(double count, const dt_config *delay, double every) {
    dt_config *f = dt_config_new(arena), *s = dt_config_set_table(f, "stragglers", arena);
    dt_config_set_number(s, "count", count, arena);
    if (delay != NULL) dt_config_set_copy(s, "delay", delay, arena);
    dt_config_set_number(s, "every", every, arena);
    dt_config_set_number(f, "patience", 500, arena);
    return f;
}

/* A step takes a second, and messages next to nothing. */
static stage_choice in_seconds(const dt_data *data, const char *strategy, const dt_config *faults) {
    stage_choice c = choice(data, 0);
    c.strategy = pick(arena, strategy, NULL);
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.stop = (dt_stop){ .rounds = 20 };
    c.every.rounds = 1;
    c.faults = faults;
    return c;
}

static void a_round_waits_for_the_delay(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (double count = 0; count <= WORKERS; count++) {
        const stage_log *log = stage_run(in_seconds(&data, "sgd", late(count, pick(arena, "constant", "value", 2.0, NULL), 1)));
        assert_int_equal(log->status, DT_OK);
        assert_near(log->end_s, 20 * (count > 0 ? 3 : 1), 0.01);
    }
}

/* Each is late in its share of the rounds: those of its lots. */
static void a_worker_is_late_in_the_rounds_of_its_lots(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    double last = 0;
    const stage_log *log = stage_run(in_seconds(&data, "isolated", late(2, pick(arena, "constant", "value", 2.0, NULL), 1)));
    for (size_t w = 0; w < WORKERS; w++) {
        double seconds = 20;
        for (long round = 0; round < 20; round++) seconds += dt_lot_falls(1, "stragglers", round, WORKERS, 2, w) ? 2 : 0;
        last = fmax(last, seconds);
    }
    assert_near(log->end_s, last, 1e-6);
    /* Never drawn again. */
    log = stage_run(in_seconds(&data, "isolated", late(2, pick(arena, "constant", "value", 2.0, NULL), 0)));
    assert_near(log->end_s, 60, 1e-6);
}

/* Nobody else can go on, and the run says so; where others need not wait, they finish. */
static void who_is_late_for_ever_is_waited_for_in_vain(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const stage_log *log = stage_run(in_seconds(&data, "sgd", late(1, NULL, 1)));
    assert_int_equal(log->status, DT_EDEADLOCK);
    assert_non_null(strstr(log->reason, "no training step completed"));
    log = stage_run(in_seconds(&data, "isolated", late(1, NULL, 0)));
    assert_int_equal(log->status, DT_OK);
    assert_near(log->end_s, 20, 1e-6);
}

static void every_strategy_is_later_with_late_workers(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = in_seconds(&data, strategy_name(e), late(0, pick(arena, "constant", "value", 2.0, NULL), 1));
        if (refuses(e, c.faults)) continue;
        const stage_log *without = stage_run(c);
        c.faults = late(WORKERS, pick(arena, "constant", "value", 2.0, NULL), 1);
        const stage_log *with = stage_run(c);
        if (with->status != DT_OK) fail_msg("%s: %s", strategy_name(e), with->reason);
        if (!(with->end_s > without->end_s + 2)) fail_msg("%s takes %g s, and %g s without late workers", strategy_name(e), with->end_s, without->end_s);
        assert_near(with->unaccounted_s, 0, 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_waits_for_the_delay),
        cmocka_unit_test(a_worker_is_late_in_the_rounds_of_its_lots),
        cmocka_unit_test(who_is_late_for_ever_is_waited_for_in_vain),
        cmocka_unit_test(every_strategy_is_later_with_late_workers),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
