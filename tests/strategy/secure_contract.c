/* secure_contract.c - what every strategy whose server merges updates promises under secure aggregation: the sum is the plain one
 * whoever drops out at whatever moment, all messages are charged, and a round that falls below its threshold changes nothing. */
#include "tests/strategy/trouble.h"
#include <math.h>

static bool merges(size_t e) {
    const dt_strategy_type *type = dt_strategy_of(dt_strategy_room.entries[e]);
    return type->merges && !type->asynchronous;
}

static dt_config *secure(double threshold, double bits, double range) {
    dt_config *out = dt_config_new(arena);
    dt_config_set_number(out, "threshold", threshold, arena);
    dt_config_set_number(out, "bits", bits, arena);
    dt_config_set_number(out, "range", range, arena);
    return out;
}

static stage_choice of(const dt_data *data, size_t e, double fraction, const dt_config *how) {
    stage_choice c = choice(data, e);
    c.strategy = pick(arena, strategy_name(e), "fraction", fraction, NULL);
    c.stop.rounds = 6;
    c.every.rounds = 1;
    c.secure = how;
    return c;
}

static const stage_log *ran(stage_choice c, size_t e) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s: %s", strategy_name(e), log->reason);
    return log;
}

static double column(const dt_mark *mark, size_t e, size_t which) {
    size_t at = 0;
    for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[e])->columns; m != NULL && m->is.name != NULL; m++) at++;
    return mark->more[at + which];
}
static double saturated(const dt_mark *mark, size_t e) { return column(mark, e, 0); }
static double dropouts(const dt_mark *mark, size_t e) { return column(mark, e, 1); }
static double failed(const dt_mark *mark, size_t e) { return column(mark, e, 2); }

static double farthest(const stage_log *a, const stage_log *b, int mark) {
    double most = 0;
    for (size_t i = 0; i < STAGE_N; i++) most = fmax(most, fabs((double)a->x[mark][i] - (double)b->x[mark][i]));
    return most;
}

static void the_sum_is_the_plain_one_to_the_last_level(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    static const char *const rules[] = { "weighted", "mean" };
    static const double bits[] = { 32, 24, 16 }, near[] = { 1e-6, 1e-5, 2e-3 };
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (int i = 0; i < 6 && merges(e); i++) {
            stage_choice c = of(&data, e, 1, NULL);
            c.split = pick(arena, "quantity", "power", 1.0, NULL);
            c.aggregate = pick(arena, rules[i % 2], NULL);
            const stage_log *plain = ran(c, e);
            c.secure = secure(0.6, bits[i / 2], 2);
            const stage_log *masked = ran(c, e);
            for (int m = 1; m < plain->marks; m++) {
                if (farthest(plain, masked, m) > near[i / 2]) fail_msg("%s: %g bits, mark %d: %g off", strategy_name(e), bits[i / 2], m, farthest(plain, masked, m));
                assert_int_equal(masked->mark[m].updates, 5);
                assert_true(isnan(masked->mark[m].consensus_distance));
            }
            assert_true(saturated(&masked->mark[3], e) == 0 && dropouts(&masked->mark[3], e) == 0 && failed(&masked->mark[3], e) == 0);
        }
}

static void entries_out_of_range_are_cut_and_counted(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        const stage_log *log = ran(of(&data, e, 1, secure(0.6, 32, 1e-3)), e);
        for (int m = 1; m < log->marks; m++) {
            for (size_t i = 0; i < 21; i++) assert_true(fabs((double)log->x[m][i] - (double)log->x[m - 1][i]) <= 1e-3 * (1 + 1e-3));
            assert_true(saturated(&log->mark[m], e) > 0.2);
        }
    }
}

/* Bonawitz et al., section 4.4.2: a client sends and receives 2 n keys and 5 n - 4 shares; here beside the model, the words with one
 * of the weight, and a bit of each client that says who is in the sum. */
static void every_message_is_charged(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (double n = 2; n <= 5 && merges(e); n++)
            for (double bits = 16; bits <= 32; bits += 8)
                for (int blank = 0; blank < 2; blank++) {
                    stage_choice c = of(&data, e, n / 5, NULL);
                    c.blank = blank;
                    double plain = ran(c, e)->bytes;
                    c.secure = secure(1, bits, 1);
                    double client = 2 * n * 32 + (5 * n - 4) * 32 + ceil(21 * bits / 8) - 21 * 4 + 4 + 1;
                    assert_near(ran(c, e)->bytes, plain + 6 * n * client, 1e-9);
                }
}

/* Work of masks is charged: four times the clients are more than four times the time of one. */
static void masks_take_time_at_clients_and_at_the_server(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        double plain = ran(of(&data, e, 1, NULL), e)->end_s, masked = ran(of(&data, e, 1, secure(0.6, 32, 1)), e)->end_s;
        assert_true(masked > plain + 6 * 1e5 * 4 * 2 / 1e6);        /* at least the agreements of two exchanges, on hosts of 1 Mflop/s */
    }
}

