/* gaia_test.c - laws of Gaia: without a filter and on links that cost nothing it is one data centre, with a filter that lets
 * nothing through every site is alone; and how far sites are apart. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { ROWS = 120, COLUMNS = 5, CLASSES = 3, ROUNDS = 30 };

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

/* Links without latency and all but endless. */
static stage_choice training(const dt_data *data, const char *strategy, size_t sites, size_t servers) {
    return (stage_choice){ .strategy = strcmp(strategy, "gaia") == 0 ? pick(arena, strategy, "staleness", 0.0, NULL) : pick(arena, strategy, NULL), .sites = sites, .servers = servers,
                           .model = pick(arena, "softmax", NULL), .optimiser = pick(arena, "sgd", "lr", 0.3, "momentum", 0.5, NULL),
                           .data = data, .workers = 6, .batch = 8, .seconds = pick(arena, "exponential", "mean", 0.01, NULL),
                           .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { 6 + (int)servers, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" } };
}

/* Where all workers compute equally long, all sites end a round at once. */
static void without_a_filter_and_at_no_cost_it_is_one_data_centre(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t sites = 2; sites <= 3; sites++)
        for (size_t each = 1; each <= 4; each++) {
            stage_choice c = training(&data, "gaia", sites, sites * (1 + each % 2));
            if (each > 2) c.seconds = pick(arena, "constant", "value", 0.01, NULL);
            const stage_log *gaia = stage_run(c);
            c.strategy = pick(arena, "ps", NULL);
            const stage_log *ps = stage_run(c);
            if (gaia->status != DT_OK) fail_msg("%s", gaia->reason);
            assert_int_equal(gaia->marks, ps->marks);
            for (int i = 0; i < ps->marks; i++) {
                assert_near(gaia->mark[i].time_s, ps->mark[i].time_s, 1e-7);
                assert_near(gaia->mark[i].loss, ps->mark[i].loss, 1e-5);
            }
        }
}

/* Two sites of one worker each, and a filter that nothing passes: each trains alone, with its half of the step. */
static void with_a_filter_that_nothing_passes_every_site_is_alone(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = training(&data, "gaia", 2, 2);
    c.workers = 2;
    c.strategy = pick(arena, "gaia", "staleness", 1000.0, NULL);
    c.compress = pick(arena, "significant", "threshold", 1e6, NULL);
    c.seconds = pick(arena, "constant", "value", 0.01, NULL);      /* evaluated is what sites have at one time */
    const stage_log *gaia = stage_run(c);
    c.strategy = pick(arena, "isolated", NULL);
    c.compress = NULL;
    c.optimiser = pick(arena, "sgd", "lr", 0.15, "momentum", 0.5, NULL);
    const stage_log *alone = stage_run(c);
    if (gaia->status != DT_OK || alone->status != DT_OK) fail_msg("%s, %s", gaia->reason, alone->reason);
    assert_int_equal(gaia->marks, alone->marks);
    for (int i = 0; i < gaia->marks; i++) {
        assert_near(gaia->mark[i].loss, alone->mark[i].loss, 1e-5);
        if (i > 0) assert_near(gaia->mark[i].consensus_distance, alone->mark[i].consensus_distance, 1e-4);
    }
}

/* The sites' links are a hundred times slower than what a dense change would need; the fast site waits for the slow one's clock,
 * and the run lasts as long as that. */
static double lasts(double staleness, double slow) {
    dt_data data = classes();
    stage_choice c = training(&data, "gaia", 2, 2);
    c.workers = 2;
    c.strategy = pick(arena, "gaia", "staleness", staleness, NULL);
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.slow = slow;
    c.stop = (dt_stop){ .rounds = 20 };
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    return (double)log->merged;
}

/* Card of Gaia: with DS = 3 a site at clock 7 goes on beside one at 4, at 8 it waits until that is at 5.  The slow site ends 20
 * rounds; the fast one has ended DS + 1 more than the clock it knew last, 19, when it began its last iteration. */
static void a_site_waits_for_the_clock_of_its_mirror(void **fixture) {
    (void)fixture;
    assert_near(lasts(0, 1), 40, 0);
    for (double staleness = 0; staleness <= 3; staleness++) assert_near(lasts(staleness, 5), 20 + 19 + staleness + 1, 0);
}

/* The higher the threshold, the less travels between the sites; the loss stays near. */
static void a_higher_threshold_sends_less(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    double before = HUGE_VAL, loss = NAN;
    const double thresholds[] = { 0, 0.2, 0.5, 2 };
    for (size_t i = 0; i < 4; i++) {
        stage_choice c = training(&data, "gaia", 2, 2);
        c.strategy = pick(arena, "gaia", "staleness", 3.0, NULL);
        c.compress = pick(arena, "significant", "threshold", thresholds[i], NULL);
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("%s", log->reason);
        if (i == 0) loss = log->mark[log->marks - 1].loss;
        assert_true(log->bytes < before);
        assert_near(log->mark[log->marks - 1].loss, loss, 0.02 * loss);
        before = log->bytes;
    }
}

/* Hosts crash and come back, also all of a site at once: sites go on without each other, and all ends at its limit with the laws
 * kept, and to the same bit again. */
static void sites_whose_workers_are_all_gone_are_not_waited_for(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (uint64_t fault_seed = 1; fault_seed <= 12; fault_seed++) {
        stage_choice c = training(&data, "gaia", 3, 3 * (1 + (size_t)fault_seed % 2));
        dt_config *f = dt_config_new(arena);
        dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", fault_seed % 3 == 0 ? 0.02 : 0.1, NULL), arena);
        dt_config_set_copy(f, "recover", pick(arena, "exponential", "mean", 0.05, NULL), arena);
        dt_config_set_number(f, "deadline", 0.01, arena);
        dt_config_set_number(f, "patience", 20, arena);
        c.star.latency = 1e-3;
        c.star.bandwidth = 1e6;
        c.faults = f;
        c.fault_seed = fault_seed;
        if (fault_seed % 2 == 0) c.sync = pick(arena, "ssp", "staleness", 2.0, NULL);
        if (fault_seed % 4 < 2) c.stop = (dt_stop){ .seconds = 1 };
        const stage_log *log = stage_run(c), *again = stage_run(c);
        if (log->status != DT_OK) fail_msg("fault seed %d: %s", (int)fault_seed, log->reason);
        if (fault_seed % 4 < 2) assert_true(log->mark[log->marks - 1].time_s >= 1);
        else assert_true(log->mark[log->marks - 1].round >= ROUNDS);    /* of those that are there, who may be ahead */
        assert_near(log->unaccounted_bytes, 0, 1e-6);
        assert_near(log->unaccounted_s, 0, 1e-9);
        assert_int_equal(log->marks, again->marks);
        assert_memory_equal(log->mark, again->mark, (size_t)log->marks * sizeof(dt_mark));
    }
}

/* The last changes of a site, which its links take long for, are overtaken by the message that all its workers are gone.  It
 * does not come back with them. */
static void changes_that_come_late_do_not_bring_a_site_back(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (uint64_t fault_seed = 1; fault_seed <= 12; fault_seed++) {
        stage_choice c = training(&data, "gaia", 2, 2);
        dt_config *f = dt_config_new(arena);
        dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", 20.0, NULL), arena);
        dt_config_set_number(f, "deadline", 0.001, arena);
        dt_config_set_number(f, "patience", 5, arena);
        c.workers = 2;
        c.seconds = pick(arena, "constant", "value", 0.1, NULL);
        c.star.bandwidth = 200;
        c.stop = (dt_stop){ .rounds = 1000 };
        c.faults = f;
        c.fault_seed = fault_seed;
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("fault seed %d: %s", (int)fault_seed, log->reason);
    }
}

/* Links take so long for changes that their keys go ahead: as many as there are values, whether or not anything is learnt. */
static void keys_without_values_are_as_many(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    double bytes[2], end[2];
    for (int blank = 0; blank < 2; blank++) {
        stage_choice c = training(&data, "gaia", 2, 2);
        c.strategy = pick(arena, "gaia", "staleness", 3.0, NULL);
        c.compress = pick(arena, "topk", "ratio", 0.2, NULL);
        c.star.bandwidth = 1500;
        c.blank = blank;
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("%s", log->reason);
        bytes[blank] = log->bytes;
        end[blank] = log->end_s;
    }
    assert_near(bytes[1], bytes[0], 0);
    assert_near(end[1], end[0], 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_a_filter_that_nothing_passes_every_site_is_alone),
        cmocka_unit_test(a_site_waits_for_the_clock_of_its_mirror),
        cmocka_unit_test(sites_whose_workers_are_all_gone_are_not_waited_for),
        cmocka_unit_test(changes_that_come_late_do_not_bring_a_site_back),
        cmocka_unit_test(keys_without_values_are_as_many),
        cmocka_unit_test(a_higher_threshold_sends_less),
        cmocka_unit_test(without_a_filter_and_at_no_cost_it_is_one_data_centre),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
