/* apart_test.c - work in a process of its own: its reason comes back, and a crash or a loop of it is a reason. */
#include "tests/test.h"
#include "base/apart.h"
#include "base/arena.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static dt_status works(void *arg) {
    *(int *)arg = 7;
    return DT_OK;
}
static dt_status refuses(void *arg) { return dt_fail_at(DT_EINVAL, "data.path", "no %s", (const char *)arg); }
static dt_status crashes(void *arg) {
    raise(*(int *)arg);
    return DT_OK;
}
static dt_status loops(void *arg) {
    for (volatile int *i = arg; *i >= 0; *i ^= 1) continue;
    return DT_OK;
}
static dt_status starves(void *arg) {
    dt_arena_take(arg, (size_t)1 << 60, 1);
    return DT_OK;
}

static void work_succeeds_or_gives_its_reason(void **fixture) {
    (void)fixture;
    int here = 1;
    assert_ok(dt_apart_read(works, &here, 60, "x.h5"));
    assert_int_equal(here, 1);      /* what the child writes is its own */
    assert_refused(dt_apart_read(refuses, "luck", 60, "x.h5"), DT_EINVAL, "no luck");
    assert_string_equal(dt_reason_path(), "data.path");
}

static void a_death_is_a_reason(void **fixture) {
    (void)fixture;
    static const int deaths[] = { SIGSEGV, SIGABRT, SIGFPE, SIGBUS };
    dt_arena *arena = dt_arena_new(0);
    int count = 0;
    for (size_t i = 0; i < 4; i++)
        assert_refused(dt_apart_read(crashes, (void *)(uintptr_t)&deaths[i], 60, "x.h5"), DT_EFORMAT, "x.h5 is damaged: reading it ends in a crash");
    assert_refused(dt_apart_read(loops, &count, 1, "x.h5"), DT_EFORMAT, "x.h5 is damaged: reading it does not end");
    assert_refused(dt_apart_read(starves, arena, 60, "x.h5"), DT_EFORMAT, "x.h5 is damaged: reading it ends in a crash (no memory left)");
    dt_arena_free(arena);
}

static void work_goes_on_beside_the_caller(void **fixture) {
    (void)fixture;
    static const int death = SIGSEGV;
    dt_apart one, other;
    int wait = 0;
    assert_ok(dt_apart_begin(refuses, "luck", 60, "x.h5", &one));
    assert_ok(dt_apart_begin(crashes, (void *)(uintptr_t)&death, 60, "y.h5", &other));
    assert_int_equal(waitpid(other.pid, &wait, 0), other.pid);
    assert_refused(dt_apart_end(&other, wait), DT_EFORMAT, "y.h5 is damaged: reading it ends in a crash");
    assert_int_equal(waitpid(one.pid, &wait, 0), one.pid);
    assert_refused(dt_apart_end(&one, wait), DT_EINVAL, "no luck");
    assert_false(dt_apart_inside());
}

static void a_death_while_writing_is_no_damage_of_what_is_read(void **fixture) {
    (void)fixture;
    static const int death = SIGSEGV;
    dt_arena *arena = dt_arena_new(0);
    int *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ok(dt_apart_write(works, shared, "x.h5"));
    assert_int_equal(*shared, 7);
    assert_refused(dt_apart_write(refuses, "luck", "x.h5"), DT_EINVAL, "no luck");
    assert_refused(dt_apart_write(crashes, (void *)(uintptr_t)&death, "x.h5"), DT_EIO, "x.h5 cannot be written: the process writing it died (Segmentation fault)");
    assert_refused(dt_apart_write(starves, arena, "x.h5"), DT_EIO, "x.h5 cannot be written: the process writing it died (no memory left)");
    munmap(shared, sizeof *shared);
    dt_arena_free(arena);
}

/* The sleeper would write after 2 s. */
static dt_status sleeps(void *arg) {
    return system(arg) == 0 ? DT_OK : DT_EIO;
}

static void work_that_stands_still_ends_with_what_it_has_started(void **fixture) {
    (void)fixture;
    char name[64], command[128];
    bool whole = true;
    snprintf(name, sizeof name, "/tmp/apart_test_%ld", (long)getpid());
    snprintf(command, sizeof command, "sleep 2; touch %s", name);
    assert_refused(dt_apart_try(sleeps, command, 0.5, NULL, NULL, &whole), DT_ETIMEOUT, "did nothing");
    assert_false(whole);
    sleep(3);
    assert_int_not_equal(access(name, F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_succeeds_or_gives_its_reason),
        cmocka_unit_test(a_death_is_a_reason),
        cmocka_unit_test(work_goes_on_beside_the_caller),
        cmocka_unit_test(a_death_while_writing_is_no_damage_of_what_is_read),
        cmocka_unit_test(work_that_stands_still_ends_with_what_it_has_started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
