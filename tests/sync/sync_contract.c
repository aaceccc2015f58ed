/* sync_contract.c - what every synchronisation promises: nobody waits for those who are gone, the slowest never waits, and who
 * may be ahead by so much may be ahead by less. */
#include "tests/test.h"
#include "sync/sync.h"

enum { WORKERS = 4, MOST = 40 };

static dt_sync opened(size_t e, dt_arena *run) {
    dt_sync s;
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, dt_sync_room.entries[e]->name, run);
    assert_ok(dt_sync_open(&s, node, run));
    return s;
}

static void the_slowest_and_who_is_gone_never_wait(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        const long done[WORKERS] = { 7, 5, LONG_MAX, 9 };
        const dt_sync_clocks clocks = { WORKERS, done, 5 };
        assert_true(dt_sync_allows(&s, &clocks, 1));
        assert_true(dt_sync_allows(&s, &clocks, 2));
        const long none[WORKERS] = { LONG_MAX, LONG_MAX, LONG_MAX, LONG_MAX };
        assert_true(dt_sync_allows(&s, &(dt_sync_clocks){ WORKERS, none, LONG_MAX }, 0));
    }
    dt_arena_free(run);
}

static void who_may_be_ahead_may_be_ahead_by_less(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        bool before = true;
        for (long ahead = 0; ahead < MOST; ahead++) {
            const long done[WORKERS] = { 3, 3 + ahead, 3, 3 };
            bool allowed = dt_sync_allows(&s, &(dt_sync_clocks){ WORKERS, done, 3 }, 1);
            if (allowed && !before) fail_msg("%s: %ld ahead", dt_sync_room.entries[e]->name, ahead);
            before = allowed;
        }
    }
    dt_arena_free(run);
}

/* Where pushes are merged nobody begins an iteration before all have ended the one before. */
static void where_pushes_are_merged_nobody_runs_ahead(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    for (size_t e = 0; e < dt_sync_room.count; e++) {
        dt_sync s = opened(e, run);
        const long done[WORKERS] = { 3, 4, 3, 3 };
        if (s.type->merges) assert_false(dt_sync_allows(&s, &(dt_sync_clocks){ WORKERS, done, 3 }, 1));
    }
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slowest_and_who_is_gone_never_wait),
        cmocka_unit_test(who_may_be_ahead_may_be_ahead_by_less),
        cmocka_unit_test(where_pushes_are_merged_nobody_runs_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
