/* attack_contract.c - what every attack promises: exactly count lie, the truth of the others stays as it is, and lies repeat. */
#include "tests/test.h"
#include "attack/attack.h"

enum { WORKERS = 9, N = 40 };

static dt_arena *arena;

static dt_attack opened(size_t e, double count, double every, const char *ranks) {
    dt_attack a;
    dt_config *node = dt_config_new(arena);
    dt_config_set_text(node, NULL, dt_attack_room.entries[e]->name, arena);
    dt_config_set_number(node, "count", count, arena);
    dt_config_set_number(node, "every", every, arena);
    dt_config *list = *ranks == '\0' ? NULL : dt_config_set_table(node, "ranks", arena);
    for (; *ranks != '\0'; ranks++) dt_config_set_number(list, NULL, *ranks - '0', arena);
    assert_ok(dt_attack_open(&a, node, WORKERS, 3, arena));
    return a;
}

static size_t liars(const dt_attack *a, long round) {
    size_t sum = 0;
    for (size_t w = 0; w < WORKERS; w++) sum += dt_attack_strikes(a, WORKERS, round, w);
    return sum;
}

static void exactly_count_lie_in_every_round(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_attack_room.count; e++)
        for (int count = 0; count <= WORKERS; count++) {
            dt_attack a = opened(e, count, 1, "");
            for (long round = 0; round < 30; round++)
                assert_int_equal(liars(&a, round), dt_attack_acts(&a) ? count : 0);
        }
}

static void liars_stay_for_every_rounds_and_for_ever_with_0(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_attack_room.count; e++) {
        dt_attack five = opened(e, 3, 5, ""), once = opened(e, 3, 0, "");
        size_t changes = 0;
        for (long round = 1; round < 100; round++)
            for (size_t w = 0; w < WORKERS; w++) {
                bool differ = dt_attack_strikes(&five, WORKERS, round, w) != dt_attack_strikes(&five, WORKERS, round - 1, w);
                if (round % 5 != 0) assert_false(differ);
                changes += differ;
                assert_int_equal(dt_attack_strikes(&once, WORKERS, round, w), dt_attack_strikes(&once, WORKERS, 0, w));
            }
        assert_int_equal(changes > 0, dt_attack_acts(&five));
    }
}

static void ranks_lie_in_every_round_and_nobody_else(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_attack_room.count; e++) {
        dt_attack a = opened(e, 4, 1, "28");
        for (long round = 0; round < 20; round++)
            for (size_t w = 0; w < WORKERS; w++)
                assert_int_equal(dt_attack_strikes(&a, WORKERS, round, w), dt_attack_acts(&a) && (w == 2 || w == 8));
    }
}

/* The words of codes are the same lies in double. */
static void lies_repeat_and_are_those_of_the_formula(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_attack_room.count; e++) {
        dt_attack a = opened(e, 2, 1, ""), b = opened(e, 2, 1, "");
        for (int k = 0; k < 3; k++) {
            float x[N];
            double y[N];
            for (size_t i = 0; i < N; i++) y[i] = x[i] = (float)i - 7;
            dt_attack_forge(&a, k, 4, N, x);
            dt_attack_forge_words(&b, k, 4, N, y);
            dt_forgery f = a.type->forge == NULL ? (dt_forgery){ 1, 0, 0 } : a.type->forge(a.state);
            for (size_t i = 0; i < N; i++) {
                assert_true(x[i] == (float)y[i]);
                if (f.noise == 0) assert_near(y[i], f.scale * ((double)i - 7) + f.offset, 0);
            }
            assert_int_equal(a.told[4], k + 1);
            assert_int_equal(a.told[3], 0);
        }
    }
}

static void what_no_worker_can_be_is_refused(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_attack_room.count; e++) {
        dt_attack a;
        dt_config *node = dt_config_new(arena);
        dt_config_set_text(node, NULL, dt_attack_room.entries[e]->name, arena);
        dt_config_set_number(node, "count", WORKERS + 1, arena);
        if (dt_attack_of(dt_attack_room.entries[e])->forge != NULL)
            assert_refused(dt_attack_open(&a, node, WORKERS, 3, arena), DT_EINVAL, "no more liars than the 9 workers, got 10");
        dt_config_set_number(node, "count", 1, arena);
        dt_config *list = dt_config_set_table(node, "ranks", arena);
        dt_config_set_number(list, NULL, WORKERS, arena);
        assert_refused(dt_attack_open(&a, node, WORKERS, 3, arena), DT_EINVAL, "0 to 8, got 9");
        assert_string_equal(dt_reason_path(), "attack.ranks");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_count_lie_in_every_round),
        cmocka_unit_test(liars_stay_for_every_rounds_and_for_ever_with_0),
        cmocka_unit_test(ranks_lie_in_every_round_and_nobody_else),
        cmocka_unit_test(lies_repeat_and_are_those_of_the_formula),
        cmocka_unit_test(what_no_worker_can_be_is_refused),
    };
    arena = dt_arena_new(0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
