/* NAME_test.c - what "NAME" promises. */
#include "tests/test.h"
#include "sync/sync.h"

static void nobody_runs_ahead(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_config *node;
    dt_sync s;
    const long done[] = { 4, 5 };
    const dt_sync_clocks clocks = { .workers = 2, .done = done, .slowest = 4 };
    assert_ok(dt_config_parse("\"NAME\"", &node, run));
    assert_ok(dt_sync_open(&s, node, run));
    assert_true(dt_sync_allows(&s, &clocks, 0));
    assert_false(dt_sync_allows(&s, &clocks, 1));
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_runs_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
