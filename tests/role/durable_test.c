/* durable_test.c - servers of a store that fail: no acknowledged push is lost while a copy is left, and what checkpoints and copies
 * cost. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 5, SERVERS = 4, ROUNDS = 100 };

/* ---- a training that counts ------------------------------------------------------------------------
 * Every push of worker i has a one at entry k WORKERS + i for every range k, so that the model counts the pushes that each range
 * has applied of each worker. */

/* How many seeds are tried: FAULTS in the environment, else few. */
static uint64_t seeds(uint64_t few) {
    const char *many = getenv("FAULTS");
    return many == NULL ? few : strtoull(many, NULL, 10);
}

static long *acknowledged;      /* [WORKERS] shared with the simulating process */

static dt_status counting_work(void *state, dt_worker *w) {
    dt_store *store = dt_worker_store(w);
    (void)state;
    while (dt_store_goes_on(store)) {
        dt_vec *g = dt_worker_vector(w, 0);
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));    /* [time] */
        memset(g->x, 0, g->n * sizeof(float));
        for (size_t e = (size_t)w->rank; e < g->n; e += WORKERS) g->x[e] = 1;
        DT_TRY(dt_store_swap(store, w, g));                 /* [time] */
        if (dt_store_goes_on(store)) acknowledged[w->rank]++;
    }
    return DT_OK;
}

static dt_status counting_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_store_return(dt_worker_store(w), w);
}

static const dt_strategy_type counting = { .is = { .name = "counting" }, .stores = DT_STORES_ONE, .work = counting_work,
                                           .rejoin = counting_rejoin };

static dt_data rows(void) {
    enum { FEATURES = SERVERS * WORKERS - 1 };
    float *x = dt_arena_take(arena, WORKERS * 4 * FEATURES, sizeof *x), *y = dt_arena_take(arena, WORKERS * 4, sizeof *y);
    return (dt_data){ .shape = { .features = FEATURES }, .train = { WORKERS * 4, x, y, NULL, NULL } };
}

/* faults.servers; each a mean of exponential times, or constant. */
static dt_config *failing(const dt_config *crash, const dt_config *recover, double notice) {
    dt_config *f = dt_config_new(arena), *servers = dt_config_set_table(f, "servers", arena);
    dt_config_set_copy(servers, "crash", crash, arena);
    if (recover != NULL) dt_config_set_copy(servers, "recover", recover, arena);
    dt_config_set_number(servers, "notice", notice, arena);
    dt_config_set_number(f, "deadline", 0.02, arena);
    dt_config_set_number(f, "patience", 100, arena);
    return f;
}

static const dt_config *exponential(double mean) { return pick(arena, "exponential", "mean", mean, NULL); }
static const dt_config *constant(double value) { return pick(arena, "constant", "value", value, NULL); }

