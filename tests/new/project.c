/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "project/project.h"

static void zero_stays_zero(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_project p;
    float x[3] = { 0, 0, 0 };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_project_open(&p, node, run));
    dt_project_apply(&p, 0.1, 3, x);
    for (int i = 0; i < 3; i++) assert_near(x[i], 0, 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_stays_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
