/* status_test.c - the reason of a failure, its path, and one reason a thread. */
#include "tests/test.h"
#include <pthread.h>

static void a_failure_leaves_its_reason(void **fixture) {
    (void)fixture;
    assert_int_equal(dt_fail_at(DT_EINVAL, "compress.ratio", "%g is too %s", 1.5, "large"), DT_EINVAL);
    assert_string_equal(dt_reason(), "1.5 is too large");
    assert_string_equal(dt_reason_path(), "compress.ratio");
    assert_int_equal(dt_fail(DT_EIO, "disk full"), DT_EIO);
    assert_string_equal(dt_reason(), "disk full");
    assert_string_equal(dt_reason_path(), "");
}

static void long_reasons_are_cut(void **fixture) {
    (void)fixture;
    char text[5000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    dt_fail_at(DT_EINVAL, text, "%s", text);
    assert_int_equal(strlen(dt_reason()), 1023);
    assert_int_equal(strlen(dt_reason_path()), 255);
}

static void a_reason_is_one_printable_line(void **fixture) {
    (void)fixture;
    dt_fail_at(DT_EINVAL, "a\nb", "%s: a tab\t, an escape \033[2J, a return\r\n, a \177, an \303\266", "x\1y");
    assert_string_equal(dt_reason(), "x?y: a tab?, an escape ?[2J, a return??, a ?, an \303\266");
    assert_string_equal(dt_reason_path(), "a?b");
    dt_fail(DT_EIO, "two\nlines");
    assert_string_equal(dt_reason(), "two?lines");
}

static dt_status passes(int *calls, dt_status status) {
    DT_TRY(status);
    ++*calls;
    return DT_OK;
}

static void try_returns_at_the_first_failure(void **fixture) {
    (void)fixture;
    int calls = 0;
    assert_int_equal(passes(&calls, DT_EFORMAT), DT_EFORMAT);
    assert_int_equal(calls, 0);
    assert_int_equal(passes(&calls, DT_OK), DT_OK);
    assert_int_equal(calls, 1);
}

static void *fail_elsewhere(void *arg) {
    (void)arg;
    dt_fail(DT_EIO, "of another thread");
    return NULL;
}

static void threads_keep_their_own_reason(void **fixture) {
    (void)fixture;
    pthread_t other;
    dt_fail(DT_EINVAL, "mine");
    assert_int_equal(pthread_create(&other, NULL, fail_elsewhere, NULL), 0);
    pthread_join(other, NULL);
    assert_string_equal(dt_reason(), "mine");
}

static void every_status_has_its_own_word(void **fixture) {
    (void)fixture;
    for (int a = DT_OK; a <= DT_EDECODE; a++)
        for (int b = a + 1; b <= DT_EDECODE + 1; b++)
            assert_string_not_equal(dt_status_word((dt_status)a), dt_status_word((dt_status)b));
    assert_string_equal(dt_status_word(DT_OK), "ok");
    assert_string_equal(dt_status_word(DT_EDIVERGED), "diverged");
    assert_string_equal(dt_status_word(DT_EDECODE), "undecodable");
    assert_string_equal(dt_status_word((dt_status)99), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_leaves_its_reason),
        cmocka_unit_test(long_reasons_are_cut),
        cmocka_unit_test(a_reason_is_one_printable_line),
        cmocka_unit_test(try_returns_at_the_first_failure),
        cmocka_unit_test(threads_keep_their_own_reason),
        cmocka_unit_test(every_status_has_its_own_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
