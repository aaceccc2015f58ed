/* abort_test.c - while SimGrid reads a platform, its crash is told as one; a signal that somebody sends is not. */
#include "tests/test.h"
#include "base/status.h"
#include "engine/abort.h"
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a process ends that does so while a platform is read. */
static int ended(void (*what)(void)) {
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dt_abort_reading(true);
        what();
        _exit(0);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    return status;
}

static void crash(void) {
    volatile int *volatile nowhere = NULL;
    if (freopen("/dev/null", "w", stderr) == NULL) return;
    *nowhere = 1;
}

static void sent(void) { kill(getpid(), SIGSEGV); }

static void done(void) { dt_abort_reading(false); }

static void a_crash_is_told_and_a_signal_that_is_sent_takes_its_course(void **fixture) {
    (void)fixture;
    int told = ended(crash), died = ended(sent);
    assert_true(WIFEXITED(told) && WEXITSTATUS(told) != 0);
    assert_true(WIFSIGNALED(died) && WTERMSIG(died) == SIGSEGV);
    assert_int_equal(ended(done), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_is_told_and_a_signal_that_is_sent_takes_its_course),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
