/* sync_test.c - the rules by their numbers. */
#include "tests/test.h"
#include "sync/sync.h"

enum { WORKERS = 3 };

static bool allows(const char *json, long first, long second, long third, size_t worker) {
    dt_arena *run = dt_arena_new(0);
    dt_sync s;
    dt_config *node;
    const long done[WORKERS] = { first, second, third };
    long slowest = first < second ? first : second;
    assert_ok(dt_config_parse(json, &node, run));
    assert_ok(dt_sync_open(&s, node, run));
    bool may = dt_sync_allows(&s, &(dt_sync_clocks){ WORKERS, done, third < slowest ? third : slowest }, worker);
    dt_arena_free(run);
    return may;
}

static void bsp_lets_nobody_run_ahead(void **fixture) {
    (void)fixture;
    assert_true(allows("\"bsp\"", 4, 4, 4, 0));
    assert_false(allows("\"bsp\"", 5, 4, 4, 0));
}

/* Ho et al. 2013: c_p - min c_q <= s; a step more is one too many. */
static void ssp_lets_a_worker_begin_up_to_its_staleness_ahead(void **fixture) {
    (void)fixture;
    assert_true(allows("{\"name\":\"ssp\",\"staleness\":3}", 7, 4, 5, 0));
    assert_false(allows("{\"name\":\"ssp\",\"staleness\":3}", 8, 4, 5, 0));
    assert_false(allows("{\"name\":\"ssp\",\"staleness\":0}", 5, 4, 5, 0));
}

static void async_has_no_bound(void **fixture) {
    (void)fixture;
    assert_true(allows("\"async\"", 1000000, 0, 5, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bsp_lets_nobody_run_ahead),
        cmocka_unit_test(ssp_lets_a_worker_begin_up_to_its_staleness_ahead),
        cmocka_unit_test(async_has_no_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
