/* file_test.c - a file is found as given or under DTSIM_DATA, and a missing one is told apart. */
#include "tests/test.h"
#include "base/file.h"
#include <stdlib.h>

static void a_file_is_found_as_given_or_under_the_folder(void **fixture) {
    (void)fixture;
    const char *found;
    dt_arena *arena = dt_arena_new(0);
    assert_ok(dt_file_find("data.path", "/dev/null", "a file", NULL, &found, arena));
    assert_string_equal(found, "/dev/null");
    setenv("DTSIM_DATA", "/dev", 1);
    assert_ok(dt_file_find("data.path", "null", "a file", NULL, &found, arena));
    assert_string_equal(found, "/dev/null");
    assert_refused(dt_file_find("data.path", "nothing", "a file", "ask Ann", &found, arena), DT_ENOTFOUND, "/dev/nothing");
    assert_refused(dt_file_find("data.path", "nothing", "a file", "ask Ann", &found, arena), DT_ENOTFOUND, "ask Ann");
    assert_string_equal(dt_reason_path(), "data.path");
    unsetenv("DTSIM_DATA");
    assert_refused(dt_file_find("data.path", "null", "a file", NULL, &found, arena), DT_ENOTFOUND, "DTSIM_DATA is not set");
    assert_refused(dt_file_find("data.path", NULL, "a file", NULL, &found, arena), DT_EINVAL, "it names a file");
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_found_as_given_or_under_the_folder) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
