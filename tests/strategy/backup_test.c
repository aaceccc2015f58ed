/* backup_test.c - what "backup" promises: how long a step takes, whose gradients count, and what becomes of the late. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

static const char *const lates[] = { "finish", "leave", "wait" };

static const dt_config *backup(double spare, const char *late) {
    dt_config *c = dt_config_new(arena);
    dt_config_set_text(c, NULL, "backup", arena);
    dt_config_set_number(c, "spare", spare, arena);
    dt_config_set_text(c, "late", late, arena);
    return c;
}

enum { ROWS = 96, COLUMNS = 5, CLASSES = 3, MANY = 24 };

static dt_data classes(void) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 5, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, CLASSES);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, CLASSES, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static stage_choice learning(const dt_data *data, const dt_config *sync, size_t servers) {
    return (stage_choice){ .strategy = pick(arena, "ps", NULL), .sync = sync, .servers = servers, .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.3, NULL), .data = data, .workers = 4, .batch = 8,
                           .seconds = pick(arena, "exponential", "mean", 1.0, NULL), .stop.rounds = 40, .every.rounds = 1,
                           .star = { 4 + (int)servers, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" } };
}

static const stage_log *run(stage_choice c) {
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return log;
}

static void without_spare_workers_it_is_bsp(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t servers = 1; servers <= 3; servers += 2) {
        const stage_log *bsp = run(learning(&data, NULL, servers));
        for (size_t l = 0; l < 3; l++) {
            const stage_log *none = run(learning(&data, backup(0, lates[l]), servers));
            assert_int_equal(bsp->marks, none->marks);
            assert_memory_equal(bsp->mark, none->mark, (size_t)bsp->marks * sizeof(dt_mark));
        }
    }
}

/* ---- how long a step takes ------------------------------------------------------------------------- */

static double harmonic(long n) {
    double sum = 0;
    for (long i = 1; i <= n; i++) sum += 1 / (double)i;
    return sum;
}

static const stage_log *many(const dt_data *data, double spare, const char *late) {
    stage_choice c = learning(data, backup(spare, late), 1);
    c.workers = MANY;
    c.blank = true;
    c.stop.rounds = 800;
    c.star.hosts = MANY + 1;
    return run(c);
}

/* The (N - b)th of N exponential times: H_N - H_b.  If late workers go on with what they do, an exponential time has no
 * memory, and it is the same again; if they end a gradient that is dropped, fewer than N compete for the first places of the
 * next step. */
static void a_step_takes_as_long_as_the_last_that_is_waited_for(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (long spare = 2; spare <= 12; spare += 5) {
        double formula = 800 * (harmonic(MANY) - harmonic(spare));
        assert_near(many(&data, (double)spare, "leave")->end_s, formula, 0.03 * formula);
        assert_near(many(&data, (double)spare, "wait")->end_s, formula, 0.03 * formula);
        assert_true(many(&data, (double)spare, "finish")->end_s > formula);
    }
}

static void as_many_are_late_in_a_step_as_are_spare_when_they_leave(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    assert_near(many(&data, 5, "leave")->late, 800 * 5, 0);
    assert_near(many(&data, 5, "wait")->late, 0, 0);
    double finished = many(&data, 5, "finish")->late;
    assert_true(finished > 0 && finished < 800 * 5);
}

/* ---- whose gradients count -------------------------------------------------------------------------- */

/* F_1 = x^2 / 2 and F_2 = 2 (x - 1)^2, whose worker takes r times as long (the bias stays 0).  It is always late, so that its
 * gradients never count; or they count once for r of the other: 4 / (r + 4). */
static double fixed_point(const dt_config *sync, double slow) {
    static const float x[] = { 1, -1, 2, -2 }, y[] = { 0, 0, 2, -2 };
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, x, y, NULL, NULL } };
    stage_choice c = learning(&data, sync, 1);
    c.model = pick(arena, "linear", NULL);
    c.optimiser = pick(arena, "sgd", "lr", 0.004, NULL);
    c.workers = 2;
    c.batch = 0;
    c.split = pick(arena, "contiguous", NULL);
    c.slow = slow;
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.stop.rounds = c.every.rounds = 4000;
    c.star.hosts = 3;
    const stage_log *log = run(c);
    return log->x[log->marks - 1][0];
}

static void what_is_late_counts_never_or_in_the_step_in_which_it_comes(void **fixture) {
    (void)fixture;
    assert_near(fixed_point(backup(1, "finish"), 4.37), 0, 1e-4);
    assert_near(fixed_point(backup(1, "leave"), 4.37), 0, 1e-4);
    assert_near(fixed_point(backup(1, "wait"), 4.37), 4 / (4.37 + 4), 0.02);
    assert_near(fixed_point(backup(0, "finish"), 4.37), 0.8, 0.02);
}

static void a_step_is_along_the_mean_of_those_that_count(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t l = 0; l < 3; l++) {
        const stage_log *log = run(learning(&data, backup(1, lates[l]), 1));
        for (int i = 1; i < log->marks; i++) assert_int_equal(log->mark[i].updates, 3);
        assert_int_equal(log->merged, 3 * 40);
        assert_int_equal(log->merged_ages > 0, l == 2);     /* only a gradient that waits is old */
        assert_true(log->mark[log->marks - 1].loss < 0.8 * log->mark[0].loss);
    }
}

