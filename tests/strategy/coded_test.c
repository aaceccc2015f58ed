/* coded_test.c - what coded gradients promise: the model of gradient descent whoever is late or lies, in the time and bytes of the
 * formulas, and an end that says so where the words cannot be decoded. */
#include "tests/strategy/trouble.h"
#include "base/lot.h"

enum { TWELVE = 12 };

static const dt_config *code(const char *name, double bears) {
    bool doubts = strcmp(name, "vote") == 0 || strcmp(name, "fourier") == 0;
    return pick(arena, name, doubts ? "byzantine" : "stragglers", bears, NULL);
}

/* A part takes a second, messages next to nothing. */
static stage_choice twelve(const dt_data *data, const dt_config *codes) {
    stage_choice c = choice(data, 0);
    c.strategy = pick(arena, "coded", NULL);
    c.workers = TWELVE;
    c.batch = 0;
    c.star.hosts = TWELVE + 1;
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.optimiser = pick(arena, "sgd", "lr", 0.5, NULL);
    c.stop = (dt_stop){ .rounds = 10 };
    c.every.rounds = 1;
    c.code = codes;
    return c;
}

/* count late workers in every round; delay < 0: for ever. */
static const dt_config *late(double count, double delay, double every) {
    dt_config *f = dt_config_new(arena), *s = dt_config_set_table(f, "stragglers", arena);
    dt_config_set_number(s, "count", count, arena);
    if (delay >= 0) dt_config_set_copy(s, "delay", pick(arena, "constant", "value", delay, NULL), arena);
    dt_config_set_number(s, "every", every, arena);
    dt_config_set_number(f, "patience", 500, arena);
    return f;
}

static void assert_same_models(const stage_log *a, const stage_log *b, double tolerance) {
    assert_int_equal(a->status, DT_OK);
    assert_int_equal(a->marks, b->marks);
    for (int i = 0; i < a->marks; i++)
        for (int e = 0; e < STAGE_N; e++) assert_near(a->x[i][e], b->x[i][e], tolerance);
}

static void it_is_gradient_descent_whoever_is_late(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const char *const names[] = { "none", "fractional", "cyclic", "vote", "fourier" };
    for (size_t batch = 0; batch <= 7; batch += 7) {
        stage_choice sgd = twelve(&data, NULL);
        sgd.strategy = pick(arena, "sgd", NULL);
        sgd.batch = batch;
        const stage_log *plain = stage_run(sgd);
        for (int i = 0; i < 5; i++) {
            stage_choice c = twelve(&data, code(names[i], i == 0 ? 0 : 1));
            c.batch = batch;
            c.faults = late(i == 0 ? 0 : 1, 8, 1);
            assert_same_models(stage_run(c), plain, 1e-6);
            c.threads = 3;
            const stage_log *three = stage_run(c);
            c.threads = 1;
            const stage_log *one = stage_run(c);
            assert_memory_equal(one->mark, three->mark, (size_t)one->marks * sizeof(dt_mark));
            assert_memory_equal(one->x, three->x, (size_t)one->marks * sizeof one->x[0]);
        }
    }
}

/* Shards of other sizes, and batches that are another share of each: every sample counts alike. */
static void parts_count_by_the_samples_of_their_batches(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const char *const names[] = { "none", "fractional", "cyclic", "vote", "fourier" };
    for (size_t batch = 0; batch <= 4; batch += 2) {
        stage_choice sgd = twelve(&data, NULL);
        sgd.strategy = pick(arena, "sgd", NULL);
        sgd.split = pick(arena, "quantity", "power", 1.0, NULL);
        sgd.batch = batch;
        const stage_log *plain = stage_run(sgd);
        for (int i = 0; i < 5; i++) {
            stage_choice c = twelve(&data, code(names[i], i == 0 ? 0 : 1));
            c.split = sgd.split;
            c.batch = batch;
            assert_same_models(stage_run(c), plain, 1e-6);
        }
    }
}

/* The naive master: 1 + delay; coded gradients: s + 1 parts, whatever the delay. */
static void a_round_takes_as_long_as_its_parts(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const double delays[] = { 0, 1, 2, 4, 8, -1 };
    for (double s = 1; s <= 2; s++)
        for (int d = 0; d < 6; d++) {
            stage_choice c = twelve(&data, code("none", 0));
            c.faults = late(s, delays[d], 1);
            if (delays[d] >= 0) assert_near(stage_run(c)->end_s / 10, 1 + delays[d], 0.01);
            else assert_non_null(strstr(stage_run(c)->reason, "no training step completed"));
            c.code = code("none", s);
            const stage_log *ignoring = stage_run(c);
            assert_near(ignoring->end_s / 10, 1, 0.01);
            if (delays[d] > 0) assert_true(ignoring->mark[5].more[0] > 1e-3);
            for (int k = 0; k < 2; k++) {
                c.code = code(k == 0 ? "fractional" : "cyclic", s);
                const stage_log *log = stage_run(c);
                assert_int_equal(log->status, DT_OK);
                assert_near(log->end_s / 10, s + 1, 0.01);
                assert_true(log->mark[5].more[0] < 1e-6);
            }
        }
}

