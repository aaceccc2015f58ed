/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "schedule/schedule.h"

static void the_rate_stays_as_it_is(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_schedule s;
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_schedule_open(&s, node, NULL, run));
    assert_near(dt_schedule_factor(&s, &(dt_trained){ .epochs = 0 }), 1, 0);
    assert_near(dt_schedule_factor(&s, &(dt_trained){ .epochs = 30 }), 1, 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
