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
    bool may = dt_sync_allows(&s, &(dt_sync_clocks){ .workers = WORKERS, .done = done, .slowest = third < slowest ? third : slowest }, worker);
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

static void bounded_delay_lets_a_worker_begin_up_to_its_delay_ahead(void **fixture) {
    (void)fixture;
    assert_true(allows("{\"name\":\"bounded_delay\",\"delay\":2}", 6, 4, 5, 0));
    assert_false(allows("{\"name\":\"bounded_delay\",\"delay\":2}", 7, 4, 5, 0));
    assert_false(allows("{\"name\":\"bounded_delay\",\"delay\":0}", 5, 4, 5, 0));
}

static void backup_says_how_many_are_spare_and_what_becomes_of_the_late(void **fixture) {
    (void)fixture;
    const struct { const char *json; dt_late late; } kinds[] = {
        { "{\"name\":\"backup\",\"spare\":2,\"late\":\"finish\"}", DT_LATE_FINISH },
        { "{\"name\":\"backup\",\"spare\":2,\"late\":\"leave\"}", DT_LATE_LEAVE },
        { "{\"name\":\"backup\",\"spare\":2,\"late\":\"wait\"}", DT_LATE_WAIT },
    };
    for (int i = 0; i < 3; i++) {
        dt_arena *run = dt_arena_new(0);
        dt_sync s;
        dt_config *node;
        assert_ok(dt_config_parse(kinds[i].json, &node, run));
        assert_ok(dt_sync_open(&s, node, run));
        assert_int_equal(dt_sync_ends(&s).spare, 2);
        assert_int_equal(dt_sync_ends(&s).late, kinds[i].late);
        assert_ok(dt_sync_check(&s, 3));
        assert_int_equal(dt_sync_check(&s, 2), DT_EINVAL);
        assert_string_equal(dt_reason_path(), "sync.spare");
        dt_arena_free(run);
    }
}

/* After 10 s the workers have ended 10, 5 and 2 iterations in 5, 5 and 8 s of computing: performances of 1, 0.5 and 0.125.  The
 * slowest should have ended 3 by then; when it has, the thresholds are 8 times these, rounded. */
static void adaptive_lets_the_best_hosts_run_ahead_once_the_slowest_has_done_its_least(void **fixture) {
    (void)fixture;
    const char *json = "{\"name\":\"adaptive\",\"window\":10,\"from\":1,\"to\":9,\"least\":3}";
    dt_arena *run = dt_arena_new(0);
    dt_sync s;
    dt_config *node;
    assert_ok(dt_config_parse(json, &node, run));
    assert_ok(dt_sync_open(&s, node, run));
    long done[WORKERS] = { 0, 0, 0 };
    double computed[WORKERS] = { 0, 0, 0 };
    dt_sync_clocks c = { .workers = WORKERS, .done = done, .computed_s = computed,
                         .own = dt_arena_take(run, dt_sync_memory(&s, WORKERS), sizeof(double)) };
    for (size_t w = 0; w < WORKERS; w++) assert_int_equal(s.type->lead(s.state, &c, w), 1);
    done[0] = 10, done[1] = 5, done[2] = 2, c.slowest = 2, c.now_s = 10;
    computed[0] = 5, computed[1] = 5, computed[2] = 8;
    for (size_t w = 0; w < WORKERS; w++) assert_int_equal(s.type->lead(s.state, &c, w), 1);
    done[2] = c.slowest = 3;
    const long leads[WORKERS] = { 1 + 8, 1 + 4, 1 + 1 };
    for (size_t w = 0; w < WORKERS; w++) assert_int_equal(s.type->lead(s.state, &c, w), leads[w]);
    /* The first is absent.  The second has waited all the time, and is as fast as it was; the third has ended 6 in 8 s. */
    done[0] = LONG_MAX, done[2] = 8, c.slowest = 5, c.now_s = 20, computed[2] = 16;
    assert_int_equal(s.type->lead(s.state, &c, 1), 1 + 8);
    assert_int_equal(s.type->lead(s.state, &c, 2), 1 + 6);
    assert_ok(dt_config_parse("{\"name\":\"adaptive\",\"from\":4,\"to\":3}", &node, run));
    assert_int_equal(dt_sync_open(&s, node, run), DT_EINVAL);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bsp_lets_nobody_run_ahead),
        cmocka_unit_test(ssp_lets_a_worker_begin_up_to_its_staleness_ahead),
        cmocka_unit_test(async_has_no_bound),
        cmocka_unit_test(adaptive_lets_the_best_hosts_run_ahead_once_the_slowest_has_done_its_least),
        cmocka_unit_test(bounded_delay_lets_a_worker_begin_up_to_its_delay_ahead),
        cmocka_unit_test(backup_says_how_many_are_spare_and_what_becomes_of_the_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
