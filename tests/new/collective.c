/* NAME_test.c - what "NAME" promises. */
#include "tests/strategy/stage.h"

static void it_moves_the_bytes_of_its_formula(void **fixture) {
    (void)fixture;
    enum { WORKERS = 4, ROUNDS = 5, ENTRIES = 2 };      /* a linear model of one feature has a weight and a bias */
    dt_arena *arena = dt_arena_new(0);
    const float rows[] = { 1, 2, 3, 4 }, target[] = { 2, 4, 6, 8 };
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, rows, target, NULL, NULL } };
    const stage_log *log = stage_run((stage_choice){
        .strategy = pick(arena, "sgd", NULL), .collective = pick(arena, "NAME", NULL), .model = pick(arena, "linear", NULL),
        .data = &data, .workers = WORKERS, .stop.rounds = ROUNDS, .every.rounds = 1 });
    assert_int_equal(log->status, DT_OK);
    assert_near(log->bytes, ROUNDS * 2 * (WORKERS - 1) * 4 * ENTRIES, 1e-12);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_moves_the_bytes_of_its_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
