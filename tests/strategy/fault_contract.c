/* fault_contract.c - what every strategy promises where things go wrong, or refuses by name: whatever fails, the run ends, repeats to the bit
 * with any number of threads, and keeps the conservation laws; where nothing fails, faults change nothing. */
#include "tests/strategy/trouble.h"
#include "tests/strategy/kept.h"

static void every_strategy_says_what_it_does_with_faults(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        const char *says = dt_strategy_room.more(dt_strategy_room.entries[e]);
        if (says == NULL || strstr(says, "faults.deadline") == NULL) fail_msg("%s does not say", strategy_name(e));
        kept(SAYS, e);
    }
}

static void every_strategy_ends_whatever_fails_and_repeats_to_the_bit(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++)
        for (int kind = 0; kind < TROUBLES; kind++)
            if (!declines(ENDS, e, trouble(kind))) {
                it_ends_and_repeats(choice(&data, e), strategy_name(e), kind);
                kept(ENDS, e);
            }
}

/* How often things fail, for how long, and which, drawn from the seed; times in the order of a round. */
static const dt_config *random_trouble(uint64_t seed) {
    dt_config *f = dt_config_new(arena);
    dt_rng *rng = dt_rng_stream(arena, seed, 0, "trouble");
    unsigned kinds = (unsigned)gsl_rng_uniform_int(rng, 8);
    double times[6];
    for (int i = 0; i < 6; i++) times[i] = 0.002 * exp(gsl_rng_uniform(rng) * 4);      /* 2 to 109 ms */
    dt_config_set_number(f, "deadline", times[0], arena);
    dt_config_set_number(f, "timeout", 0.001, arena);
    dt_config_set_number(f, "patience", 20, arena);
    if ((kinds & 1) != 0) dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", times[1], NULL), arena);
    if ((kinds & 1) != 0) dt_config_set_copy(f, "recover", pick(arena, "exponential", "mean", times[2], NULL), arena);
    const char *const links[] = { "l-*_UP", "l-[13]_DOWN" };
    for (int i = 0; i < 2; i++) {
        if ((kinds & (2u << i)) == 0) continue;
        dt_config *on = i == 0 ? dt_config_set_table(f, "availability", arena) : dt_config_set_table(f, "links", arena);
        if (i == 1) {
            dt_config *link = dt_config_set_table(on, NULL, arena);
            dt_config_set_text(link, NULL, links[gsl_rng_uniform_int(rng, 2)], arena);
            on = dt_config_set_table(link, "on", arena);
        }
        dt_config_set_text(on, NULL, "alternating", arena);
        dt_config_set_copy(on, "on", pick(arena, "exponential", "mean", times[2 + 2 * i], NULL), arena);
        dt_config_set_copy(on, "off", pick(arena, "exponential", "mean", times[3 + 2 * i] / 2, NULL), arena);
    }
    apart_more.loss = gsl_rng_uniform(rng) < 0.3 ? 0.2 : 0;
    return f;
}

/* FAULTS seeds of each (make random-faults N=320); they end, with their laws kept: at a limit, or for the reason that there is no chance. */
static void every_strategy_ends_under_random_faults(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const char *many = getenv("FAULTS");
    uint64_t seeds = many == NULL ? 8 : strtoull(many, NULL, 10);
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        long hopeless = 0;
        for (uint64_t seed = 1; seed <= seeds; seed++) {
            stage_choice c = choice(&data, e);
            c.collective = pick(arena, dt_collective_room.entries[seed % dt_collective_room.count]->name, NULL);
            c.faults = random_trouble(seed);
            if (declines(RANDOM, e, c.faults)) continue;
            c.fault_seed = seed;
            c.stop = seed % 2 == 0 ? (dt_stop){ .rounds = 30 } : (dt_stop){ .seconds = 0.5 };
            const stage_log *log = stage_run(c);
            bool chance = strstr(log->reason, "no training step completed") == NULL;
            if (log->status != DT_OK && chance) fail_msg("%s, fault seed %d: %s", strategy_name(e), (int)seed, log->reason);
            hopeless += log->status != DT_OK;
            if (log->status != DT_OK && many != NULL) printf("%s, fault seed %d: %s\n", strategy_name(e), (int)seed, log->reason);
            assert_near(log->unaccounted_bytes, 0, 1e-6);
            assert_near(log->unaccounted_s, 0, 1e-9);
            kept(RANDOM, e);
        }
        if (many != NULL) printf("counted: %s: %d runs under random faults, all ended, %ld of them without a chance\n",
                                 strategy_name(e), (int)seeds, hopeless);
    }
    apart_more.loss = 0;
}

