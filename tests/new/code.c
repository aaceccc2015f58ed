/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "code/code.h"

static void all_words_are_enough(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_code c;
    const bool all[] = { true, true, true };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_code_open(&c, node, 3, 1, run));
    assert_true(dt_code_enough(&c, all));
    assert_int_equal(c.start[3], 3);        /* each computes one part */
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_words_are_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
