/* NAME_test.c - what "NAME" promises. */
#include "tests/strategy/stage.h"

static void every_step_ends_with_a_round(void **fixture) {
    (void)fixture;
    enum { ROUNDS = 5 };
    dt_arena *arena = dt_arena_new(0);
    const float rows[] = { 1, 2, 3, 4 }, target[] = { 2, 4, 6, 8 };
    const dt_data data = { .shape = { .features = 1 }, .train = { 4, rows, target, NULL, NULL } };
    const stage_log *log = stage_run((stage_choice){
        .strategy = pick(arena, "NAME", NULL), .model = pick(arena, "linear", NULL),
        .data = &data, .workers = 2, .stop.rounds = ROUNDS, .every.rounds = 1 });
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->marks, ROUNDS + 1);
    assert_int_equal(log->mark[ROUNDS].step, ROUNDS);
    assert_true(log->mark[ROUNDS].loss < log->mark[0].loss);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_ends_with_a_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