/* Of workers that are equally fast none is left out. */
static void what_comes_at_the_same_instant_counts(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t l = 0; l < 3; l++) {
        stage_choice c = learning(&data, backup(2, lates[l]), 1);
        c.seconds = pick(arena, "constant", "value", 1.0, NULL);
        const stage_log *log = run(c);
        for (int i = 1; i < log->marks; i++) assert_int_equal(log->mark[i].updates, 4);
        assert_near(log->late, 0, 0);
        assert_near(log->end_s, 40, 1e-9);
    }
}

/* Two sites whose workers all have the same samples: the mean of the first is that of all, and each site's step counts by all of its
 * workers' samples. */
static void a_site_counts_by_all_of_its_workers(void **fixture) {
    (void)fixture;
    enum { EACH = 16, SITES_WORKERS = 6 };
    dt_data one = classes(), data = one;
    float *x = dt_arena_take(arena, EACH * SITES_WORKERS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, EACH * SITES_WORKERS, sizeof *y);
    for (size_t i = 0; i < EACH * SITES_WORKERS; i++) {
        memcpy(x + i * COLUMNS, one.train.x + i % EACH * COLUMNS, COLUMNS * sizeof *x);
        y[i] = one.train.y[i % EACH];
    }
    data.train = (dt_dataset){ .rows = EACH * SITES_WORKERS, .x = x, .y = y };
    const stage_log *log[4];
    for (size_t l = 0; l < 4; l++) {
        stage_choice c = learning(&data, l < 3 ? backup(1, lates[l]) : NULL, 2);
        c.strategy = pick(arena, "gaia", "staleness", 0.0, NULL);
        c.split = pick(arena, "contiguous", NULL);
        c.sites = 2;
        c.workers = SITES_WORKERS;
        c.batch = 0;
        c.seconds = pick(arena, "constant", "value", 1.0, NULL);
        c.slow = 1.5;
        c.star.hosts = SITES_WORKERS + 2;
        log[l] = run(c);
    }
    for (size_t l = 0; l < 2; l++)
        for (int i = 0; i < log[3]->marks; i++) assert_near(log[l]->mark[i].loss, log[3]->mark[i].loss, 1e-5);
}

/* ---- several servers, failures ------------------------------------------------------------------------ */

/* Each server takes those that come first to it.  Values and gradients take as long as computing. */
static void several_servers_and_a_slow_network_change_no_law(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t servers = 1; servers <= 4; servers++)
        for (size_t l = 0; l < 3; l++) {
            stage_choice c = learning(&data, backup(1, lates[l]), servers);
            c.seconds = pick(arena, "exponential", "mean", 0.001, NULL);
            c.star = (apart_star){ 4 + (int)servers, 1e9, 1e5, 1e-4, "SPLITDUPLEX", "CM02" };
            const stage_log *log = run(c);
            assert_int_equal(log->mark[log->marks - 1].round, 40);
            assert_int_equal(log->overrun, 0);
            assert_int_equal(log->from_future, 0);
            assert_near(log->unaccounted_bytes, 0, 1e-6);
            assert_near(log->unaccounted_s, 0, 1e-9);
            assert_true(log->in_use < 40);
            assert_true(log->mark[log->marks - 1].loss < 0.8 * log->mark[0].loss);
        }
}

/* One of four hosts is gone for good: with a spare worker nobody waits for the deadline. */
static void a_spare_worker_stands_in_for_one_that_has_failed(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t l = 0; l < 3; l++)
        for (long spare = 0; spare <= 1; spare++) {
            dt_config *f = dt_config_new(arena);
            dt_config_set_number(f, "deadline", 1000, arena);
            stage_choice c = learning(&data, backup((double)spare, lates[l]), 2);
            c.faults = f;
            c.gone = 2;
            const stage_log *log = run(c);
            assert_int_equal(log->mark[log->marks - 1].round, 40);
            assert_int_equal(log->end_s > 1000, spare == 0);
            for (int i = 1; i < log->marks; i++) assert_int_equal(log->mark[i].updates >= 3 - (spare == 0 ? 0 : 1), true);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_spare_workers_it_is_bsp),
        cmocka_unit_test(a_step_takes_as_long_as_the_last_that_is_waited_for),
        cmocka_unit_test(as_many_are_late_in_a_step_as_are_spare_when_they_leave),
        cmocka_unit_test(what_is_late_counts_never_or_in_the_step_in_which_it_comes),
        cmocka_unit_test(a_step_is_along_the_mean_of_those_that_count),
        cmocka_unit_test(what_comes_at_the_same_instant_counts),
        cmocka_unit_test(a_site_counts_by_all_of_its_workers),
        cmocka_unit_test(several_servers_and_a_slow_network_change_no_law),
        cmocka_unit_test(a_spare_worker_stands_in_for_one_that_has_failed),
    };
    arena = dt_arena_new(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dt_arena_free(arena);
    return failed;
}
