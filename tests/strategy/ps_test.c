/* ps_test.c - laws of parameter servers: what they cost, what they learn, and who waits for whom. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

static const dt_config *ssp(double staleness) { return pick(arena, "ssp", "staleness", staleness, NULL); }

/* ---- what is learnt ------------------------------------------------------------------------------ */

enum { ROWS = 120, COLUMNS = 5, CLASSES = 3 };

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
                           .seconds = pick(arena, "exponential", "mean", 0.01, NULL), .stop.rounds = 40, .every.rounds = 1,
                           .star = { 4 + (int)servers, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

static void same_losses(const stage_log *a, const stage_log *b, double within) {
    assert_ok(a->status);
    assert_ok(b->status);
    assert_int_equal(a->marks, b->marks);
    for (int i = 0; i < a->marks; i++) assert_near(a->mark[i].loss, b->mark[i].loss, within);
}

/* Two implementations, one answer: also of optimisers with a memory, which each server keeps of its own range. */
static void bsp_is_synchronous_sgd_with_any_number_of_servers(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_config *optimisers[] = { pick(arena, "sgd", "lr", 0.3, NULL), pick(arena, "sgd", "lr", 0.1, "momentum", 0.9, NULL),
                                      pick(arena, "adam", "lr", 0.05, NULL) };
    for (size_t o = 0; o < 3; o++)
        for (size_t servers = 1; servers <= 5; servers += 2) {
            stage_choice c = learning(&data, NULL, servers);
            c.optimiser = optimisers[o];
            c.schedule = o == 0 ? pick(arena, "cosine", "at", 20.0, NULL) : NULL;
            const stage_log *ps = stage_run(c);
            c.strategy = pick(arena, "sgd", NULL);
            c.servers = 1;
            const stage_log *sgd = stage_run(c);
            same_losses(ps, sgd, 1e-5);
            for (int i = 0; i < ps->marks; i++) assert_near(ps->mark[i].rate, sgd->mark[i].rate, 1e-9);
        }
}

static void ssp_without_staleness_begins_when_bsp_does_and_learns_the_same(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t servers = 1; servers <= 3; servers += 2) {
        const stage_log *bsp = stage_run(learning(&data, NULL, servers)), *none = stage_run(learning(&data, ssp(0), servers));
        same_losses(bsp, none, 1e-5);
        for (int i = 0; i < bsp->marks; i++) assert_near(bsp->mark[i].time_s, none->mark[i].time_s, 1e-9);
    }
}

/* F_1 = x^2 / 2 and F_2 = 2 (x - 1)^2 (the bias stays 0).  Asynchronous workers lower the sum weighted by their speeds. */
static double fixed_point(const dt_config *sync, double slow) {
    static const float x[] = { 1, -1, 2, -2 }, y[] = { 0, 0, 2, -2 };
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, x, y, NULL, NULL } };
    stage_choice c = learning(&data, sync, 1);
    c.model = pick(arena, "linear", NULL);
    c.optimiser = pick(arena, "sgd", "lr", 0.02, NULL);
    c.workers = 2;
    c.batch = 0;
    c.split = pick(arena, "contiguous", NULL);
    c.slow = slow;
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.stop.rounds = 2000;
    c.every.rounds = 2000;
    c.star = (apart_star){ 3, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    return log->x[log->marks - 1][0];
}

static void asynchronous_workers_count_by_their_speed(void **fixture) {
    (void)fixture;
    assert_near(fixed_point(pick(arena, "async", NULL), 1), 0.8, 0.02);
    assert_near(fixed_point(pick(arena, "async", NULL), 4), 0.5, 0.02);     /* 4 r / (1 + 4 r), r = 1 / 4 */
    assert_near(fixed_point(ssp(3), 4), 0.8, 0.02);
    assert_near(fixed_point(NULL, 4), 0.8, 0.02);
}

/* (x - 1)^2 / 2 at two workers that push in turn, each gradient one version old: with pushes of the rate eta the error goes as
 * e_t+1 = e_t - eta e_t-1, which is stable if and only if eta < 1.  A push has lr / 2, its share: lr < 2, as for bsp. */
static double error_after(const dt_config *sync, double eta) {
    static const float x[] = { 1, -1, 1, -1 };
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, x, x, NULL, NULL } };
    stage_choice c = learning(&data, sync, 1);
    c.model = pick(arena, "linear", NULL);
    c.optimiser = pick(arena, "sgd", "lr", 2 * eta, NULL);
    c.workers = 2;
    c.batch = 0;
    c.split = pick(arena, "contiguous", NULL);
    c.slow = 1.0001;        /* they take turns, and do not meet in so many rounds */
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.stop.rounds = c.every.rounds = 100;
    c.star = (apart_star){ 3, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    return fabs(log->x[log->marks - 1][0] - 1);
}