/* Those who carry on are missing in the next round: that takes almost the 3 s of the naive master, where it takes 2 s to leave. */
static void late_workers_that_finish_use_up_what_the_code_bears(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = twelve(&data, code("cyclic", 1));
    c.strategy = pick(arena, "coded", NULL);
    dt_config *finish = dt_config_new(arena);
    dt_config_set_text(finish, NULL, "coded", arena);
    dt_config_set_text(finish, "late", "finish", arena);
    c.stop.rounds = 200;
    c.every.rounds = 200;
    c.faults = late(1, 2, 1);
    double leave = stage_run(c)->end_s / 200;
    c.strategy = finish;
    const stage_log *cyclic = stage_run(c);
    assert_int_equal(cyclic->status, DT_OK);
    double carry = cyclic->end_s / 200;
    assert_near(leave, 2, 0.01);
    assert_true(carry > 2.8 && carry < 3.01);
    c.code = code("fractional", 1);
    assert_true(stage_run(c)->end_s / 200 <= carry);
    c.faults = late(1, -1, 1);
    c.code = code("cyclic", 1);
    assert_non_null(strstr(stage_run(c)->reason, "no training step completed"));
}

/* In one round of the same delays, a group's first word comes no later than the n - s-th. */
static void fractional_is_never_later_than_cyclic(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = twelve(&data, code("cyclic", 2));
    dt_config *f = dt_config_new(arena), *s = dt_config_set_table(f, "stragglers", arena);
    dt_config_set_number(s, "count", TWELVE, arena);
    dt_config_set_copy(s, "delay", pick(arena, "exponential", "mean", 3.0, NULL), arena);
    c.faults = f;
    const stage_log *cyclic = stage_run(c);
    c.code = code("fractional", 2);
    const stage_log *fractional = stage_run(c);
    for (int i = 1; i < cyclic->marks; i++)
        assert_true(fractional->mark[i].time_s - fractional->mark[i - 1].time_s <= cyclic->mark[i].time_s - cyclic->mark[i - 1].time_s + 1e-9);
}

/* A word of n numbers whatever the code, of 2 n where they are complex; down the model of n. */
static void words_have_the_bytes_of_their_numbers(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const char *const names[] = { "none", "fractional", "cyclic", "vote", "fourier" };
    for (int i = 0; i < 5; i++)
        for (double s = 1; s <= 2; s++) {
            if (strcmp(names[i], "vote") == 0 && s == 2) continue;
            stage_choice c = twelve(&data, code(names[i], i == 0 ? 0 : s));
            c.stop.rounds = 1;
            assert_near(stage_run(c)->bytes, TWELVE * 4.0 * 21 * (i == 4 ? 3 : 2), 0);
        }
}

/* Encoding r parts takes 2 r n flops for each number of an entry, decoding what the code says; at 1 Mflop/s. */
static void words_take_the_time_of_their_flops(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const double n = 21, speed = 1e6, decode[] = { 0, 2 * 12, 2 * 12, 8 * 12 };
    const char *const names[] = { "fractional", "cyclic", "vote", "fourier" };
    for (int i = 0; i < 4; i++) {
        stage_choice c = twelve(&data, code(names[i], 1));
        c.seconds = pick(arena, "constant", "value", 0.0, NULL);
        c.stop.rounds = 1;
        c.star = (apart_star){ TWELVE + 1, speed, 1e12, 0, "SPLITDUPLEX", "CM02" };
        double words = i == 1 ? 11 : 12, encode = 2 * (i < 2 ? 2 : 3) * (i == 3 ? 2 : 1);
        assert_near(stage_run(c)->end_s, (encode + decode[i] * words / 12) * n / speed, 1e-5);
    }
}

static void a_vote_has_the_bits_of_the_honest_run(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t k = 0; k < dt_attack_room.count; k++)
        for (double s = 1; s <= 2; s++) {
            stage_choice c = twelve(&data, code("vote", s));
            c.workers = 15;
            c.star.hosts = 16;
            const stage_log *honest = stage_run(c);
            c.attack = pick(arena, dt_attack_room.entries[k]->name, "count", s, NULL);
            const stage_log *voted = stage_run(c);
            assert_int_equal(voted->status, DT_OK);
            assert_memory_equal(voted->x, honest->x, (size_t)honest->marks * sizeof honest->x[0]);
            bool lies = dt_attack_of(dt_attack_room.entries[k])->forge != NULL;
            if (lies) assert_near(voted->mark[5].more[1], s, 0);
            c.code = code("fourier", s);
            assert_same_models(stage_run(c), honest, 1e-6);
            c.code = code("none", 0);
            c.attack = pick(arena, "reverse", "count", 1.0, NULL);
            assert_true(stage_run(c)->mark[5].more[0] > 1);
        }
}

static dt_config *liars(const char *name, const char *ranks) {
    dt_config *attack = dt_config_new(arena);
    dt_config_set_text(attack, NULL, name, arena);
    dt_config *list = dt_config_set_table(attack, "ranks", arena);
    for (const char *c = ranks; *c != '\0'; c++) dt_config_set_number(list, NULL, *c - '0', arena);
    return attack;
}

