/* file_test.c - a file is found beside the scenario, as given or under DTSIM_DATA, and a missing one is told apart. */
#include "tests/test.h"
#include "base/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

static void put(const char *name, const char *text) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *name, const char *text) {
    char got[64] = "";
    dt_file file;
    assert_ok(dt_file_open(name, &file));
    assert_int_equal(dt_file_at(&file, got, sizeof got - 1, 0), strlen(text));
    assert_string_equal(got, text);
}

/* More files than a process may have open. */
static void any_number_of_files_is_open(void **fixture) {
    (void)fixture;
    enum { FILES = 60, MOST = 24 };
    struct rlimit before, few;
    char name[FILES][32], text[16];
    getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = MOST;
    setrlimit(RLIMIT_NOFILE, &few);
    for (int twice = 0; twice < 2; twice++)
        for (int i = 0; i < FILES; i++) {
            snprintf(name[i], sizeof name[i], "/tmp/file_test_%ld_%d", (long)getpid(), i);
            snprintf(text, sizeof text, "%d", i);
            if (twice == 0) put(name[i], text);
            assert_holds(name[i], text);
        }
    setrlimit(RLIMIT_NOFILE, &before);
    for (int i = 0; i < FILES; i++) unlink(name[i]);
}

/* The last test: nothing ends it. */
static void a_held_name_leads_to_its_first_file_unchanged(void **fixture) {
    (void)fixture;
    const char *found;
    char name[32], other[32], byte;
    dt_arena *arena = dt_arena_new(0);
    dt_file file;
    snprintf(name, sizeof name, "/tmp/held_%ld", (long)getpid());
    snprintf(other, sizeof other, "/tmp/other_%ld", (long)getpid());
    put(name, "one");
    assert_holds(name, "one");
    put(other, "two");
    rename(other, name);
    assert_holds(name, "two");
    dt_file_hold();
    put(other, "three");
    rename(other, name);
    assert_holds(name, "two");
    unlink(name);
    assert_ok(dt_file_find("data.path", name, "a file", NULL, &found, arena));
    assert_holds(found, "two");
    put(other, "a");
    assert_ok(dt_file_open(other, &file));
    put(other, "ab");
    assert_int_equal(dt_file_at(&file, &byte, 1, 0), -1);
    assert_non_null(strstr(dt_file_why(), "changed since the sweep began"));
    assert_refused(dt_file_open(other, &file), DT_EIO, "changed since the sweep began");
    unlink(other);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_file_is_found_as_given_or_under_the_folder),
                                        cmocka_unit_test(what_is_beside_the_scenario_comes_first),
                                        cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_text),
                                        cmocka_unit_test(any_number_of_files_is_open),
                                        cmocka_unit_test(a_held_name_leads_to_its_first_file_unchanged) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
