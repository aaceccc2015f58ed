/* file_test.c - a file is found beside the scenario, as given or under DTSIM_DATA, and a missing one is told apart. */
#include "tests/test.h"
#include "base/file.h"
#include <stdlib.h>

static void a_file_is_found_as_given_or_under_the_folder(void **fixture) {
    (void)fixture;
    const char *found;
    dt_arena *arena = dt_arena_new(0);
    assert_ok(dt_file_find("data.path", "/etc/passwd", "a file", NULL, &found, arena));
    assert_string_equal(found, "/etc/passwd");
    setenv("DTSIM_DATA", "/etc", 1);
    assert_ok(dt_file_find("data.path", "passwd", "a file", NULL, &found, arena));
    assert_string_equal(found, "/etc/passwd");
    assert_refused(dt_file_find("data.path", "nothing", "a file", "ask Ann", &found, arena), DT_ENOTFOUND, "/etc/nothing");
    assert_refused(dt_file_find("data.path", "nothing", "a file", "ask Ann", &found, arena), DT_ENOTFOUND, "ask Ann");
    assert_string_equal(dt_reason_path(), "data.path");
    unsetenv("DTSIM_DATA");
    assert_refused(dt_file_find("data.path", "passwd", "a file", NULL, &found, arena), DT_ENOTFOUND, "DTSIM_DATA is not set");
    assert_refused(dt_file_find("data.path", NULL, "a file", NULL, &found, arena), DT_EINVAL, "it names a file");
    assert_refused(dt_file_find("data.path", "/dev/zero", "a file", NULL, &found, arena), DT_EINVAL,
                   "expected a file or a folder, got /dev/zero");
    dt_arena_free(arena);
}

static void what_is_beside_the_scenario_comes_first(void **fixture) {
    (void)fixture;
    const char *found;
    dt_arena *arena = dt_arena_new(0);
    dt_file_set_folder("/etc");
    assert_ok(dt_file_find("data.path", "passwd", "a file", NULL, &found, arena));
    assert_string_equal(found, "/etc/passwd");
    assert_ok(dt_file_find("data.path", "Makefile", "a file", NULL, &found, arena));
    assert_string_equal(found, "Makefile");
    setenv("DTSIM_DATA", "/usr", 1);
    assert_ok(dt_file_find("data.path", "bin", "a folder", NULL, &found, arena));
    assert_string_equal(found, "/usr/bin");
    assert_refused(dt_file_find("data.path", "none", "a file", NULL, &found, arena), DT_ENOTFOUND,
                   "neither /etc/none nor none nor /usr/none is there");
    assert_refused(dt_file_find("data.path", "/none", "a file", NULL, &found, arena), DT_ENOTFOUND, "/none is not there");
    dt_file_set_folder(".");
    assert_refused(dt_file_find("data.path", "none", "a file", NULL, &found, arena), DT_ENOTFOUND,
                   "neither none nor /usr/none is there");
    unsetenv("DTSIM_DATA");
    dt_arena_free(arena);
}

static void a_byte_order_mark_is_no_part_of_a_text(void **fixture) {
    (void)fixture;
    char marked[] = "\xEF\xBB\xBF" "a,b", plain[] = "a,b", empty[] = "";
    assert_string_equal(dt_file_text_start(marked), "a,b");
    assert_string_equal(dt_file_text_start(plain), "a,b");
    assert_string_equal(dt_file_text_start(empty), "");
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_found_as_given_or_under_the_folder),
                                        cmocka_unit_test(what_is_beside_the_scenario_comes_first),
                                        cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_text) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