/* One of five fails for good at any moment of the only round.  The model is the mean of all, or of the others; and each exchange is hit. */
static void whoever_fails_when_the_mean_is_of_those_in_the_sum(void **fixture) {
    (void)fixture;
    enum { MOMENTS = 60 };
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        stage_choice c = of(&data, e, 1, NULL);
        c.stop.rounds = 1;
        dt_config *f = dt_config_new(arena);
        dt_config_set_number(f, "deadline", 0.5, arena);
        const stage_log *all = ran(c, e);
        c.faults = f;
        c.gone = 2;
        const stage_log *others = ran(c, e);
        c.secure = secure(0.6, 32, 1);
        c.gone = 0;
        double length = ran(c, e)->end_s;
        int before = 0, among = 0, after = 0;
        c.gone = 2;
        for (int i = 0; i < MOMENTS; i++) {
            c.gone_s = length * (i % 2 == 0 ? (i + 0.5) / MOMENTS : 1 - 0.003 * (i + 0.5) / MOMENTS);     /* the last exchange is short */
            const stage_log *log = ran(c, e);
            bool with = farthest(log, all, 1) < 1e-6, without = farthest(log, others, 1) < 1e-6;
            if (!with && !without) fail_msg("%s: gone at %g s: neither mean", strategy_name(e), c.gone_s);
            assert_true(failed(&log->mark[1], e) == 0);
            assert_true(dropouts(&log->mark[1], e) == 0 || without);
            before += without && dropouts(&log->mark[1], e) == 0;
            among += dropouts(&log->mark[1], e) == 1;
            after += with;
        }
        if (before == 0 || among == 0 || after == 0) fail_msg("%s: %d, %d, %d of the exchanges hit", strategy_name(e), before, among, after);
    }
}

/* All five must stay, and one of them does not. */
static void a_round_below_its_threshold_changes_nothing_and_is_counted(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        stage_choice c = of(&data, e, 1, secure(1, 32, 1));
        c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, "deadline", 3.0, NULL);
        c.slow = 1000;
        const stage_log *log = ran(c, e);
        for (int m = 1; m < log->marks; m++) {
            assert_memory_equal(log->x[m], log->x[0], sizeof log->x[0]);
            assert_true(failed(&log->mark[m], e) == m && log->mark[m].updates == 0);
        }
    }
}

/* Who is too late for a round's time limit is left out, and its masks are removed. */
static void who_is_late_is_left_out_of_the_sum(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        stage_choice c = of(&data, e, 1, NULL);
        c.stop.rounds = 1;
        c.slow = 20;
        c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, "deadline", 0.03, NULL);
        dt_config *quick = dt_config_new(arena);
        dt_config_set_number(quick, "agreement", 0, arena);
        c.secure = quick;
        const stage_log *log = ran(c, e);
        assert_true(dropouts(&log->mark[1], e) == 1);
        c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, NULL);
        c.secure = secure(0.6, 32, 1);
        dt_config_set_number((dt_config *)c.secure, "patience", 1.5, arena);      /* keys of the slow one take 4 s */
        const stage_log *early = ran(c, e);
        if (dropouts(&early->mark[1], e) != 0 || farthest(early, log, 1) > 1e-6)
            fail_msg("%s: %g dropouts, %ld updates, %g off", strategy_name(e), dropouts(&early->mark[1], e), early->mark[1].updates, farthest(early, log, 1));
        c.slow = 0;
        c.secure = NULL;
        dt_config *f = dt_config_new(arena);
        dt_config_set_number(f, "deadline", 0.5, arena);
        c.faults = f;
        c.gone = 4;
        const stage_log *others = ran(c, e);
        if (log->mark[1].updates != 4 || farthest(log, others, 1) > 1e-6) fail_msg("%s: %ld updates, %g off", strategy_name(e), log->mark[1].updates, farthest(log, others, 1));
    }
}

static void it_repeats_and_ends_under_every_trouble(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (int kind = 0; kind < 2 * TROUBLES && merges(e); kind++) {
            stage_choice c = of(&data, e, 1, secure(0.6, 32, 1));
            dt_config *quick = dt_config_new(arena);
            dt_config_set_copy(dt_config_new(arena), "copy", c.secure, arena);
            dt_config_set_number(quick, "agreement", 100, arena);
            c.secure = quick;
            c.stop.rounds = 30;
            c.every.rounds = 5;
            if (kind >= TROUBLES) c.privacy = pick(arena, "distributed", "noise_multiplier", 0.5, "clip_norm", 0.1, NULL);
            it_ends_and_repeats(c, strategy_name(e), kind % TROUBLES);
        }
}

static int begin(void **fixture) {
    (void)fixture;
    arena = dt_arena_new(1 << 20);
    dt_base_start();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_is_the_plain_one_to_the_last_level),
        cmocka_unit_test(entries_out_of_range_are_cut_and_counted),
        cmocka_unit_test(every_message_is_charged),
        cmocka_unit_test(masks_take_time_at_clients_and_at_the_server),
        cmocka_unit_test(whoever_fails_when_the_mean_is_of_those_in_the_sum),
        cmocka_unit_test(a_round_below_its_threshold_changes_nothing_and_is_counted),
        cmocka_unit_test(who_is_late_is_left_out_of_the_sum),
        cmocka_unit_test(it_repeats_and_ends_under_every_trouble),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
