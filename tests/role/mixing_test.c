/* mixing_test.c - mixing over a graph: of any vectors, one message to each neighbour, copies counted by edge; and where hosts
 * come and go, the run ends in time, whatever rounds its parts are in. */
#include "role/gradient.h"
#include "role/mixing.h"
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 6, N = 3, ROUNDS = 8 };

static dt_data rows(void) {
    enum { ROWS = 96, COLUMNS = 2 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    for (size_t i = 0; i < ROWS; i++) {
        x[2 * i] = (float)(i % 7) - 3;
        x[2 * i + 1] = (float)(i % 5) - 2;
        y[i] = (float)(i % 2);
    }
    return (dt_data){ .shape = { COLUMNS, 2, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static stage_choice playing(const dt_strategy_type *type, const dt_data *data) {
    return (stage_choice){ .type = type, .model = pick(arena, "logistic", NULL), .optimiser = pick(arena, "sgd", "lr", 0.1, NULL),
                           .data = data, .workers = WORKERS, .seconds = pick(arena, "exponential", "mean", 0.01, NULL),
                           .stop.rounds = ROUNDS, .every.rounds = 1,
                           .star = { WORKERS + 1, 1e9, 1e6, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* What each worker's vectors are after each round. */
static struct held { float x[ROUNDS][WORKERS][2]; } *held;

/* Two vectors: rank at each entry, and its square; rounds take different times at each. */
static dt_status mixes_two(void *state, dt_worker *w) {
    dt_vec *own[2], *mixed[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        own[k] = dt_vec_take(w->learning->vectors);
        for (size_t i = 0; i < own[k]->n; i++) own[k]->x[i] = k == 0 ? (float)w->rank : (float)(w->rank * w->rank);
    }
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_publish(w, own, 2));
        DT_TRY(dt_worker_local(w, 1));
        DT_TRY(dt_worker_collect(w, 1, own, 2, mixed));
        for (int k = 0; k < 2; k++) {
            dt_vec_drop(own[k]);
            own[k] = mixed[k];
            held->x[w->round][w->rank][k] = own[k]->x[N - 1];
        }
        DT_TRY(dt_worker_mark(w, NAN));
    }
    for (int k = 0; k < 2; k++) dt_vec_drop(own[k]);
    return DT_OK;
}

static const dt_strategy_type two = { .is.name = "two", .mixes = true, .own_rounds = true, .judged = DT_JUDGED_MEAN,
                                      .work = mixes_two };

/* By the mixing matrix of a ring: a third of each neighbour, a third of its own. */
static void any_vectors_are_mixed_by_the_matrix_and_their_sums_stay(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    held = mmap(NULL, sizeof *held, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const stage_log *log = stage_run(playing(&two, &data));
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    double x[WORKERS][2], next[WORKERS][2];
    for (int r = 0; r < WORKERS; r++) {
        x[r][0] = r;
        x[r][1] = r * r;
    }
    for (int t = 0; t < ROUNDS; t++) {
        double sum[2] = { 0 };
        for (int r = 0; r < WORKERS; r++)
            for (int k = 0; k < 2; k++) {
                next[r][k] = (x[r][k] + x[(r + 1) % WORKERS][k] + x[(r + WORKERS - 1) % WORKERS][k]) / 3;
                sum[k] += held->x[t][r][k];
                assert_near(held->x[t][r][k], next[r][k], 1e-5);
            }
        memcpy(x, next, sizeof x);
        assert_near(sum[0], 15, 1e-5);
        assert_near(sum[1], 55, 1e-4);
    }
    assert_near(log->bytes, ROUNDS * WORKERS * 2 * 2 * 4 * N, 0);
}

/* Public copies follow by the largest of three entries: a vector that stays is known exactly after three rounds. */
static dt_status mixes_compressed(void *state, dt_worker *w) {
    dt_vec *own[2] = { dt_worker_vector(w, 0), dt_worker_vector(w, 1) }, *mixed[2];
    (void)state;
    for (size_t i = 0; i < N; i++) {
        own[0]->x[i] = (float)(w->rank + 1) * (float)(i + 1);
        own[1]->x[i] = (float)(w->rank + 2) * (float)(i + 3);
    }
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_publish(w, own, 2));
        DT_TRY(dt_worker_collect(w, 0.5, own, 2, mixed));
        for (int k = 0; k < 2; k++) {
            held->x[w->round][w->rank][k] = mixed[k]->x[0];
            dt_vec_drop(mixed[k]);
        }
        DT_TRY(dt_worker_local(w, 1));
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

static void each_vector_has_a_compressor_and_a_public_copy_of_its_own(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    dt_strategy_type type = two;
    type.work = mixes_compressed;
    stage_choice c = playing(&type, &data);
    c.compress = pick(arena, "topk", "ratio", 0.3, NULL);
    held = mmap(NULL, sizeof *held, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s", log->reason);
    for (int r = 0; r < WORKERS; r++) {
        int left = (r + WORKERS - 1) % WORKERS, right = (r + 1) % WORKERS;
        /* Entry 0 is the least, and nobody has heard of it before the third round. */
        for (int t = 0; t < 2; t++) {
            assert_near(held->x[t][r][0], r + 1, 1e-6);
            assert_near(held->x[t][r][1], 3 * (r + 2), 1e-6);
        }
        for (int t = 2; t < ROUNDS; t++) {
            assert_near(held->x[t][r][0], r + 1 + 0.5 / 3 * (left + right - 2 * r), 1e-5);
            assert_near(held->x[t][r][1], 3 * (r + 2) + 0.5 * (left + right - 2 * r), 1e-5);
        }
    }
}

/* ---- when hosts fail ----------------------------------------------------------------------- */

static const dt_config *crashes(void) {
    dt_config *f = dt_config_new(arena);
    dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", 4.0, NULL), arena);
    dt_config_set_copy(f, "recover", pick(arena, "exponential", "mean", 1.0, NULL), arena);
    dt_config_set_number(f, "deadline", 0.05, arena);
    return f;
}

/* Steps of about 0.1 s, some workers several times slower than others: parts that failures cut off drift apart. */
static stage_choice drifting(const dt_data *data) {
    stage_choice c = playing(NULL, data);
    c.type = NULL;
    c.strategy = pick(arena, "gossip", NULL);
    dt_config *each = dt_config_new(arena);
    dt_config_set_text(each, NULL, "each", arena);
    dt_config *values = dt_config_set_table(each, "values", arena);
    for (int r = 0; r < WORKERS; r++) dt_config_set_number(values, NULL, r < 3 ? 0.1 : 0.3, arena);
    c.seconds = each;
    c.faults = crashes();
    return c;
}

static void under_crashes_a_run_ends_when_its_time_is_over(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = drifting(&data);
    c.stop = (dt_stop){ .seconds = 60 };
    c.every = (dt_every){ .seconds = 5 };
    for (c.fault_seed = 1; c.fault_seed <= 20; c.fault_seed++) {
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("fault_seed %d: %s", (int)c.fault_seed, log->reason);
        if (!(log->end_s >= 60 && log->end_s < 61.5)) fail_msg("fault_seed %d: it ended at %g s", (int)c.fault_seed, log->end_s);
        assert_true(log->mark[log->marks - 1].time_s >= 60);
        assert_int_equal(log->from_future, 0);
        for (int i = 1; i < log->marks; i++) assert_true(log->mark[i].round > log->mark[i - 1].round);
    }
}

/* With a number of rounds all go through that many, or join the others in theirs. */
static void under_crashes_the_rounds_that_are_asked_for_are_done(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    stage_choice c = drifting(&data);
    c.stop = (dt_stop){ .rounds = 100 };
    c.every = (dt_every){ .rounds = 10 };
    for (c.fault_seed = 1; c.fault_seed <= 20; c.fault_seed++) {
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("fault_seed %d: %s", (int)c.fault_seed, log->reason);
        assert_int_equal(log->mark[log->marks - 1].round, 100);
        assert_true(log->end_s > 0.1 * 100 * 0.99 && log->end_s < 2 * 0.3 * 100);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_vectors_are_mixed_by_the_matrix_and_their_sums_stay),
        cmocka_unit_test(each_vector_has_a_compressor_and_a_public_copy_of_its_own),
        cmocka_unit_test(under_crashes_a_run_ends_when_its_time_is_over),
        cmocka_unit_test(under_crashes_the_rounds_that_are_asked_for_are_done),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
