/* process_test.c - how the process of a run ended is told in a status and a sentence. */
#include "tests/test.h"
#include "sweep/process.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const dt_sweep_options limits = { .timeout_s = 90, .memory = 3e9 };

/* The wait status of a child that says something and then ends so. */
static int ended(int signal_or_0, int code, int *said, const char *words) {
    *said = memfd_create("said", 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(*said, STDERR_FILENO);
        fprintf(stderr, "%s", words);
        if (signal_or_0 != 0) {
            signal(signal_or_0, SIG_DFL);
            raise(signal_or_0);
        }
        _exit(code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static dt_ending ending(int signal_or_0, int code, dt_status stopped, const char *words, dt_arena *arena) {
    int said, status = ended(signal_or_0, code, &said, words);
    return dt_process_ending(status, stopped, &limits, dt_process_said(said, false, arena), arena);
}

static void every_way_to_end_has_its_words(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(1 << 16);
    const struct { int signal, code; dt_status stopped; const char *words, *status, *reason; } ways[] = {
        { SIGKILL, 0, DT_ETIMEOUT, "", "timeout", "it took longer than the 90.0 s of --timeout" },
        { SIGKILL, 0, DT_EMEMORY, "", "memory", "it used more memory than the 3.00 GB of --memory" },
        { SIGKILL, 0, DT_OK, "", "crashed", "the process died: Killed: by hand, or by a system short of memory" },
        { SIGTERM, 0, DT_OK, "", "crashed", "the process died: Terminated" },
        { SIGTERM, 0, DT_OK, "Oh!\nsecond", "crashed", "the process died: Terminated: Oh!" },
        { SIGABRT, 0, DT_OK, "std::bad_alloc", "memory", "the process died: Aborted: std::bad_alloc" },
        { 0, 1, DT_OK, "a.h5 cannot be written: full\n", "input/output", "a.h5 cannot be written: full" },
        { 0, DT_NO_MEMORY, DT_OK, "dtsim: no memory left: 8 bytes\n", "memory", "no memory left: 8 bytes" },
        { 0, 9, DT_OK, "odd", "crashed", "the process ended with status 9: odd" },
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        dt_ending e = ending(ways[i].signal, ways[i].code, ways[i].stopped, ways[i].words, arena);
        assert_string_equal(e.status, ways[i].status);
        assert_string_equal(e.reason, ways[i].reason);
        assert_null(e.file);
        assert_false(dt_ending_final(&e));
    }
    dt_arena_free(arena);
}

static void time_and_memory_are_watched(void **fixture) {
    (void)fixture;
    enum { SIZE = 64 << 20 };
    volatile char *block = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i += 512) block[i] = 1;
    const dt_sweep_options less = { .memory = SIZE / 2 }, more = { .memory = 1e12 }, none = { 0 };
    assert_int_equal(dt_process_check(getpid(), 1e9, 0, &none), DT_OK);
    assert_int_equal(dt_process_check(getpid(), 89, 0, &limits), DT_OK);
    assert_int_equal(dt_process_check(getpid(), 91, 0, &limits), DT_ETIMEOUT);
    assert_int_equal(dt_process_check(getpid(), 0, 0, &less), DT_EMEMORY);
    assert_int_equal(dt_process_check(getpid(), 0, 0, &more), DT_OK);
    assert_int_equal(dt_process_check(getpid(), 0, SIZE_MAX / 2, &less), DT_OK);    /* what it has from its parent is not its own */
    free((void *)(uintptr_t)block);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_end_has_its_words),
        cmocka_unit_test(time_and_memory_are_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
