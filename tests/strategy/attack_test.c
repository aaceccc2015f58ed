/* attack_test.c - lies on their way into a model, by closed formulas. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

enum { ROWS = 120, COLUMNS = 4 };

/* Three classes; flipped: class y is called 2 - y. */
static dt_data classes(bool flipped) {
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 3);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    for (size_t i = 0; flipped && i < ROWS; i++) y[i] = 2 - y[i];
    return (dt_data){ .shape = { COLUMNS, 3, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static stage_choice choice(const dt_data *data, const char *strategy) {
    return (stage_choice){ .strategy = pick(arena, strategy, NULL), .model = pick(arena, "softmax", NULL), .collective = pick(arena, "star", NULL),
                           .split = pick(arena, "contiguous", NULL), .optimiser = pick(arena, "sgd", "lr", 0.1, NULL), .data = data, .workers = 5,
                           .batch = 8, .stop.rounds = 3, .every.rounds = 1, .star = { 6, 1e9, 1e8, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* Whether rows follow each other or not, whole shards and batches. */
static void flipped_labels_are_those_of_data_with_other_labels(void **fixture) {
    (void)fixture;
    dt_data right = classes(false), wrong = classes(true);
    const char *const strategies[] = { "sgd", "localsgd", "ps", "overlap" };
    for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++)
        for (size_t batch = 0; batch <= 8; batch += 8) {
            stage_choice c = choice(&wrong, strategies[i]);
            c.batch = batch;
            const stage_log *other = stage_run(c);
            c.data = &right;
            c.attack = pick(arena, "label_flip", "count", 5.0, NULL);
            const stage_log *flipped = stage_run(c);
            assert_int_equal(flipped->marks, 4);
            assert_memory_equal(flipped->x[3], other->x[3], sizeof other->x[3]);
        }
}

/* If all reverse their change and do not stretch it, the model goes as far in the opposite direction. */
static void all_reversed_go_the_other_way(void **fixture) {
    (void)fixture;
    dt_data data = classes(false);
    const char *const strategies[] = { "sgd", "localsgd", "adacomm", "ps", "overlap", "fedavg" };
    for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++) {
        stage_choice c = choice(&data, strategies[i]);
        c.stop.rounds = 1;
        const stage_log *honest = stage_run(c);
        c.attack = pick(arena, "reverse", "count", 5.0, "factor", 1.0, NULL);
        const stage_log *reversed = stage_run(c);
        for (size_t e = 0; e < 15; e++) {
            float there = honest->x[1][e] - honest->x[0][e], back = reversed->x[1][e] - reversed->x[0][e];
            assert_true(fabsf(there) > 0);
            assert_near(back, -there, 1e-6);
        }
    }
}

/* One of five equal workers sends -4 times its gradient, and so undoes what the four others do. */
static void one_of_five_with_factor_4_stops_the_mean_and_not_the_median(void **fixture) {
    (void)fixture;
    dt_data data = classes(false);
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    for (size_t i = 0; i < ROWS; i++) {                 /* contiguous shards of 24 rows, all the same */
        memcpy(x + i * COLUMNS, data.train.x + i % 24 * COLUMNS, COLUMNS * sizeof *x);
        y[i] = data.train.y[i % 24];
    }
    dt_data same = { .shape = data.shape, .train = { ROWS, x, y, NULL, NULL } };
    stage_choice c = choice(&same, "sgd");
    c.batch = 0;
    const stage_log *honest = stage_run(c);
    c.attack = pick(arena, "reverse", "count", 1.0, "factor", 4.0, NULL);
    const stage_log *mean = stage_run(c);
    c.aggregate = pick(arena, "median", NULL);
    const stage_log *median = stage_run(c);
    for (size_t e = 0; e < 15; e++) {
        assert_near(mean->x[3][e], mean->x[0][e], 1e-6);
        assert_near(median->x[3][e], honest->x[3][e], 1e-6);
    }
}

/* A lie leaves the error memory alone: else what a packet of the lie leaves out would come in honest rounds, from all workers in
 * the end, and no median would help. */
static void a_lie_does_not_stay_in_the_error_memory(void **fixture) {
    (void)fixture;
    dt_data data = classes(false);
    const char *const strategies[] = { "sgd", "overlap" };
    for (size_t i = 0; i < sizeof strategies / sizeof *strategies; i++) {
        stage_choice c = choice(&data, strategies[i]);
        c.compress = pick(arena, "topk", "ratio", 0.4, NULL);
        c.aggregate = pick(arena, "median", NULL);
        c.stop.rounds = 40;
        c.attack = pick(arena, "constant", "value", 1e6, NULL);
        const stage_log *log = stage_run(c);
        assert_int_equal(log->marks, 41);
        for (size_t e = 0; e < 15; e++) assert_true(fabsf(log->x[40][e]) < 10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flipped_labels_are_those_of_data_with_other_labels),
        cmocka_unit_test(all_reversed_go_the_other_way),
        cmocka_unit_test(one_of_five_with_factor_4_stops_the_mean_and_not_the_median),
        cmocka_unit_test(a_lie_does_not_stay_in_the_error_memory),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
