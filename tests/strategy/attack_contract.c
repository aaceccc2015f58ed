/* attack_contract.c - what every strategy promises where workers lie: honest workers are left alone to the bit, lies reach the model and
 * cost no time and no bytes, and the results repeat.  Strategies whose workers send nothing have nobody to lie to. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

/* Three Gaussian classes in 4 dimensions; with a linear softmax n = 15. */
static dt_data classes(void) {
    enum { ROWS = 240, COLUMNS = 4 };
    float *x = dt_arena_take(arena, ROWS * COLUMNS, sizeof *x), *y = dt_arena_take(arena, ROWS, sizeof *y);
    dt_rng *rng = dt_rng_stream(arena, 3, 0, "test");
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)gsl_rng_uniform_int(rng, 3);
        for (size_t j = 0; j < COLUMNS; j++)
            x[i * COLUMNS + j] = (float)(gsl_rng_uniform(rng) * 2 - 1) + (j == (size_t)y[i] ? 1.0f : 0.0f);
    }
    return (dt_data){ .shape = { COLUMNS, 3, 0, 0, 0 }, .train = { ROWS, x, y, NULL, NULL } };
}

static const dt_strategy_type *strategy_type(size_t e) { return dt_strategy_of(dt_strategy_room.entries[e]); }
static const char *strategy_name(size_t e) { return dt_strategy_room.entries[e]->name; }
static const char *attack_name(size_t k) { return dt_attack_room.entries[k]->name; }

static bool talks(size_t e) {
    const dt_strategy_type *type = strategy_type(e);
    return type->averages || type->mixes || type->stores != DT_STORES_NONE || type->serve != NULL;
}

static bool acts(size_t k) {
    const dt_attack_type *type = dt_attack_of(dt_attack_room.entries[k]);
    return type->forge != NULL || type->labels;
}

/* Where nobody waits for an average, steps are long enough that some come. */
static double speed(size_t e) { return strategy_type(e)->averages && strategy_type(e)->own_rounds ? 2e5 : 1e9; }

static stage_choice choice(const dt_data *data, size_t e) {
    return (stage_choice){ .strategy = pick(arena, strategy_name(e), NULL), .model = pick(arena, "softmax", NULL),
                           .optimiser = pick(arena, "sgd", "lr", 0.01, "momentum", 0.5, NULL), .data = data,
                           .workers = 6, .batch = 16, .stop.rounds = 4, .every.rounds = 1, .servers = 1,
                           .star = { 7, speed(e), 1e8, 1e-4, "SPLITDUPLEX", "CM02" } };
}

/* All lie, so that clients that are drawn do, too. */
static const dt_config *attack(size_t k) { return pick(arena, attack_name(k), "count", 6.0, NULL); }

/* The same models and, where workers are judged by models of their own, the same losses. */
static bool same_models(const stage_log *a, const stage_log *b) {
    bool same = a->marks == b->marks && memcmp(a->x, b->x, (size_t)a->marks * sizeof a->x[0]) == 0;
    for (int i = 0; same && i < a->marks; i++) same = memcmp(&a->mark[i].loss, &b->mark[i].loss, sizeof(double)) == 0;
    return same;
}

static void honest_workers_are_left_alone_to_the_bit(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_attack_room.count; k++) {
            stage_choice c = choice(&data, e);
            const stage_log *without = stage_run(c);
            c.attack = acts(k) ? pick(arena, attack_name(k), "count", 0.0, NULL) : pick(arena, attack_name(k), NULL);
            const stage_log *with = stage_run(c);
            if (with->status != DT_OK) fail_msg("%s, %s: %s", strategy_name(e), attack_name(k), with->reason);
            assert_memory_equal(with->mark, without->mark, (size_t)without->marks * sizeof(dt_mark));
            assert_true(same_models(with, without));
        }
}

static void lies_reach_the_model_and_cost_no_time_and_no_bytes(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_attack_room.count; k++) {
            if (!talks(e) || !acts(k)) continue;
            stage_choice c = choice(&data, e);
            const stage_log *honest = stage_run(c);
            c.attack = attack(k);
            const stage_log *lied = stage_run(c);
            if (lied->status != DT_OK) fail_msg("%s, %s: %s", strategy_name(e), attack_name(k), lied->reason);
            if (same_models(lied, honest)) fail_msg("%s, %s: nothing has changed", strategy_name(e), attack_name(k));
            for (int i = 0; i < honest->marks; i++) {
                assert_near(lied->mark[i].time_s, honest->mark[i].time_s, 0);
                assert_near(lied->mark[i].bytes, honest->mark[i].bytes, 0);
            }
        }
}

static void lies_repeat_with_any_threads_and_every_compressor(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (size_t k = 0; k < dt_compress_room.count; k++) {
            if (!talks(e)) continue;
            stage_choice c = choice(&data, e);
            c.attack = pick(arena, "noise", "count", 2.0, "deviation", 1.0, NULL);
            c.compress = pick(arena, dt_compress_room.entries[k]->name, NULL);
            const stage_log *one = stage_run(c);
            c.threads = 3;
            const stage_log *three = stage_run(c);
            if (one->status != DT_OK) fail_msg("%s, %s: %s", strategy_name(e), dt_compress_room.entries[k]->name, one->reason);
            assert_memory_equal(one->mark, three->mark, (size_t)one->marks * sizeof(dt_mark));
            assert_true(same_models(one, three));
        }
}

/* All clients take part, as some keep a vector between their rounds. */
static void vectors_of_lies_go_back_to_the_pool(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        if (!talks(e)) continue;
        stage_choice c = choice(&data, e);
        if (stage_has(strategy_type(e), "fraction")) c.strategy = pick(arena, strategy_name(e), "fraction", 1.0, NULL);
        c.attack = pick(arena, "noise", "count", 6.0, "deviation", 0.001, NULL);
        double few = stage_run(c)->in_use;
        c.stop.rounds = 60;
        double many = stage_run(c)->in_use;
        if (many != few) fail_msg("%s: %g vectors in use, %g after few rounds", strategy_name(e), many, few);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_workers_are_left_alone_to_the_bit),
        cmocka_unit_test(lies_reach_the_model_and_cost_no_time_and_no_bytes),
        cmocka_unit_test(lies_repeat_with_any_threads_and_every_compressor),
        cmocka_unit_test(vectors_of_lies_go_back_to_the_pool),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
