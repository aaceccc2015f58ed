/* schedule_contract.c - what every schedule promises: a factor above 0 that begins at 1 and never rises by itself. */
#include "tests/test.h"
#include "schedule/schedule.h"
#include <math.h>

static void factors_are_positive_and_do_not_rise(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_schedule_room.count; e++) {
        dt_arena *run = dt_arena_new(0);
        dt_schedule s;
        dt_config *config = dt_config_new(run);
        dt_config_set_text(config, NULL, dt_schedule_room.entries[e]->name, run);
        assert_ok(dt_schedule_open(&s, config, NULL, run));
        double last = dt_schedule_factor(&s, &(dt_trained){ 0 });
        assert_near(last, 1, 1e-12);
        for (long step = 1; step < 20000; step += 7) {
            double factor = dt_schedule_factor(&s, &(dt_trained){ (double)step / 100, step, step });
            assert_true(factor > 0 && factor <= last);
            last = factor;
        }
        assert_true(dt_schedule_factor(&s, &(dt_trained){ 1e12, 1L << 60, 1L << 60 }) > 0);
        dt_arena_free(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(factors_are_positive_and_do_not_rise) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
