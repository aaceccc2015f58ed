/* progress_test.c - what goes on is said once a second on a terminal, and now and then in a log. */
#include "tests/test.h"
#include "base/progress.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

static char  *said;
static size_t length;

static double now_s;
static double clock_s(void) { return now_s; }

/* A line in memory, on what is taken for a terminal or not. */
static dt_progress begin(bool quiet, bool terminal) {
    dt_progress line;
    dt_progress_open(&line, quiet);
    line.out = open_memstream(&said, &length);
    line.terminal = terminal;
    line.clock = clock_s;
    line.begun_s = line.shown_s = now_s;
    return line;
}

static void end(dt_progress *line, const char *expected) {
    fclose(line->out);
    assert_string_equal(said, expected);
    free(said);
}

static void a_terminal_has_one_line_that_is_renewed_once_a_second(void **fixture) {
    (void)fixture;
    dt_progress line = begin(false, true);
    dt_progress_show(&line, "nothing in the first second");
    now_s += 1;
    dt_progress_show(&line, "run %d", 1);
    dt_progress_show(&line, "not again at once");
    now_s += 1;
    dt_progress_show(&line, "run %d", 2);
    dt_progress_clear(&line);
    dt_progress_clear(&line);       /* there is nothing to remove */
    end(&line, "\r\033[Krun 1\r\033[Krun 2\r\033[K");
}

static void a_log_has_a_line_every_2_s_for_a_minute_then_every_30_s(void **fixture) {
    (void)fixture;
    dt_progress line = begin(false, false);
    for (int second = 1; second <= 125; second++) {
        now_s += 1;
        dt_progress_show(&line, "%d", second);
    }
    dt_progress_clear(&line);
    end(&line, "2\n4\n6\n8\n10\n12\n14\n16\n18\n20\n22\n24\n26\n28\n30\n32\n34\n36\n38\n40\n42\n44\n46\n48\n50\n52\n54\n56\n58\n60\n"
               "90\n120\n");
}

static void quiet_is_quiet(void **fixture) {
    (void)fixture;
    for (int terminal = 0; terminal < 2; terminal++) {
        dt_progress line = begin(true, terminal);
        now_s += 100;
        dt_progress_show(&line, "nothing");
        dt_progress_clear(&line);
        end(&line, "");
    }
}

static void a_line_stays_one_line(void **fixture) {
    (void)fixture;
    dt_progress line = begin(false, false);
    now_s += 3;
    dt_progress_show(&line, "a\nb\033[2J");
    end(&line, "a?b?[2J\n");
}

/* The width of a real terminal counts; no character is cut in two. */
static void a_narrow_terminal_gets_a_shorter_line(void **fixture) {
    (void)fixture;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    FILE *out = fopen(ptsname(terminal), "w");
    assert_non_null(out);
    const struct winsize size = { .ws_row = 24, .ws_col = 12 };
    assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
    dt_progress line;
    dt_progress_open(&line, false);
    line.out = out;
    line.terminal = true;
    line.shown_s -= 2;
    dt_progress_show(&line, "0123456789\u00e9 and more");
    char got[64] = "";
    ssize_t bytes = read(terminal, got, sizeof got - 1);
    assert_true(bytes > 0);
    assert_string_equal(got, "\r\033[K0123456789");
    fclose(out);
    close(terminal);
}

/* The caller does nothing but wait; the text comes by itself, with the seconds, until the line is cleared. */
static void a_call_that_does_not_come_back_is_told_of(void **fixture) {
    (void)fixture;
    int pipes[2];
    char got[64] = "";
    assert_int_equal(pipe(pipes), 0);
    dt_progress line;
    dt_progress_open(&line, false);
    line.out = fdopen(pipes[1], "w");
    line.terminal = false;
    line.shown_s -= 2;
    dt_progress_hold(&line, "reading %s", "data");
    ssize_t bytes = read(pipes[0], got, sizeof got - 1);    /* it hangs if nothing comes */
    assert_int_equal(bytes, strlen("reading data: 0 s\n"));
    assert_memory_equal(got, "reading data: ", strlen("reading data: "));
    assert_int_equal(got[bytes - 1], '\n');
    dt_progress_clear(&line);
    struct itimerval left;
    assert_int_equal(getitimer(ITIMER_REAL, &left), 0);
    assert_int_equal(left.it_interval.tv_usec + left.it_value.tv_usec, 0);
    fclose(line.out);
    assert_int_equal(read(pipes[0], got, sizeof got), 0);
    close(pipes[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_has_one_line_that_is_renewed_once_a_second),
        cmocka_unit_test(a_log_has_a_line_every_2_s_for_a_minute_then_every_30_s),
        cmocka_unit_test(quiet_is_quiet),
        cmocka_unit_test(a_line_stays_one_line),
        cmocka_unit_test(a_narrow_terminal_gets_a_shorter_line),
        cmocka_unit_test(a_call_that_does_not_come_back_is_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
