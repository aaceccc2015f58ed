/* profile_contract.c - what every profile promises, and the pieces of each in numbers. */
#include "tests/golden.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "profile/profile.h"

static dt_arena *arena;

static dt_config *named(const char *name) {
    dt_config *table = dt_config_new(arena);
    dt_config_set_text(table, NULL, name, arena);
    return table;
}

static const char *traced(void) {
    const char *path = dt_arena_text(arena, "/tmp/dtsim-profile-%d.csv", (int)getpid());
    FILE *f = fopen(path, "w");
    fputs("t_s,kbps\n0,8\n1,16\n3,0\n3,24\n", f);
    fclose(f);
    return path;
}

static void numbers(dt_config *table, const char *key, const double *value, int count) {
    dt_config *list = dt_config_set_table(table, key, arena);
    for (int i = 0; i < count; i++) dt_config_set_number(list, NULL, value[i], arena);
}

/* With presets, or, where a parameter must be given, as the golden scenario of the member does. */
static void open_one(dt_profile *p, size_t i) {
    if (dt_profile_open(p, golden_preset(&dt_profile_room, i, arena), "profile", "1", arena) == DT_OK) return;
    assert_true(golden_blames(&dt_profile_room, i, "profile"));
    assert_ok(dt_profile_open(p, golden_choice(&dt_profile_room, i, arena), "profile", "1", arena));
}

static void pieces_are_finite_and_time_goes_on(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_profile_room.count; e++) {
        dt_profile p;
        double time = 0;
        dt_profile_draws draws = dt_profile_streams(arena, 1, 0, "test");
        open_one(&p, e);
        for (long i = dt_profile_first(&p, &draws), n = 0; n < 100; n++) {
            dt_piece piece = dt_profile_piece(&p, &draws, 0, i + n);
            assert_true(isfinite(piece.value) && piece.value >= 0 && piece.seconds >= 0);
            time += piece.seconds;
        }
        assert_true(time > 0);
    }
}

static dt_config *parsed(const char *json) {
    dt_config *c;
    assert_ok(dt_config_parse(json, &c, arena));
    return c;
}

static void has_pieces(const char *json, const char *base, const double (*wanted)[2], int count) {
    dt_profile p;
    const dt_config *c = parsed(json);
    assert_ok(dt_profile_open(&p, c, "profile", base, arena));
    for (int i = 0; i < count; i++) {
        dt_profile_draws draws = dt_profile_streams(arena, 1, 0, "test");
        dt_piece piece = dt_profile_piece(&p, &draws, 0, i);
        assert_near(piece.value, wanted[i][0], 1e-9);
        assert_near(piece.seconds, wanted[i][1], 1e-9);
    }
}

static void each_plays_what_it_says_again_and_again(void **fixture) {
    (void)fixture;
    has_pieces("{\"name\":\"alternating\",\"on\":\"2s\",\"off\":1}", "1",
               (const double[][2]){ { 1, 2 }, { 0, 1 }, { 1, 2 } }, 3);
    has_pieces("{\"name\":\"steps\",\"times\":[0,2,5],\"values\":[1,0,4],\"period\":6}", "1",
               (const double[][2]){ { 1, 2 }, { 0, 3 }, { 4, 1 }, { 1, 2 } }, 4);
    has_pieces(dt_arena_text(arena, "{\"name\":\"trace\",\"path\":\"%s\",\"unit\":\"kbps\"}", traced()), "B/s",
               (const double[][2]){ { 1000, 1 }, { 2000, 2 }, { 0, 0 }, { 3000, 1 }, { 1000, 1 } }, 5);
    unlink(traced());
}

