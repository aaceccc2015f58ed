/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "attack/attack.h"

static void a_lie_does_not_hang_on_the_truth(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_attack a;
    float x[] = { 1, -2 };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_attack_open(&a, node, 3, 1, run));
    dt_attack_forge(&a, 0, 1, 2, x);
    assert_true(x[0] == x[1]);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lie_does_not_hang_on_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
