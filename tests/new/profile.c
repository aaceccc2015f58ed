/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "profile/profile.h"

static void a_value_lasts_until_the_next_begins(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_profile p;
    assert_ok(dt_config_parse("{\"name\":\"NAME\",\"times\":[0,2],\"values\":[1,4]}", &node, run));
    assert_ok(dt_profile_open(&p, node, "faults.availability", "1", run));
    const dt_piece first = dt_profile_piece(&p, NULL, 0, 0), second = dt_profile_piece(&p, NULL, 0, 1);
    assert_near(first.value, 1, 0);
    assert_near(first.seconds, 2, 0);
    assert_near(second.value, 4, 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_lasts_until_the_next_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
