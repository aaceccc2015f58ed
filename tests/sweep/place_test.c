/* place_test.c - one sweep at a time works at a place, whole parts stay and halves go, and in the end the folder. */
#include "tests/test.h"
#include "sweep/place.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct scene { char folder[32]; dt_arena *arena; const char *out; } scene;

static int begin(void **fixture) {
    scene *s = calloc(1, sizeof *s);
    strcpy(s->folder, "/tmp/dtsim-place-XXXXXX");
    if (mkdtemp(s->folder) == NULL) return -1;
    s->arena = dt_arena_new(1 << 16);
    s->out = dt_arena_text(s->arena, "%s/deep/a.h5", s->folder);
    *fixture = s;
    return 0;
}

static int end(void **fixture) {
    scene *s = *fixture;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    int code = system(command);
    dt_arena_free(s->arena);
    free(s);
    return code;
}

static const char *touch(const scene *s, const dt_place *place, const char *name) {
    const char *path = dt_arena_text(s->arena, "%s/%s", place->folder, name);
    int file = open(path, O_CREAT | O_WRONLY, 0666);
    assert_true(file >= 0);
    close(file);
    return path;
}

static bool there(const char *path) { return access(path, F_OK) == 0; }

static void whole_parts_stay_until_they_are_gathered(void **fixture) {
    const scene *s = *fixture;
    dt_place place;
    assert_ok(dt_place_open(&place, s->out, false, s->arena));
    const char *part = dt_place_part(&place, "0123456789abcdef");
    touch(s, &place, "0123456789abcdef.h5");
    const char *half = touch(s, &place, "0123456789abcdef.h5.part"), *other = touch(s, &place, "0003.h5");
    dt_place_close(&place, false);
    assert_true(there(part) && !there(half) && !there(other));
    assert_ok(dt_place_open(&place, s->out, false, s->arena));
    assert_true(there(part));
    dt_place_close(&place, true);
    assert_false(there(place.folder));
}

static void whole_tapes_stay_until_the_parts_are_gathered(void **fixture) {
    const scene *s = *fixture;
    const char *training = "0123456789abcdef", *run = "fedcba9876543210", *found, **tape;
    dt_place place;
    size_t tapes;
    assert_ok(dt_place_open(&place, s->out, false, s->arena));
    const char *whole = touch(s, &place, "0123456789abcdef-fedcba9876543210.tape");
    const char *half = touch(s, &place, "0123456789abcdef-0000000000000000.tape.part"), *other = touch(s, &place, "0123456789abcdef.tape");
    assert_string_equal(dt_place_tape(&place, training, run), whole);
    assert_true(dt_place_tape_is(whole, training, &found, s->arena));
    assert_string_equal(found, run);
    assert_false(dt_place_tape_is(whole, run, &found, s->arena));
    dt_place_close(&place, false);
    assert_true(there(whole) && !there(half) && !there(other));
    assert_ok(dt_place_open(&place, s->out, false, s->arena));
    assert_ok(dt_place_tapes(&place, &tape, &tapes, s->arena));
    assert_int_equal(tapes, 1);
    assert_string_equal(tape[0], whole);
    dt_place_close(&place, true);
    assert_false(there(place.folder));
}

static void fresh_begins_with_nothing(void **fixture) {
    const scene *s = *fixture;
    dt_place place;
    assert_ok(dt_place_open(&place, s->out, false, s->arena));
    const char *part = touch(s, &place, "0123456789abcdef.h5");
    dt_place_close(&place, false);
    assert_ok(dt_place_open(&place, s->out, true, s->arena));
    assert_false(there(part));
    dt_place_close(&place, false);
    assert_false(there(place.folder));          /* nothing is in it */
}

/* The lock belongs to an open file: a second one, of the same process too, does not get it. */
static void a_place_is_one_sweeps_alone(void **fixture) {
    const scene *s = *fixture;
    dt_place first, second;
    assert_ok(dt_place_open(&first, s->out, false, s->arena));
    assert_refused(dt_place_open(&second, s->out, false, s->arena), DT_EINVAL, "another dtsim is at work");
    assert_ok(dt_place_check(&first, true));
    dt_place_close(&first, false);
    assert_ok(dt_place_open(&second, s->out, false, s->arena));
    dt_place_close(&second, false);
}

static pid_t left_behind;

static void bury(int number) {
    (void)number;
    kill(left_behind, SIGKILL);
    waitpid(left_behind, NULL, 0);
}

/* A child that dies a moment after its sweep is waited for; it dies when this process has waited for 100 ms, not before. */
static void who_is_about_to_die_is_waited_for(void **fixture) {
    const scene *s = *fixture;
    dt_place first, second;
    const struct sigaction dies = { .sa_handler = bury };
    const struct itimerval soon = { .it_value.tv_usec = 100000 };
    assert_ok(dt_place_open(&first, s->out, false, s->arena));
    left_behind = fork();
    if (left_behind == 0)
        for (;;) pause();
    close(first.lock);
    sigaction(SIGALRM, &dies, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_ok(dt_place_open(&second, s->out, false, s->arena));
    assert_int_equal(kill(left_behind, 0), -1);     /* nobody is there any more */
    dt_place_close(&second, false);
}

static void a_removed_folder_is_noticed(void **fixture) {
    const scene *s = *fixture;
    dt_place place;
    assert_ok(dt_place_open(&place, s->out, false, s->arena));
    assert_ok(dt_place_check(&place, true));
    assert_int_equal(system(dt_arena_text(s->arena, "rm -r %s", place.folder)), 0);
    assert_refused(dt_place_check(&place, false), DT_EIO, "was removed");
    dt_place_close(&place, true);
}

static void what_is_no_record_is_not_written_over(void **fixture) {
    const scene *s = *fixture;
    dt_place place;
    const char *text = dt_arena_text(s->arena, "%s/notes.txt", s->folder);
    const char *empty = dt_arena_text(s->arena, "%s/e", s->folder);
    FILE *file = fopen(text, "w");
    fputs("mine", file);
    fclose(file);
    fclose(fopen(empty, "w"));
    assert_refused(dt_place_open(&place, text, true, s->arena), DT_EINVAL, "it is not written over");
    assert_refused(dt_place_open(&place, s->folder, true, s->arena), DT_EINVAL, "expected a file, got");
    assert_ok(dt_place_open(&place, empty, true, s->arena));
    dt_place_close(&place, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(whole_parts_stay_until_they_are_gathered), TEST(whole_tapes_stay_until_the_parts_are_gathered), TEST(fresh_begins_with_nothing),
        TEST(a_place_is_one_sweeps_alone), TEST(who_is_about_to_die_is_waited_for), TEST(a_removed_folder_is_noticed),
        TEST(what_is_no_record_is_not_written_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