static void two_asynchronous_workers_are_stable_below_a_rate_of_one_a_push(void **fixture) {
    (void)fixture;
    double e[2][202];
    for (int i = 0; i < 2; i++) {
        double eta = i == 0 ? 0.9 : 1.1;
        e[i][0] = 1;
        e[i][1] = e[i][0] - eta * e[i][0];      /* both begin with the initial model */
        for (int t = 1; t <= 200; t++) e[i][t + 1] = e[i][t] - eta * e[i][t - 1];
        assert_near(error_after(pick(arena, "async", NULL), eta), fabs(e[i][200]), 1e-3 * (1 + fabs(e[i][200])));
    }
    assert_true(fabs(e[0][200]) < 1e-3 && fabs(e[1][200]) > 1e3);
    assert_true(error_after(NULL, 0.9) < 1e-3 && error_after(NULL, 1.1) > 1e3);
}

/* ---- who waits for whom ---------------------------------------------------------------------------- */

/* Gradients applied in 40 s by workers that take 1, 1, 1 and 4 s; the network takes no time. */
static long updates(const dt_config *sync) {
    dt_data data = classes();
    stage_choice c = learning(&data, sync, 1);
    c.slow = 4;
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.blank = c.free_servers = true;
    c.stop = (dt_stop){ .seconds = 40 };
    c.star = (apart_star){ 5, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    assert_near(log->mark[log->marks - 1].time_s, 40, 1e-6);
    long sum = 0;
    for (int i = 0; i < log->marks; i++) sum += log->mark[i].updates;
    return sum;
}

static void the_more_staleness_the_more_updates(void **fixture) {
    (void)fixture;
    assert_int_equal(updates(NULL), 40);
    assert_int_equal(updates(ssp(0)), 40);
    assert_int_equal(updates(ssp(1)), 43);
    assert_int_equal(updates(ssp(3)), 49);
    assert_int_equal(updates(pick(arena, "async", NULL)), 130);
}

/* Changes of the model between a pull and the push that follows: as many as there are others, whatever their speeds. */
static void an_asynchronous_gradient_is_as_old_as_there_are_others(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const double slow[] = { 1, 4, 20 };
    for (size_t i = 0; i < 3; i++) {
        stage_choice c = learning(&data, pick(arena, "async", NULL), 1);
        c.workers = 8;
        c.slow = slow[i];
        c.blank = true;
        c.stop.rounds = 500;
        c.star = (apart_star){ 9, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" };
        const stage_log *log = stage_run(c);
        assert_ok(log->status);
        assert_int_equal(log->merged, 8 * 500);
        assert_near((double)log->merged_ages / (double)log->merged, 7, 0.05 * 7);
    }
}

/* At the beginning of an iteration at most so far ahead; and no update is older than those bounds allow: a worker's own s + 1
 * pushes and s of each other, before and after it read. */
static void nobody_is_farther_ahead_than_its_staleness(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (long staleness = 0; staleness <= 4; staleness += 2) {
        stage_choice c = learning(&data, ssp((double)staleness), 3);
        c.slow = 3;
        c.blank = true;
        c.stop.rounds = 200;
        const stage_log *log = stage_run(c);
        assert_ok(log->status);
        assert_int_equal(log->overrun, 0);
        assert_true(log->oldest <= (4 - 1) * (2 * staleness + 1));
    }
}

/* Thresholds from 0 to 8 on hosts of which others use nothing to three quarters: between those of ssp with 0 and with 8. */
static void adaptive_thresholds_lie_between_their_bounds(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const dt_config *rules[] = { ssp(0), pick(arena, "adaptive", "window", 0.1, "from", 0.0, "to", 8.0, NULL), ssp(8) };
    double end[3];
    for (int i = 0; i < 3; i++) {
        stage_choice c = learning(&data, rules[i], 2);
        dt_config *list = dt_config_new(arena), *item = dt_config_set_table(list, NULL, arena);
        dt_config_set_text(item, NULL, "h-[23]", arena);
        dt_config_set_number(item, "share", 0.5, arena);
        c.load = list;
        c.stop.rounds = 200;
        const stage_log *log = stage_run(c);
        assert_ok(log->status);
        assert_int_equal(log->overrun, 0);
        end[i] = log->end_s;
    }
    assert_true(end[2] < end[1] && end[1] < end[0]);
}

/* ---- what it costs --------------------------------------------------------------------------------- */

enum { WORKERS = 8, BIG = 40000 };

/* 2 alpha + 2 max(1, N / S) 4 n / B + compute, where every server has a host of its own, and all links are equal. */
static void a_round_takes_what_its_formula_says(void **fixture) {
    (void)fixture;
    enum { FEATURES = BIG - 1, ROUNDS = 20 };
    const dt_data data = { .shape = { .features = FEATURES }, .train = { WORKERS, NULL, NULL, NULL, NULL } };
    const double alpha = 2e-3, beta = 1e6, compute = 0.05;      /* a route has two links of 1 ms */
    for (size_t servers = 1; servers <= 16; servers *= 2) {
        stage_choice c = learning(&data, NULL, servers);
        c.workers = WORKERS;
        c.model = pick(arena, "linear", NULL);
        c.blank = true;
        c.seconds = pick(arena, "constant", "value", compute, NULL);
        c.stop.rounds = ROUNDS;
        c.star = (apart_star){ WORKERS + (int)servers, 1e9, beta, alpha / 2, "SPLITDUPLEX", "CM02" };
        const stage_log *log = stage_run(c);
        assert_ok(log->status);
        double round = (log->mark[log->marks - 1].time_s - log->mark[1].time_s) / (ROUNDS - 1);
        double share = fmax(1, (double)WORKERS / (double)servers);
        double formula = 2 * alpha + 2 * share * 4 * BIG / beta + compute;
        if (fabs(round / formula - 1) > 0.01) fail_msg("%zu servers: %g s, by formula %g s", servers, round, formula);
    }
}

/* A server on every worker's host moves what a ring moves. */
static void as_many_servers_as_workers_on_their_hosts_tie_a_ring(void **fixture) {
    (void)fixture;
    enum { FEATURES = BIG - 1, ROUNDS = 20 };
    const dt_data data = { .shape = { .features = FEATURES }, .train = { WORKERS, NULL, NULL, NULL, NULL } };
    stage_choice c = learning(&data, NULL, WORKERS);
    c.workers = WORKERS;
    c.beside = true;
    c.model = pick(arena, "linear", NULL);
    c.blank = true;
    c.seconds = pick(arena, "constant", "value", 0.05, NULL);
    c.stop.rounds = ROUNDS;
    c.star = (apart_star){ WORKERS, 1e9, 1e6, 1e-6, "SPLITDUPLEX", "CM02" };
    const stage_log *ps = stage_run(c);
    assert_ok(ps->status);
    c.strategy = pick(arena, "sgd", NULL);
    c.collective = pick(arena, "ring", NULL);
    c.beside = false;
    c.servers = 1;
    c.star.hosts = WORKERS + 1;
    const stage_log *ring = stage_run(c);
    assert_ok(ring->status);
    assert_near(ps->bytes, ring->bytes, 1e-9);
    assert_near(ps->end_s, ring->end_s, 0.05 * ring->end_s);
}

/* What travels to a server is its range's share, rounded up, and back the range whole: 25 bytes over 4, 3 and 3 of 10 entries are
 * 10 + 8 + 8. */
static void every_server_gets_its_share_of_the_bytes(void **fixture) {
    (void)fixture;
    const dt_data data = { .shape = { .features = 9 }, .train = { 4, NULL, NULL, NULL, NULL } };
    stage_choice c = learning(&data, NULL, 3);
    c.model = pick(arena, "linear", NULL);
    c.compress = pick(arena, "topk", "ratio", 0.3, NULL);
    c.blank = true;
    c.stop.rounds = 7;
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    assert_near(log->bytes, 7 * 4 * (10 + 8 + 8 + 40), 1e-9);       /* 3 of 10 entries are 24 bytes: 9.6, 7.2 and 7.2 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bsp_is_synchronous_sgd_with_any_number_of_servers),
        cmocka_unit_test(ssp_without_staleness_begins_when_bsp_does_and_learns_the_same),
        cmocka_unit_test(asynchronous_workers_count_by_their_speed),
        cmocka_unit_test(two_asynchronous_workers_are_stable_below_a_rate_of_one_a_push),
        cmocka_unit_test(the_more_staleness_the_more_updates),
        cmocka_unit_test(an_asynchronous_gradient_is_as_old_as_there_are_others),
        cmocka_unit_test(nobody_is_farther_ahead_than_its_staleness),
        cmocka_unit_test(adaptive_thresholds_lie_between_their_bounds),
        cmocka_unit_test(a_round_takes_what_its_formula_says),
        cmocka_unit_test(as_many_servers_as_workers_on_their_hosts_tie_a_ring),
        cmocka_unit_test(every_server_gets_its_share_of_the_bytes),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