static stage_choice counting_choice(const dt_data *data, const dt_config *sync, const dt_durability *durability) {
    acknowledged = mmap(NULL, WORKERS * sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return (stage_choice){ .type = &counting, .sync = sync, .servers = SERVERS, .model = pick(arena, "linear", NULL), .data = data,
                           .optimiser = pick(arena, "sgd", "lr", (double)WORKERS, NULL), .workers = WORKERS, .batch = 4,
                           .seconds = exponential(0.01), .durability = durability, .stop.rounds = ROUNDS, .every.rounds = ROUNDS,
                           .star = { WORKERS + SERVERS, 1e9, 1e5, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* Of a range: pushes in its values, which are those acknowledged but for the lost, and those that were not acknowledged in the end. */
static void pushes_are_kept(const stage_log *log, const char *what) {
    const float *first = log->x[0], *last = log->x[log->marks - 1];
    for (size_t k = 0; k < SERVERS; k++) {
        double applied = 0, acked = 0;
        for (size_t i = 0; i < WORKERS; i++) {
            double mine = (double)(first[k * WORKERS + i] - last[k * WORKERS + i]), least = (double)acknowledged[i];
            applied += mine;
            acked += least;
            if (log->lost[k] == 0 && (mine < least - 1e-3 || mine > least + 1 + 1e-3))
                fail_msg("%s: range %zu has %g pushes of worker %zu, of which it acknowledged %g", what, k, mine, i, least);
        }
        double left = acked - (double)log->lost[k];
        if (applied < left - 1e-2 || applied > left + WORKERS + 1e-2)
            fail_msg("%s: range %zu has %g pushes, acknowledged %g and said that it lost %ld", what, k, applied, acked, log->lost[k]);
    }
}

static const dt_config *sync_of(size_t e) {
    return e == 0 ? NULL : e == 1 ? pick(arena, "ssp", "staleness", 2.0, NULL) : pick(arena, "async", NULL);
}

/* Servers fail at random; two at a time at most leave a copy of three. */
static void no_acknowledged_push_is_lost_while_a_copy_is_left(void **fixture) {
    (void)fixture;
    const dt_data data = rows();
    long runs = 0, whole = 0, takeovers = 0;
    for (long replicas = 1; replicas <= 3; replicas++)
        for (size_t sync = 0; sync < 3; sync++)
            for (uint64_t seed = 1; seed <= seeds(5); seed++) {
                const dt_durability durability = { .replicas = replicas, .bandwidth = 1e6, .notice_s = 0.005, .recovers = true };
                stage_choice c = counting_choice(&data, sync_of(sync), &durability);
                c.faults = failing(exponential(0.3), exponential(0.02), 0.005);
                c.fault_seed = seed;
                const stage_log *log = stage_run(c);
                const char *what = dt_arena_text(arena, "%ld copies, sync %zu, seed %d", replicas, sync, (int)seed);
                if (log->status != DT_OK) fail_msg("%s: %s", what, log->reason);
                assert_int_equal(log->mark[log->marks - 1].round, ROUNDS);
                assert_int_equal(log->from_future, 0);
                pushes_are_kept(log, what);
                if (replicas == SERVERS - 1 && log->restored > 0) fail_msg("%s: all servers failed at a time", what);
                runs++;
                whole += log->restored == 0;
                takeovers += log->taken_over;
            }
    if (getenv("FAULTS") != NULL) printf("counted: %ld runs, %ld takeovers, %ld runs never without a copy\n", runs, takeovers, whole);
    assert_true(whole >= runs / 2);
    assert_true(takeovers >= 4 * runs);
}

/* Without copies, what came since the last checkpoint is lost, and that is said. */
static void exactly_the_pushes_since_the_last_checkpoint_are_lost(void **fixture) {
    (void)fixture;
    const dt_data data = rows();
    const dt_durability often = { .seconds = 0.05, .bandwidth = 1e5, .notice_s = 0.005, .recovers = true }, never = { .bandwidth = 1, .notice_s = 0.005,
                                  .recovers = true };
    long lost[2] = { 0 };
    for (size_t sync = 0; sync < 3; sync++)
        for (uint64_t seed = 1; seed <= seeds(3); seed++)
            for (int saves = 0; saves < 2; saves++) {
                stage_choice c = counting_choice(&data, sync_of(sync), saves ? &often : &never);
                c.faults = failing(exponential(0.3), exponential(0.02), 0.005);
                c.fault_seed = seed;
                const stage_log *log = stage_run(c);
                const char *what = dt_arena_text(arena, "%s checkpoints, sync %zu, seed %d", saves ? "with" : "without", sync, (int)seed);
                if (log->status != DT_OK) fail_msg("%s: %s", what, log->reason);
                pushes_are_kept(log, what);
                assert_int_equal(log->checkpoints > 0, saves);
                for (size_t k = 0; k < SERVERS; k++) lost[saves] += log->lost[k];
            }
    assert_true(lost[1] > 0 && lost[1] < lost[0] / 4);
}

/* ---- what it costs ------------------------------------------------------------------------------- */

enum { BIG = 40000 };

/* A round of bsp with so many copies; the servers write checkpoints after every round if write_s > 0. */
static const stage_log *priced(size_t servers, long replicas, double write_s, double *round_s) {
    enum { PRICED = 20 };
    const dt_data data = { .shape = { .features = BIG - 1 }, .train = { WORKERS, NULL, NULL, NULL, NULL } };
    const dt_durability durability = { .replicas = replicas, .rounds = write_s > 0, .notice_s = 1,
                                       .bandwidth = write_s > 0 ? 4.0 * BIG / (double)servers / write_s : 1 };
    const stage_choice c = { .strategy = pick(arena, "ps", NULL), .servers = servers, .model = pick(arena, "linear", NULL), .data = &data,
                             .workers = WORKERS, .blank = true, .seconds = constant(0.05), .stop.rounds = PRICED, .every.rounds = 1,
                             .durability = replicas > 0 || write_s > 0 ? &durability : NULL,
                             .star = { WORKERS + (int)servers, 1e9, 1e6, 1e-3, "SPLITDUPLEX", "CM02" } };
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    *round_s = (log->mark[log->marks - 1].time_s - log->mark[1].time_s) / (PRICED - 1);
    return log;
}

/* Every copy takes a message of the range, one after the other, and the tail's acknowledgement a latency; of bytes, all ranges. */
static void a_copy_costs_a_message_of_the_range_and_its_bytes(void **fixture) {
    (void)fixture;
    const double alpha = 2e-3, beta = 1e6;
    for (size_t servers = 2; servers <= 8; servers *= 2) {
        double without, with;
        const stage_log *none = priced(servers, 0, 0, &without);
        for (long replicas = 1; replicas < (long)servers && replicas <= 3; replicas++) {
            const stage_log *copied = priced(servers, replicas, 0, &with);
            assert_near(with - without, (double)replicas * (alpha + 4.0 * BIG / (double)servers / beta) + alpha, 1e-6);
            assert_near(copied->bytes - none->bytes, 20.0 * (double)replicas * 4 * BIG, 1e-6);
        }
    }
}

/* A server that writes handles no pushes: a checkpoint takes no time while they are not there yet. */
static void a_checkpoint_takes_its_bytes_over_the_bandwidth(void **fixture) {
    (void)fixture;
    double without, with;
    const stage_log *none = priced(4, 0, 0, &without), *saved = priced(4, 0, without / 2, &with);
    assert_near(with, without, 1e-6);
    assert_int_equal(saved->checkpoints, 4 * 19);           /* the run ends before the last ones are written */
    assert_near(saved->bytes, none->bytes, 1e-6);           /* storage is not the network */
    priced(4, 0, without + 0.3, &with);
    assert_near(with, without + 0.3, 1e-6);
}

/* Values that wait for the tail alone do not wait for the disk of the head as well. */
static void a_checkpoint_holds_up_no_values_that_wait_for_a_copy(void **fixture) {
    (void)fixture;
    double without, with;
    for (long replicas = 1; replicas <= 3; replicas++) {
        priced(4, replicas, 0, &without);
        priced(4, replicas, 0.04, &with);
        assert_near(with, without, 1e-6);
    }
}

/* The initial values are known to all, and take no time to read, until a checkpoint has been written. */
static void a_checkpoint_that_was_never_written_is_not_read(void **fixture) {
    (void)fixture;
    const dt_data data = rows();
    const dt_durability kinds[] = { { .bandwidth = 1, .notice_s = 0.005, .recovers = true },
                                    { .rounds = 1e6, .bandwidth = 1, .notice_s = 0.005, .recovers = true } };
    double end[2];
    for (int i = 0; i < 2; i++) {
        stage_choice c = counting_choice(&data, NULL, &kinds[i]);
        c.faults = failing(constant(0.3), constant(0.02), 0.005);
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("%s", log->reason);
        assert_true(log->restored > 0);
        end[i] = log->end_s;
    }
    assert_near(end[1], end[0], 1e-9);
}

/* ---- what happens when -------------------------------------------------------------------------- */

static void servers_that_do_not_fail_change_nothing(void **fixture) {
    (void)fixture;
    const dt_data data = rows();
    const dt_durability durability = { .bandwidth = 1, .notice_s = 1, .recovers = true };
    for (size_t sync = 0; sync < 3; sync++) {
        const stage_log *without = stage_run(counting_choice(&data, sync_of(sync), NULL));
        stage_choice c = counting_choice(&data, sync_of(sync), &durability);
        c.faults = failing(constant(1e9), NULL, 1);
        const stage_log *with = stage_run(c);
        assert_ok(with->status);
        assert_int_equal(with->marks, without->marks);
        assert_memory_equal(with->mark, without->mark, (size_t)with->marks * sizeof(dt_mark));
        assert_memory_equal(with->x, without->x, (size_t)with->marks * sizeof with->x[0]);
        assert_near(with->end_s, without->end_s, 0);
    }
}

static void a_range_that_is_gone_for_good_ends_the_run_with_its_reason(void **fixture) {
    (void)fixture;
    const dt_data data = rows();
    for (long replicas = 0; replicas < 2; replicas++) {
        const dt_durability durability = { .replicas = replicas, .bandwidth = 1, .notice_s = 0.005 };
        stage_choice c = counting_choice(&data, NULL, &durability);
        c.faults = failing(exponential(0.2), NULL, 0.005);
        const stage_log *log = stage_run(c);
        assert_int_equal(log->status, DT_EDEADLOCK);
        assert_non_null(strstr(log->reason, "have failed for good"));
        assert_near(log->unaccounted_bytes, 0, 1e-6);
    }
}

/* Servers and workers fail, messages are lost; with any number of threads the same comes out. */
static void a_run_ends_and_repeats_whoever_fails(void **fixture) {
    (void)fixture;
    const dt_data data = rows();
    for (long replicas = 0; replicas <= 2; replicas++)
        for (uint64_t seed = 1; seed <= seeds(6); seed++) {
            const dt_durability durability = { .replicas = replicas, .seconds = seed % 2 == 0 ? 0.1 : 0, .bandwidth = 1e5, .notice_s = 0.01,
                                               .recovers = true };
            stage_choice c = counting_choice(&data, sync_of(seed % 3), &durability);
            dt_config *f = failing(exponential(0.1), exponential(0.03), 0.01);
            dt_config_set_copy(f, "crash", exponential(0.2), arena);
            dt_config_set_copy(f, "recover", exponential(0.03), arena);
            c.faults = f;
            c.fault_seed = seed;
            c.optimiser = pick(arena, "adam", "lr", 0.1, NULL);
            apart_more.loss = 0.05;
            const stage_log *one = stage_run(c);
            c.threads = 3;
            const stage_log *three = stage_run(c);
            apart_more.loss = 0;
            if (one->status != DT_OK) fail_msg("%ld copies, seed %d: %s", replicas, (int)seed, one->reason);
            assert_int_equal(one->marks, three->marks);
            assert_memory_equal(one->mark, three->mark, (size_t)one->marks * sizeof(dt_mark));
            assert_memory_equal(one->x, three->x, (size_t)one->marks * sizeof one->x[0]);
            assert_near(one->end_s, three->end_s, 0);
            assert_near(one->unaccounted_bytes, 0, 1e-6);
            assert_near(one->unaccounted_s, 0, 1e-9);
            assert_int_equal(one->from_future, 0);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_acknowledged_push_is_lost_while_a_copy_is_left),
        cmocka_unit_test(exactly_the_pushes_since_the_last_checkpoint_are_lost),
        cmocka_unit_test(a_copy_costs_a_message_of_the_range_and_its_bytes),
        cmocka_unit_test(a_checkpoint_takes_its_bytes_over_the_bandwidth),
        cmocka_unit_test(a_checkpoint_holds_up_no_values_that_wait_for_a_copy),
        cmocka_unit_test(a_checkpoint_that_was_never_written_is_not_read),
        cmocka_unit_test(servers_that_do_not_fail_change_nothing),
        cmocka_unit_test(a_range_that_is_gone_for_good_ends_the_run_with_its_reason),
        cmocka_unit_test(a_run_ends_and_repeats_whoever_fails),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
