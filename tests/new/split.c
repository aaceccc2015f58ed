/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "split/split.h"

static void the_pieces_are_equal(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_shards s;
    const float y[12] = { 0 };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_split_make(node, &(dt_samples){ 12, 1, y, NULL }, 3, 1, &s, run));
    for (size_t w = 0; w < 3; w++) assert_int_equal(s.start[w + 1] - s.start[w], 4);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pieces_are_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
