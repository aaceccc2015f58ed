/* speculative_test.c - backup tasks: the same steps as synchronous SGD, in the time that order statistics say. */
#include "tests/strategy/trouble.h"

static stage_choice speculating(const dt_data *data, double share) {
    stage_choice c = choice(data, 0);
    c.strategy = pick(arena, "speculative", "share", share, NULL);
    c.every.rounds = 1;
    return c;
}

/* Whoever computes a gradient, it is that of the same batch. */
static void it_takes_the_steps_of_synchronous_sgd(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = speculating(&data, 0.5);
    c.seconds = pick(arena, "exponential", "mean", 0.01, NULL);
    const stage_log *copied = stage_run(c);
    c.strategy = pick(arena, "sgd", NULL);
    const stage_log *sgd = stage_run(c);
    assert_ok(copied->status);
    assert_int_equal(copied->marks, sgd->marks);
    for (int i = 0; i < sgd->marks; i++) assert_near(copied->mark[i].loss, sgd->mark[i].loss, 1e-5);
    assert_true(copied->end_s < sgd->end_s);
}

/* Four workers take a second, the last one four; messages take no time.  Without copies an iteration takes 4 s.  A copy begins at 1 s,
 * and a fast worker ends it at 2 s. */
static void a_copy_of_the_slowest_ends_the_iteration(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = speculating(&data, 1);
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.slow = 4;
    c.blank = c.free_servers = true;
    c.star = (apart_star){ WORKERS + 1, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    const stage_log *alone = stage_run(c);
    assert_ok(alone->status);
    assert_near(alone->end_s, 30 * 4, 1e-6);
    c.strategy = pick(arena, "speculative", "share", 0.75, NULL);
    const stage_log *copied = stage_run(c);
    assert_ok(copied->status);
    assert_near(copied->end_s, 30 * 2, 1e-6);
    for (int i = 1; i < copied->marks; i++) {
        assert_int_equal(copied->mark[i].updates, WORKERS);
        assert_near(copied->mark[i].more[0], 1, 0);     /* copies, of which as many came first */
        assert_near(copied->mark[i].more[1], 1, 0);
    }
}

/* A copy costs its result alone, beside a request without bytes: 4 bytes an entry. */
static void a_copy_that_comes_costs_no_bytes_but_those_of_its_result(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = speculating(&data, 0.75);
    c.slow = 4;
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.blank = true;
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    const double n = 6 * 3 + 3;
    assert_near(log->bytes, 30 * 2 * WORKERS * 4 * n, 1e-6);
}

/* The task of a worker that fails in the middle of an iteration goes to another one before the failure is noticed. */
static void a_failure_is_not_waited_for(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = speculating(&data, 0.5);
    c.seconds = pick(arena, "constant", "value", 1.0, NULL);
    c.blank = c.free_servers = true;
    c.stop.rounds = 3;
    c.star = (apart_star){ WORKERS + 1, 1e9, 1e15, 0, "SPLITDUPLEX", "CM02" };
    dt_config *f = dt_config_new(arena);
    dt_config_set_number(f, "deadline", 1000, arena);
    c.faults = f;
    c.gone = 2;
    c.gone_s = 0.5;
    const stage_log *log = stage_run(c);
    assert_ok(log->status);
    for (int i = 1; i < log->marks; i++) {
        assert_near(log->mark[i].time_s, 2.0 * i, 1e-6);
        assert_int_equal(log->mark[i].updates, WORKERS);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_the_steps_of_synchronous_sgd),
        cmocka_unit_test(a_copy_of_the_slowest_ends_the_iteration),
        cmocka_unit_test(a_copy_that_comes_costs_no_bytes_but_those_of_its_result),
        cmocka_unit_test(a_failure_is_not_waited_for),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
