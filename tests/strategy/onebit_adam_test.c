/* onebit_adam_test.c - 1-bit Adam: Adam itself until the second moment is frozen, the bytes of either phase by count, errors that
 * are fed back at the workers and at who sums, and hosts that fail around the change from one phase to the other. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { WORKERS = 4, ROUNDS = 24, WARM = 8, N = 36 };

/* Four Gaussian classes in 8 dimensions; with a linear softmax n = 36. */
static dt_data classes(void) {
    enum { ROWS = 512, COLUMNS = 8 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 4);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, 4, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static stage_choice choice(const dt_data *data, double warm, const dt_config *compress) {
    return (stage_choice){ .strategy = pick(arena, "onebit_adam", "warmup", warm, NULL), .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "adam", "lr", 0.05, NULL), .collective = pick(arena, "shards", NULL),
                           .compress = compress, .data = data, .workers = WORKERS, .servers = WORKERS, .batch = 16,
                           .stop.rounds = ROUNDS, .every.rounds = 1, .star = { 2 * WORKERS, 1e9, 1e8, 1e-4, "SPLITDUPLEX", "CM02" } };
}

static const dt_config *bits(void) { return with_bool(pick(arena, "sign", NULL), "twice", true, arena); }

static void the_warm_up_is_adam_to_the_bit_in_bytes_too(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = choice(&data, ROUNDS, bits());
    const stage_log *bit = stage_run(c);
    c.strategy = pick(arena, "sgd", NULL);
    c.compress = NULL;
    const stage_log *adam = stage_run(c);
    assert_int_equal(bit->status, DT_OK);
    assert_int_equal(bit->marks, adam->marks);
    assert_memory_equal(bit->mark, adam->mark, (size_t)adam->marks * sizeof(dt_mark));
}

/* Every worker sends 4 n bytes and gets 4 n in a round of the warm-up, and 4 + n / 8 each way in one after it; a packet that is cut
 * into four is rounded up to whole bytes by less than one each. */
static void later_rounds_send_a_bit_an_entry_and_a_scale(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (int blank = 0; blank < 2; blank++) {
        stage_choice c = choice(&data, WARM, bits());
        c.blank = blank;
        const stage_log *log = stage_run(c);
        assert_int_equal(log->status, DT_OK);
        for (int i = 1; i <= ROUNDS; i++)
            assert_near(log->mark[i].bytes - log->mark[i - 1].bytes, WORKERS * 2 * (i <= WARM ? 4.0 * N : 4 + ceil(N / 8.0)), 0);
    }
}

/* Momentum has no second moment that could be frozen, and nothing is lost: first moments that are averaged and stepped along are what
 * averaged gradients make of them. */
static void with_nothing_frozen_or_lost_it_is_the_optimiser(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = choice(&data, WARM, NULL);
    c.optimiser = with_bool(pick(arena, "sgd", "lr", 0.1, "momentum", 0.9, "weight_decay", 0.01, NULL), "nesterov", true, arena);
    const stage_log *moments = stage_run(c);
    c.strategy = pick(arena, "sgd", NULL);
    const stage_log *gradients = stage_run(c);
    assert_int_equal(moments->status, DT_OK);
    assert_int_equal(moments->marks, gradients->marks);
    for (int i = 0; i < moments->marks; i++)
        for (int e = 0; e < N; e++) assert_near(moments->x[i][e], gradients->x[i][e], 1e-4);
    assert_memory_equal(moments->x[WARM], gradients->x[WARM], sizeof(float) * N);
}

/* Errors that are kept and fed back hold the loss near that of full precision; one that is dropped does not. */
static void memories_are_worth_their_keep(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    double loss[3];
    for (int k = 0; k < 3; k++) {
        stage_choice c = choice(&data, 30, k == 0 ? NULL : k == 1 ? bits() : with_bool(bits(), "error_feedback", false, arena));
        c.stop.rounds = 200;
        const stage_log *log = stage_run(c);
        assert_int_equal(log->status, DT_OK);
        loss[k] = log->mark[log->marks - 1].loss;
    }
    assert_true(loss[1] < 1.03 * loss[0]);
    assert_true(loss[2] - loss[0] > 2 * fabs(loss[1] - loss[0]));
}

/* Hosts fail again and again, some of them when the others leave the warm-up: all end with one model (the law of replicas), twice
 * alike, with any number of threads. */
static void failures_around_the_end_of_the_warm_up_harm_nobody(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (uint64_t seed = 1; seed <= 12; seed++) {
        stage_choice c = choice(&data, WARM, bits());
        dt_config *f = dt_config_new(arena);
        dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", 0.02, NULL), arena);
        dt_config_set_copy(f, "recover", pick(arena, "exponential", "mean", 0.004, NULL), arena);
        dt_config_set_number(f, "deadline", 0.002, arena);
        c.faults = f;
        c.fault_seed = seed;
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("fault seed %d: %s", (int)seed, log->reason);
        c.threads = 2;
        const stage_log *again = stage_run(c);
        assert_int_equal(log->marks, again->marks);
        assert_memory_equal(log->mark, again->mark, (size_t)log->marks * sizeof(dt_mark));
        assert_true(log->mark[log->marks - 1].loss < log->mark[0].loss);
    }
}

static int setup(void **fixture) {
    (void)fixture;
    return (arena = dt_arena_new(1 << 20)) == NULL;
}
static int teardown(void **fixture) {
    (void)fixture;
    dt_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_warm_up_is_adam_to_the_bit_in_bytes_too),
        cmocka_unit_test(later_rounds_send_a_bit_an_entry_and_a_scale),
        cmocka_unit_test(with_nothing_frozen_or_lost_it_is_the_optimiser),
        cmocka_unit_test(memories_are_worth_their_keep),
        cmocka_unit_test(failures_around_the_end_of_the_warm_up_harm_nobody),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
