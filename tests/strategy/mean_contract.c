/* mean_contract.c - what a mean promises where things go wrong, with every collective: it goes on with those who are there,
 * repeats to the bit with any number of threads, and keeps the conservation laws. */
#include "tests/strategy/trouble.h"

static void every_collective_goes_on_with_those_who_are_there(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t k = 0; k < dt_collective_room.count; k++)
        for (int kind = 0; kind < TROUBLES; kind++)
            for (long period = 1; period <= 3; period += 2) {
                stage_choice c = choice(&data, 0);
                c.strategy = pick(arena, "localsgd", "period", (double)period, NULL);
                c.collective = pick(arena, dt_collective_room.entries[k]->name, NULL);
                it_ends_and_repeats(c, dt_collective_room.entries[k]->name, kind);
            }
}

/* Faults of which some strike while a mean is formed, taken, or lost with all who had it. */
static void means_go_on_however_workers_come_and_go(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t k = 0; k < dt_collective_room.count; k++)
        for (uint64_t seed = 1; seed <= 45; seed++) {
            const int kind[] = { 1, 2, 5 };
            stage_choice c = choice(&data, 0);
            c.strategy = pick(arena, "sgd", NULL);
            c.collective = pick(arena, dt_collective_room.entries[k]->name, NULL);
            c.faults = trouble(kind[seed % 3]);
            c.fault_seed = seed;
            c.stop = (dt_stop){ .seconds = 2 };
            const stage_log *log = stage_run(c);
            if (log->status != DT_OK)
                fail_msg("%s, fault seed %d: %s", dt_collective_room.entries[k]->name, (int)seed, log->reason);
            assert_near(log->unaccounted_bytes, 0, 1e-6);
            assert_near(log->unaccounted_s, 0, 1e-9);
        }
}

/* One of five is cut off for good at the beginning, by its own link or by its way back. */
static void who_is_cut_off_is_waited_for_until_the_deadline_and_the_others_go_on(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t k = 0; k < 2 * dt_collective_room.count; k++) {
        stage_choice c = choice(&data, 0);
        c.strategy = pick(arena, "sgd", NULL);
        c.collective = pick(arena, dt_collective_room.entries[k / 2]->name, NULL);
        c.star.network = k % 2 == 0 ? "CM02" : "LV08";
        double undisturbed = stage_run(c)->end_s;
        dt_config *f = dt_config_new(arena);
        dt_config *link = dt_config_set_table(dt_config_set_table(f, "links", arena), NULL, arena);
        dt_config_set_text(link, NULL, k % 2 == 0 ? "l-2_UP" : "l-2_DOWN", arena);
        dt_config_set_copy(link, "on", pick(arena, "steps", "values", 0.0, NULL), arena);
        dt_config_set_number(f, "deadline", 3, arena);
        c.faults = f;
        const stage_log *log = stage_run(c);
        if (log->status != DT_OK) fail_msg("%s: %s", dt_collective_room.entries[k / 2]->name, log->reason);
        assert_int_equal(log->mark[log->marks - 1].round, 30);
        assert_near(log->end_s, 3 + undisturbed, 0.5 * undisturbed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_collective_goes_on_with_those_who_are_there),
        cmocka_unit_test(means_go_on_however_workers_come_and_go),
        cmocka_unit_test(who_is_cut_off_is_waited_for_until_the_deadline_and_the_others_go_on),
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