static void alternating_turns_are_there_for_all(void **fixture) {
    (void)fixture;
    dt_profile p;
    dt_profile_draws draws = dt_profile_streams(arena, 1, 0, "test");
    dt_config *c = named("alternating");
    numbers(c, "on", (double[]){ 1, 0 }, 2);
    dt_config_set_number(c, "off", 0, arena);
    assert_ok(dt_profile_open(&p, c, "faults.availability", "1", arena));
    assert_refused(dt_profile_fit(&p, "faults.availability", 3), DT_EINVAL, "expected one value for each worker, 3 in all, got 2");
    assert_string_equal(dt_reason_path(), "faults.availability.on");
    assert_refused(dt_profile_fit(&p, "faults.availability", 2), DT_EINVAL, "expected on or off to last longer than 0 s");
    dt_config_set_number(c, "off", 3, arena);
    assert_ok(dt_profile_open(&p, c, "faults.availability", "1", arena));
    assert_ok(dt_profile_fit(&p, "faults.availability", 2));
    assert_near(dt_profile_piece(&p, &draws, 0, 0).seconds, 1, 0);
    assert_near(dt_profile_piece(&p, &draws, 1, 0).seconds, 0, 0);
    assert_near(dt_profile_piece(&p, &draws, 1, 1).seconds, 3, 0);
}

/* How long a turn lasts where the times off have that distribution. */
static double turn_lasts(const char *off, long index) {
    dt_profile p;
    dt_config *c;
    const char *text = dt_arena_text(arena, "{\"name\":\"alternating\",\"on\":{\"name\":\"exponential\",\"mean\":2},\"off\":%s}", off);
    assert_ok(dt_config_parse(text, &c, arena));
    assert_ok(dt_profile_open(&p, c, "faults.availability", "1", arena));
    dt_profile_draws draws = dt_profile_streams(arena, 1, 0, "test");
    double seconds = 0;
    for (long i = 0; i <= index; i++) seconds = dt_profile_piece(&p, &draws, 0, i).seconds;
    return seconds;
}

/* A constant draws nothing at all. */
static void times_on_do_not_hang_on_the_distribution_of_times_off(void **fixture) {
    (void)fixture;
    const char *drawn = "{\"name\":\"exponential\",\"mean\":1}";
    for (long index = 0; index < 20; index += 2) assert_near(turn_lasts(drawn, index), turn_lasts("1", index), 0);
    for (long index = 1; index < 20; index += 2) assert_true(turn_lasts(drawn, index) != turn_lasts("1", index));
}

static void a_file_without_names_is_a_trace(void **fixture) {
    (void)fixture;
    dt_profile p;
    dt_profile_draws draws = dt_profile_streams(arena, 1, 0, "test");
    const char *path = traced();
    FILE *f = fopen(path, "w");
    fputs("0,8\n1,16\n3,8\n", f);
    fclose(f);
    dt_config *c = named("trace");
    dt_config_set_text(c, "path", path, arena);
    assert_ok(dt_profile_open(&p, c, "faults.links.bandwidth", "B/s", arena));
    assert_near(dt_profile_piece(&p, &draws, 0, 0).value, 8, 0);
    dt_config_set_number(c, "time", 2, arena);
    dt_config_set_number(c, "column", 1, arena);
    assert_refused(dt_profile_open(&p, c, "faults.links.bandwidth", "B/s", arena), DT_EFORMAT, "goes back from 16 to 8");
    unlink(path);
}

static void a_wrong_unit_is_refused(void **fixture) {
    (void)fixture;
    dt_profile p;
    dt_config *c = named("steps");
    dt_config_set_text(c, "unit", "parsec", arena);
    assert_int_equal(dt_profile_open(&p, c, "faults.links.bandwidth", "B/s", arena), DT_EINVAL);
    assert_string_equal(dt_reason_path(), "faults.links.bandwidth.unit");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_finite_and_time_goes_on),
        cmocka_unit_test(each_plays_what_it_says_again_and_again),
        cmocka_unit_test(alternating_turns_are_there_for_all),
        cmocka_unit_test(times_on_do_not_hang_on_the_distribution_of_times_off),
        cmocka_unit_test(a_file_without_names_is_a_trace),
        cmocka_unit_test(a_wrong_unit_is_refused),
    };
    arena = dt_arena_new(1 << 16);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