/* Two of a group of three: words that differ show it, equal ones win and the model is wrong. */
static void more_liars_than_the_code_bears_show(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = twelve(&data, code("vote", 1));
    c.attack = liars("noise", "34");
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_EDECODE);
    assert_non_null(strstr(log->reason, "workers 3 to 5"));
    c.attack = liars("reverse", "34");
    c.stop.rounds = 1;
    log = stage_run(c);
    assert_true(log->mark[1].more[0] > 1);
    c.code = code("fourier", 1);
    c.attack = liars("reverse", "37");
    assert_int_equal(stage_run(c)->status, DT_EDECODE);
}

/* The step of five equal workers of which one sends -100 times its gradient is (4 - 100) / 5 = -19.2 times the honest one. */
static void one_liar_takes_a_mean_along(void **fixture) {
    (void)fixture;
    const float x[] = { 1, 1, 1, 1, 1 }, y[] = { 2, 2, 2, 2, 2 };
    dt_data data = { .shape = { 1, 0, 0, 0, 0 }, .train = { 5, x, y, NULL, NULL } };
    stage_choice c = choice(&data, 0);
    c.strategy = pick(arena, "coded", NULL);
    c.model = pick(arena, "linear", NULL);
    c.batch = 0;
    c.optimiser = pick(arena, "sgd", "lr", 0.01, NULL);
    c.stop = (dt_stop){ .rounds = 1 };
    c.every.rounds = 1;
    const stage_log *honest = stage_run(c);
    c.attack = pick(arena, "reverse", "count", 1.0, NULL);
    const stage_log *lied = stage_run(c);
    assert_near((lied->x[1][0] - lied->x[0][0]) / (honest->x[1][0] - honest->x[0][0]), -19.2, 1e-4);
    c.aggregate = pick(arena, "median", NULL);
    assert_near(stage_run(c)->x[1][0], honest->x[1][0], 1e-6);
}

/* One of five is gone: borne, or not, or left out. */
static void a_failed_worker_is_a_missing_word(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const char *const names[] = { "none", "cyclic", "fourier", "cyclic" };
    for (int i = 0; i < 4; i++) {
        stage_choice c = choice(&data, 0);
        c.strategy = pick(arena, "coded", NULL);
        c.code = code(names[i], i == 3 ? 0 : i > 0);
        dt_config *f = dt_config_new(arena);
        dt_config_set_number(f, "deadline", 3, arena);
        c.faults = f;
        c.gone = 2;
        const stage_log *log = stage_run(c);
        if (i == 3) {
            assert_int_equal(log->status, DT_EDECODE);
            assert_non_null(strstr(log->reason, "the words of 4 of 5 workers in round 1"));
            continue;
        }
        assert_int_equal(log->status, DT_OK);
        assert_int_equal(log->mark[log->marks - 1].round, 30);
        assert_int_equal(log->mark[log->marks - 1].updates, 4);
    }
}

/* Every code under every trouble: the run ends with the last round, or says that words cannot be decoded. */
static void every_code_ends_whatever_fails(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t k = 0; k < dt_code_room.count; k++)
        for (int kind = 0; kind < TROUBLES; kind++)
            for (int finish = 0; finish < 2; finish++) {
                stage_choice c = choice(&data, 0);
                dt_config *strategy = dt_config_new(arena);
                dt_config_set_text(strategy, NULL, "coded", arena);
                dt_config_set_text(strategy, "late", finish ? "finish" : "leave", arena);
                c.strategy = strategy;
                c.workers = 6;
                c.star.hosts = 7;
                c.code = pick(arena, dt_code_room.entries[k]->name, NULL);
                c.faults = trouble(kind);
                const stage_log *log = stage_run(c);
                if (log->status != DT_OK && log->status != DT_EDECODE)
                    fail_msg("%s, trouble %d: %s", dt_code_room.entries[k]->name, kind, log->reason);
                if (log->status == DT_OK && kind > 0) assert_int_equal(log->mark[log->marks - 1].round, 30);
                assert_near(log->unaccounted_bytes, 0, 1e-6);
                assert_near(log->unaccounted_s, 0, 1e-9);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_gradient_descent_whoever_is_late),
        cmocka_unit_test(parts_count_by_the_samples_of_their_batches),
        cmocka_unit_test(a_round_takes_as_long_as_its_parts),
        cmocka_unit_test(late_workers_that_finish_use_up_what_the_code_bears),
        cmocka_unit_test(fractional_is_never_later_than_cyclic),
        cmocka_unit_test(words_have_the_bytes_of_their_numbers),
        cmocka_unit_test(words_take_the_time_of_their_flops),
        cmocka_unit_test(a_vote_has_the_bits_of_the_honest_run),
        cmocka_unit_test(more_liars_than_the_code_bears_show),
        cmocka_unit_test(one_liar_takes_a_mean_along),
        cmocka_unit_test(a_failed_worker_is_a_missing_word),
        cmocka_unit_test(every_code_ends_whatever_fails),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
