/* replica_test.c - the step that equal replicas share: formed once, from the state that they have; and what who is back takes
 * over. */
#include "role/replica.h"
#include "tests/strategy/stage.h"

static dt_arena *arena;

/* Workers without machines: two entries, momentum 0.5, rate 0.1. */
enum { RANKS = 3 };

typedef struct scene {
    dt_model     model;
    dt_optimiser optimiser;
    dt_learning  learning;
    dt_team      team;
    dt_monitor     monitor;
    dt_worker    worker[RANKS];
    dt_vec      *mean;
} scene;

static scene *scene_new(void) {
    scene *s = dt_arena_take(arena, 1, sizeof *s);
    s->model.n = 2;
    assert_ok(dt_optimiser_open(&s->optimiser, pick(arena, "sgd", "momentum", 0.5, NULL), NULL, 0, arena));
    s->learning = (dt_learning){ .learn = true, .model = &s->model, .optimiser = &s->optimiser,
                                 .threads = dt_pool_new(1, arena), .vectors = dt_vec_pool_new(2, arena) };
    s->team.group.ranks = RANKS;
    dt_vec *x = dt_vec_zero(s->learning.vectors);
    s->team.replica = dt_replica_new(&s->learning, &s->team, x, arena);
    for (long r = 0; r < RANKS; r++)
        s->worker[r] = (dt_worker){ .rank = r, .learning = &s->learning, .team = &s->team, .monitor = &s->monitor, .factor = 1,
                                    .x = dt_vec_keep(x), .base = dt_vec_keep(x) };
    s->mean = dt_vec_zero(s->learning.vectors);
    return s;
}

static void apply(scene *s, int rank, float g, long number, long count) {
    s->mean->x[0] = g;
    s->mean->x[1] = -g;
    dt_worker_apply(&s->worker[rank], s->mean, &(dt_outcome){ .number = number, .count = count });
}

static float entry(const scene *s, int rank) {
    assert_float_equal(s->worker[rank].x->x[1], -s->worker[rank].x->x[0], 0);
    return s->worker[rank].x->x[0];
}

static void the_first_takes_the_step_for_all(void **fixture) {
    (void)fixture;
    scene *s = scene_new();
    double x = 0, v = 0;
    for (long t = 0; t < 6; t++) {
        v = 0.5 * v + (double)(t + 1);
        x -= 0.1 * v;
        for (int k = 0; k < RANKS; k++) {
            int rank = (int)(k + t) % RANKS;
            apply(s, rank, k == 0 ? (float)(t + 1) : 1e6f, t, RANKS);       /* the mean of the others is not looked at */
            assert_near(entry(s, rank), x, 1e-5);
            assert_ptr_equal(s->worker[rank].x, s->worker[(int)t % RANKS].x);
            assert_ptr_equal(s->worker[rank].base, s->worker[rank].x);
        }
    }
}

/* Worker 0 has the second mean, and is gone before the others have heard of it. */
static void who_has_not_heard_of_a_step_goes_on_from_the_one_before(void **fixture) {
    (void)fixture;
    scene *s = scene_new();
    for (int rank = 0; rank < RANKS; rank++) apply(s, rank, 1, 0, RANKS);
    apply(s, 0, 100, 1, RANKS);
    dt_replica_leave(&s->worker[0]);
    for (int rank = 1; rank < RANKS; rank++) apply(s, rank, 2, 2, RANKS - 1);
    assert_near(entry(s, 1), -0.1 - 0.1 * (0.5 * 1 + 2), 1e-6);
    assert_ptr_equal(s->worker[1].x, s->worker[2].x);
    for (int rank = 1; rank < RANKS; rank++) apply(s, rank, 0, 3, RANKS - 1);
    assert_near(entry(s, 2), -0.35 - 0.1 * 0.5 * 2.5, 1e-6);
}

/* It took over a model that is a step old by now. */
static void who_was_gone_and_is_first_takes_the_newest_on(void **fixture) {
    (void)fixture;
    scene *s = scene_new();
    for (int rank = 0; rank < RANKS; rank++) apply(s, rank, 1, 0, RANKS);
    dt_replica_leave(&s->worker[0]);
    for (int rank = 1; rank < RANKS; rank++) apply(s, rank, 1, 1, RANKS - 1);
    for (int rank = 0; rank < RANKS; rank++) apply(s, rank, 1, 2, RANKS - 1);
    assert_near(entry(s, 0), -0.1 * (1 + 1.5 + 1.75), 1e-6);
}

static void where_nobody_brings_anything_a_model_stands_and_momentum_is_gone(void **fixture) {
    (void)fixture;
    scene *s = scene_new();
    for (int rank = 0; rank < RANKS; rank++) apply(s, rank, 1, 0, RANKS);
    for (int rank = 0; rank < RANKS; rank++) apply(s, rank, 7, 1, 0);
    assert_float_equal(entry(s, 1), 7, 0);
    apply(s, 2, 1, 2, RANKS);
    assert_near(entry(s, 2), 7 - 0.1, 1e-6);
}

/* ---- on machines --------------------------------------------------------------------------- */

static dt_data rows(void) {
    enum { ROWS = 64, COLUMNS = 2 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    for (size_t i = 0; i < ROWS; i++) {
        x[2 * i] = (float)(i % 7) - 3;
        x[2 * i + 1] = (float)(i % 5) - 2;
        y[i] = (float)(i % 2);
    }
    return (dt_data){ .shape = { COLUMNS, 2, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

/* Bytes of a training whose hosts come and go while messages take no time: it goes the same way for every optimiser. */
static double bytes_with(const dt_data *data, const dt_config *optimiser, long *rounds) {
    dt_config *f = dt_config_new(arena);
    dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", 0.5, NULL), arena);
    dt_config_set_number(f, "recover", 0.1, arena);
    dt_config_set_number(f, "deadline", 0.05, arena);
    stage_choice c = { .strategy = pick(arena, "sgd", NULL), .model = pick(arena, "logistic", NULL), .optimiser = optimiser,
                       .data = data, .workers = 4, .seconds = pick(arena, "constant", "value", 0.01, NULL), .faults = f,
                       .stop.rounds = 100, .every.rounds = 100 };
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    *rounds = log->mark[log->marks - 1].round;
    return log->bytes;
}

static void who_is_back_takes_over_the_model_and_the_memory(void **fixture) {
    (void)fixture;
    dt_data data = rows();
    long rounds[3];
    double plain = bytes_with(&data, pick(arena, "sgd", "lr", 0.01, NULL), &rounds[0]);
    double momentum = bytes_with(&data, pick(arena, "sgd", "lr", 0.01, "momentum", 0.9, NULL), &rounds[1]);
    double adam = bytes_with(&data, pick(arena, "adam", "lr", 0.01, NULL), &rounds[2]);
    double back = (momentum - plain) / (4 * 3);       /* three parameters */
    assert_true(rounds[0] == 100 && rounds[1] == 100 && rounds[2] == 100);
    assert_true(back >= 3);
    assert_near(back, round(back), 0);
    assert_near(adam - plain, 2 * (momentum - plain), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_takes_the_step_for_all),
        cmocka_unit_test(who_has_not_heard_of_a_step_goes_on_from_the_one_before),
        cmocka_unit_test(who_was_gone_and_is_first_takes_the_newest_on),
        cmocka_unit_test(where_nobody_brings_anything_a_model_stands_and_momentum_is_gone),
        cmocka_unit_test(who_is_back_takes_over_the_model_and_the_memory),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
