/* occupancy_test.c - how long steps take on hosts that others use: the integral of what they leave. */
#include "tests/strategy/stage.h"

static dt_arena *arena;

static const dt_config *parsed(const char *json) {
    dt_config *node;
    assert_ok(dt_config_parse(json, &node, arena));
    return node;
}

/* Two workers whose steps take 3 s on idle hosts, by themselves; the mark of a round has the time of the slowest. */
static const stage_log *steps(const char *load, const char *seconds, double until) {
    static const float x[] = { 1, 2 }, y[] = { 0, 0 };
    const dt_data data = { .shape = { .features = 1 }, .train = { 2, x, y, NULL, NULL } };
    stage_choice c = { .strategy = pick(arena, "isolated", NULL), .model = pick(arena, "linear", NULL), .data = &data, .workers = 2,
                       .optimiser = pick(arena, "sgd", NULL), .split = pick(arena, "contiguous", NULL), .blank = true,
                       .seconds = parsed(seconds), .stop.rounds = until, .every.rounds = 1, .load = load == NULL ? NULL : parsed(load) };
    return stage_run(c);
}

static void times(const char *load, const char *seconds, const double *expected, int count) {
    const stage_log *log = steps(load, seconds, count);
    assert_ok(log->status);
    assert_int_equal(log->marks, count + 1);
    for (int i = 0; i < count; i++) assert_near(log->mark[i + 1].time_s, expected[i], 1e-9);
}

static void a_share_leaves_the_rest(void **fixture) {
    (void)fixture;
    times(NULL, "3", (double[]){ 3, 6, 9 }, 3);
    times("0", "3", (double[]){ 3, 6, 9 }, 3);
    times("0.5", "3", (double[]){ 6, 12, 18 }, 3);
    times("[{\"name\":\"h-1\",\"share\":0.75}]", "3", (double[]){ 12, 24, 36 }, 3);
}

/* The step that begins at 9 s has the host to itself for 1 s, and a quarter of it for the 2 s of work that are left: 8 s.  The next
 * has a quarter for 2 s and the host to itself for 2.5 s. */
static void work_that_a_change_interrupts_goes_on_at_another_speed(void **fixture) {
    (void)fixture;
    const char *load = "{\"name\":\"steps\",\"times\":[0,10,20],\"values\":[0,0.75,0]}";
    times(load, "3", (double[]){ 3, 6, 9, 18, 22.5, 25.5 }, 6);
    times("{\"name\":\"steps\",\"times\":[0,1],\"values\":[0,0.5],\"period\":2}", "3", (double[]){ 4, 8, 12 }, 3);
}

static void hosts_draw_loads_of_their_own_whatever_the_work(void **fixture) {
    (void)fixture;
    const char *load = "{\"name\":\"alternating\",\"on\":{\"name\":\"exponential\",\"mean\":2},\"off\":{\"name\":\"exponential\",\"mean\":2}}";
    const stage_log *one = steps(load, "6", 40), *two = steps(load, "3", 80);
    assert_ok(one->status);
    assert_ok(two->status);
    for (int i = 1; i <= 40; i++) assert_near(one->mark[i].time_s, two->mark[2 * i].time_s, 1e-6);
    /* Half of the time 0.01 is left, else all: 1 / 0.505 times as long, and the slower of two workers is later. */
    assert_true(one->end_s > 240 / 0.505 * 0.9 && one->end_s < 240 / 0.505 * 1.5);
}

static void what_is_no_share_and_no_host_is_refused(void **fixture) {
    (void)fixture;
    const struct { const char *load, *says; } bad[] = {
        { "45", "expected shares from 0 to 1, got 45" },
        { "[{\"name\":\"h-7\",\"share\":0.5}]", "no worker's host is called \"h-7\"" },
        { "[{\"name\":\"h-1\"}]", "expected the share of hosts called \"h-1\"" },
        { "[0.5]", "expected a share, a profile" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const stage_log *log = steps(bad[i].load, "3", 1);
        assert_int_equal(log->status, DT_EINVAL);
        if (strstr(log->reason, bad[i].says) == NULL) fail_msg("%s: %s", bad[i].load, log->reason);
    }
}

/* What was resolved is read again as it is. */
static void a_resolved_load_is_its_own_resolution(void **fixture) {
    (void)fixture;
    dt_config *once = dt_config_new(arena), *twice = dt_config_new(arena);
    assert_ok(dt_occupancy_resolve(parsed("0.25"), once, arena));
    assert_ok(dt_occupancy_resolve(dt_config_get(once, "load"), twice, arena));
    assert_string_equal(dt_config_json(once, arena), dt_config_json(twice, arena));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_leaves_the_rest),
        cmocka_unit_test(work_that_a_change_interrupts_goes_on_at_another_speed),
        cmocka_unit_test(hosts_draw_loads_of_their_own_whatever_the_work),
        cmocka_unit_test(what_is_no_share_and_no_host_is_refused),
        cmocka_unit_test(a_resolved_load_is_its_own_resolution),
    };
    arena = dt_arena_new(1 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    dt_arena_free(arena);
    return failed;
}