/* Faults that never come: a deadline that nobody needs, and a crash after the end. */
static void faults_that_do_not_happen_change_nothing(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = choice(&data, e);
        const stage_log *without = stage_run(c);
        dt_config *never = dt_config_new(arena);
        dt_config_set_number(never, "crash", 1e9, arena);
        c.faults = never;
        if (declines(NEVER, e, never)) continue;
        const stage_log *with = stage_run(c);
        assert_int_equal(with->status, DT_OK);
        assert_int_equal(without->marks, with->marks);
        assert_memory_equal(without->mark, with->mark, (size_t)with->marks * sizeof(dt_mark));
        assert_near(without->end_s, with->end_s, 0);
        kept(NEVER, e);
    }
}

/* One of five hosts is gone for good at the beginning: the others wait for it once, and learn without it. */
static void the_others_wait_for_the_deadline_once_and_go_on(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    stage_choice c = choice(&data, 0);
    c.strategy = pick(arena, "sgd", NULL);
    double undisturbed = stage_run(c)->end_s;
    dt_config *f = dt_config_new(arena);
    dt_config_set_number(f, "deadline", 3, arena);
    c.faults = f;
    c.gone = 2;
    const stage_log *log = stage_run(c);
    assert_int_equal(log->status, DT_OK);
    assert_int_equal(log->mark[log->marks - 1].round, 30);
    for (int i = 1; i < log->marks; i++) assert_int_equal(log->mark[i].updates, WORKERS - 1);
    assert_true(log->mark[log->marks - 1].loss < log->mark[0].loss);
    assert_near(log->end_s, 3 + undisturbed, 0.5 * undisturbed);
}

static void a_run_without_a_chance_says_so(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        stage_choice c = choice(&data, e);
        dt_config *f = dt_config_new(arena);
        c.stop = (dt_stop){ .steps = 1000 };
        dt_config_set_copy(f, "crash", pick(arena, "exponential", "mean", 1e-7, NULL), arena);
        dt_config_set_copy(f, "recover", pick(arena, "exponential", "mean", 0.005, NULL), arena);
        dt_config_set_number(f, "patience", 2, arena);
        dt_config_set_number(f, "deadline", 0.01, arena);
        c.faults = f;
        if (declines(HOPELESS, e, f)) continue;
        const stage_log *log = stage_run(c);
        if (log->status != DT_EDEADLOCK) fail_msg("%s: %s", strategy_name(e), log->reason);
        assert_non_null(strstr(log->reason, "no training step completed"));
        kept(HOPELESS, e);
    }
}

/* All hosts, or half of them, stay up for equally long and are down for equally long. */
static void at_once(stage_choice c, const char *what, double up, double down, bool half) {
    dt_config *f = dt_config_new(arena);
    dt_config_set_number(f, "deadline", 0.004, arena);
    if (half) {
        const dt_config *either = pick(arena, "bimodal", "fast", up, "slow", 1e9, "share", 0.5, NULL);
        dt_config_set_copy(f, "crash", either, arena);
    } else {
        dt_config_set_number(f, "crash", up, arena);
    }
    dt_config_set_number(f, "recover", down, arena);
    dt_config_set_number(f, "patience", 5, arena);
    c.faults = f;
    c.stop = (dt_stop){ .seconds = 0.3 };
    const stage_log *log = stage_run(c);
    if (log->status != DT_OK) fail_msg("%s, up %g s, down %g s: %s", what, up, down, log->reason);
    assert_near(log->unaccounted_bytes, 0, 1e-6);
    assert_near(log->unaccounted_s, 0, 1e-9);
}

static void hosts_that_crash_in_the_same_instant_harm_nobody(void **fixture) {
    (void)fixture;
    dt_data data = classes();
    const double up[] = { 0.02, 0.0431, 0.05 }, down[] = { 0.005, 0.004 };      /* the second as long as the deadline */
    for (size_t e = 0; e < dt_strategy_room.count; e++) {
        const dt_strategy_type *type = (const void *)dt_strategy_room.entries[e];
        if (declines(AT_ONCE, e, trouble(0))) continue;
        for (size_t k = 0; k < (type->averages ? dt_collective_room.count : 1); k++)
            for (size_t i = 0; i < 12; i++) {
                stage_choice c = choice(&data, e);
                c.collective = pick(arena, dt_collective_room.entries[k]->name, NULL);
                at_once(c, strategy_name(e), up[i % 3], down[i % 2], i >= 6);
            }
        kept(AT_ONCE, e);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_says_what_it_does_with_faults),
        cmocka_unit_test(every_strategy_ends_whatever_fails_and_repeats_to_the_bit),
        cmocka_unit_test(every_strategy_ends_under_random_faults),
        cmocka_unit_test(faults_that_do_not_happen_change_nothing),
        cmocka_unit_test(the_others_wait_for_the_deadline_once_and_go_on),
        cmocka_unit_test(hosts_that_crash_in_the_same_instant_harm_nobody),
        cmocka_unit_test(a_run_without_a_chance_says_so),
        cmocka_unit_test(the_table_in_the_readme_says_what_was_kept),     /* the last: it counts the others */
    };
    arena = dt_arena_new(1 << 20);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
