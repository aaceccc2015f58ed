/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "privacy/privacy.h"

static void it_opens_with_a_clip_norm(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_privacy p;
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_privacy_open(&p, node, 10, 1, run));
    assert_true(p.clip > 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_opens_with_a_clip_norm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
