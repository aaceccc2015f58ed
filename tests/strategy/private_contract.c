/* private_contract.c - what every strategy whose server merges updates promises under differential privacy: no client moves the
 * model by more than its clip norm allows, epsilon is that of the rounds, and all of it repeats, under faults too. */
#include "tests/strategy/trouble.h"
#include <math.h>

static const dt_strategy_type *type_of(size_t e) { return dt_strategy_of(dt_strategy_room.entries[e]); }
static bool merges(size_t e) { return type_of(e)->merges; }

/* Parts of the noise that clients add would shrink with the age of an update. */
static bool offered(size_t e, size_t k) { return merges(e) && !(type_of(e)->asynchronous && dt_privacy_of(dt_privacy_room.entries[k])->by_clients); }

/* Three of five clients a round, of equal weight. */
static stage_choice half(const dt_data *data, size_t e, const dt_config *privacy) {
    stage_choice c = choice(data, e);
    c.strategy = pick(arena, strategy_name(e), "fraction", 0.6, NULL);
    c.aggregate = pick(arena, "mean", NULL);
    c.stop.rounds = 8;
    c.every.rounds = 1;
    c.privacy = privacy;
    return c;
}

static const stage_log *ran(stage_choice c, size_t e) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s: %s", strategy_name(e), log->reason);
    return log;
}

/* The columns come after those of the strategy. */
static double column(const dt_mark *mark, size_t e, size_t which) {
    size_t at = 0;
    for (const dt_metric *m = dt_strategy_of(dt_strategy_room.entries[e])->columns; m != NULL && m->is.name != NULL; m++) at++;
    return mark->more[at + which];
}
static double clipped(const dt_mark *mark, size_t e) { return column(mark, e, 0); }
static double clip_norm(const dt_mark *mark, size_t e) { return column(mark, e, 1); }
static double epsilon(const dt_mark *mark, size_t e) { return column(mark, e, 2); }

static double moved(const stage_log *log, int mark) {
    double square = 0;
    for (size_t i = 0; i < STAGE_N; i++) square += pow((double)log->x[mark][i] - (double)log->x[mark - 1][i], 2);
    return sqrt(square);
}

static void a_wide_norm_and_no_noise_change_no_bit_of_the_models(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        const stage_log *plain = ran(half(&data, e, NULL), e);
        const stage_log *wide = ran(half(&data, e, pick(arena, "central", "clip_norm", 1e6, "noise_multiplier", 0.0, NULL)), e);
        assert_int_equal(plain->marks, wide->marks);
        assert_memory_equal(plain->x, wide->x, (size_t)plain->marks * sizeof plain->x[0]);
        assert_true(wide->mark[1].time_s > plain->mark[1].time_s);         /* clipping is charged */
        assert_true(wide->bytes == plain->bytes && clipped(&wide->mark[3], e) == 0);
        assert_true(isnan(epsilon(&wide->mark[1], e)) && epsilon(&wide->mark[0], e) == 0);
    }
}

static void a_round_moves_the_model_by_the_clip_norm_at_most(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        const stage_log *log = ran(half(&data, e, pick(arena, "central", "clip_norm", 0.01, "noise_multiplier", 0.0, NULL)), e);
        for (int i = 1; i < log->marks; i++) assert_true(moved(log, i) <= 0.01 * (1 + 1e-4));
        assert_true(clipped(&log->mark[1], e) == 1);
    }
}

/* n entries of z C / 3 each. */
static void the_noise_of_a_mean_is_that_of_the_sum_over_its_clients(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_privacy_room.count; k++) {
            if (!offered(e, k)) continue;
            const dt_config *privacy = pick(arena, dt_privacy_room.entries[k]->name, "clip_norm", 1e-3, "noise_multiplier", 3e5, NULL);
            const stage_log *log = ran(half(&data, e, privacy), e);
            double square = 0;
            for (int i = 1; i < 2; i++) square += pow(moved(log, i), 2);
            assert_near(sqrt(square / 21), 3e5 * 1e-3 / 3, 0.5);           /* softmax: 6 columns, 3 classes */
        }
}

/* Every round draws three of five; where clients come whenever they are done, each may be in every mean. */
static void epsilon_is_that_of_the_rounds(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_privacy_room.count; k++)
            for (int blank = 0; blank < 2 && offered(e, k); blank++) {
                stage_choice c = half(&data, e, pick(arena, dt_privacy_room.entries[k]->name, "noise_multiplier", 1.5, "delta", 1e-3, NULL));
                dt_privacy_account *a = dt_privacy_account_new(DT_DRAW_POISSON, arena);
                c.blank = blank;
                const stage_log *log = ran(c, e);
                for (int i = 1; i < log->marks; i++) {
                    dt_privacy_spend(a, type_of(e)->asynchronous ? 1 : 0.6, 1.5);
                    assert_near(epsilon(&log->mark[i], e), dt_privacy_spent(a, 1e-3), 1e-9);
                }
                assert_true((clip_norm(&log->mark[2], e) == 1) == (dt_privacy_of(dt_privacy_room.entries[k])->adapt == NULL));
            }
}

static void a_budget_of_epsilon_ends_the_run(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!merges(e)) continue;
        stage_choice c = half(&data, e, pick(arena, "central", "noise_multiplier", 2.0, NULL));
        double limit = (epsilon(&ran(c, e)->mark[4], e) + epsilon(&ran(c, e)->mark[5], e)) / 2;
        c.stop.goals = 1;
        c.stop.goal = &(dt_goal){ "epsilon", limit };
        const stage_log *log = ran(c, e);
        assert_int_equal(log->mark[log->marks - 1].round, 5);
    }
}

static void it_repeats_and_ends_under_every_trouble(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_privacy_room.count; k++)
            for (int kind = 0; kind < TROUBLES && offered(e, k); kind++) {
                stage_choice c = half(&data, e, pick(arena, dt_privacy_room.entries[k]->name, "clip_norm", 0.1, "noise_multiplier", 0.5, NULL));
                c.stop.rounds = 30;
                c.every.rounds = 5;
                it_ends_and_repeats(c, strategy_name(e), kind);
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
        cmocka_unit_test(a_wide_norm_and_no_noise_change_no_bit_of_the_models),
        cmocka_unit_test(a_round_moves_the_model_by_the_clip_norm_at_most),
        cmocka_unit_test(the_noise_of_a_mean_is_that_of_the_sum_over_its_clients),
        cmocka_unit_test(epsilon_is_that_of_the_rounds),
        cmocka_unit_test(a_budget_of_epsilon_ends_the_run),
        cmocka_unit_test(it_repeats_and_ends_under_every_trouble),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
