/* warn_test.c - a warning is said once, by the first process, whoever found it. */
#include "tests/test.h"
#include "base/warn.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char *spoken(void) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    dt_warn_say(out);
    fclose(out);
    return text;
}

static void said(const char *wanted) {
    char *text = spoken();
    assert_string_equal(text, wanted);
    free(text);
}

static void a_warning_is_one_line_and_said_once(void **fixture) {
    (void)fixture;
    dt_warn("data.path", "%d rows\nare left out", 3);
    dt_warn("data.path", "%d rows\nare left out", 3);
    dt_warn("", "of no key");
    said("dtsim: warning: data.path: 3 rows?are left out\ndtsim: warning: of no key\n");
    dt_warn("", "of no key");
    said("");
}

static void children_warn_through_their_parent(void **fixture) {
    (void)fixture;
    int wait;
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0) {
            dt_warn("split", "of a child");
            if (i == 2) abort();
            _exit(0);
        }
        assert_int_equal(waitpid(child, &wait, 0), child);
    }
    said("dtsim: warning: split: of a child\n");
}

static void too_many_are_told_of(void **fixture) {
    (void)fixture;
    for (int i = 0; i < 200; i++) dt_warn("", "number %d", i);
    char *text = spoken();
    assert_non_null(strstr(text, "number 0\n"));
    assert_non_null(strstr(text, "there are more warnings than the 64 that are kept\n"));
    free(text);
    said("");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_warning_is_one_line_and_said_once),
        cmocka_unit_test(children_warn_through_their_parent),
        cmocka_unit_test(too_many_are_told_of),
    };
    dt_warn_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
