/* tape_test.c - a replay gets what the training passed, bit by bit, and ends where the tape is of something else. */
#include "tests/test.h"
#include "role/tape.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STREAMS = 3, ENTRIES = 200 };

static char path[] = "/tmp/dtsim-tape-XXXXXX";

/* Entry number k of a stream, as a training passes it: a few numbers that are not alike. */
static size_t entry(size_t stream, long k, double *value) {
    size_t count = 1 + (size_t)(k % 5);
    for (size_t i = 0; i < count; i++) value[i] = (double)stream + 1.0 / (double)(k + 1) + (double)i;
    if (k == 7) value[0] = NAN;
    if (k == 8) value[0] = -0.0;
    return count;
}

static const float model[] = { 1.5f, -2, 3 };

/* The streams advance at different times. */
static void train(void) {
    dt_arena *arena = dt_arena_new(0);
    dt_tape *t = dt_tape_new(STREAMS, arena);
    double value[5];
    float kept[3];
    assert_false(dt_tape_replays(t));
    for (long k = 0; k < ENTRIES; k++)
        for (size_t s = 0; s < STREAMS; s++) dt_tape_pass(t, s, DT_TAPE_PACKET, k, value, entry(s, k, value));
    dt_tape_check(t, 0, DT_TAPE_EVALUATION, 1, value, 1);
    memcpy(kept, model, sizeof kept);
    dt_tape_model(t, kept, 3);
    assert_ok(dt_tape_write(t, path));
    dt_arena_free(arena);
}

static int begin(void **fixture) {
    (void)fixture;
    int fd = mkstemp(path);
    train();
    return close(fd);
}

static int end(void **fixture) {
    (void)fixture;
    return unlink(path);
}

/* What becomes of a process that does this. */
static int outcome(void (*work)(dt_arena *arena)) {
    fflush(NULL);
    pid_t child = fork();
    int status;
    if (child == 0) {
        freopen("/dev/null", "w", stderr);
        work(dt_arena_new(0));
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum { MISFIT = DT_DIED + DT_EMISFIT };

static void go_on(dt_tape *t, size_t stream, long entries) {
    double value[5], wanted[5];
    for (long k = 0; k < entries; k++) {
        size_t count = entry(stream, k, wanted);
        dt_tape_pass(t, stream, DT_TAPE_PACKET, k, value, count);
        assert_memory_equal(value, wanted, count * sizeof *value);
    }
}

static void a_replay_gets_what_was_passed_in_whatever_order_streams_go_on(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_tape *t = dt_tape_open(path, STREAMS, arena);
    double last[5];
    float kept[3];
    assert_true(dt_tape_replays(t));
    for (size_t s = STREAMS; s-- > 0;) go_on(t, s, ENTRIES);
    entry(STREAMS - 1, ENTRIES - 1, last);
    dt_tape_check(t, 0, DT_TAPE_EVALUATION, 1, last, 1);
    dt_tape_model(t, kept, 3);
    assert_memory_equal(kept, model, sizeof kept);
    dt_arena_free(arena);
}

static void nothing_happens_without_a_tape(void **fixture) {
    (void)fixture;
    double value = 3;
    dt_tape_pass(NULL, 0, DT_TAPE_PACKET, 0, &value, 1);
    dt_tape_model(NULL, NULL, 0);
    assert_true(value == 3);
    assert_false(dt_tape_replays(NULL));
}

static void of_other_workers(dt_arena *arena) { dt_tape_open(path, STREAMS + 1, arena); }
static void of_nothing(dt_arena *arena) { dt_tape_open("/nowhere/tape", STREAMS, arena); }

static void another_number(dt_arena *arena) {
    double value[1];
    dt_tape_pass(dt_tape_open(path, STREAMS, arena), 0, DT_TAPE_PACKET, 1, value, 1);
}

static void another_kind(dt_arena *arena) {
    double value[1];
    dt_tape_pass(dt_tape_open(path, STREAMS, arena), 0, DT_TAPE_EVALUATION, 0, value, 1);
}

static void another_count(dt_arena *arena) {
    double value[2];
    dt_tape_pass(dt_tape_open(path, STREAMS, arena), 0, DT_TAPE_PACKET, 0, value, 2);
}

static void another_value(dt_arena *arena) {
    dt_tape *t = dt_tape_open(path, STREAMS, arena);
    go_on(t, 0, ENTRIES);
    dt_tape_check(t, 0, DT_TAPE_EVALUATION, 1, &(double){ 0.5 }, 1);
}

static void one_more(dt_arena *arena) {
    dt_tape *t = dt_tape_open(path, STREAMS, arena);
    double value[1];
    go_on(t, 1, ENTRIES);
    dt_tape_pass(t, 1, DT_TAPE_PACKET, ENTRIES, value, 1);
}

static void a_model_too_early(dt_arena *arena) {
    float kept[3];
    dt_tape_model(dt_tape_open(path, STREAMS, arena), kept, 3);
}

static void what_is_not_on_the_tape_ends_the_process(void **fixture) {
    (void)fixture;
    assert_int_equal(outcome(of_other_workers), MISFIT);
    assert_int_equal(outcome(of_nothing), MISFIT);
    assert_int_equal(outcome(another_number), MISFIT);
    assert_int_equal(outcome(another_kind), MISFIT);
    assert_int_equal(outcome(another_count), MISFIT);
    assert_int_equal(outcome(another_value), MISFIT);
    assert_int_equal(outcome(one_more), MISFIT);
    assert_int_equal(outcome(a_model_too_early), MISFIT);
}

static char damaged[] = "/tmp/dtsim-tape-XXXXXX";

static void of_damage(dt_arena *arena) { dt_tape_open(damaged, STREAMS, arena); }

static void damage(const char *bytes, size_t size) {
    FILE *file = fopen(damaged, "wb");
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* Cut short at some lengths, or with one byte changed. */
static void a_damaged_tape_does_not_fit(void **fixture) {
    (void)fixture;
    FILE *file = fopen(path, "rb");
    static char bytes[1 << 16];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(size > 8000 && size < sizeof bytes);
    close(mkstemp(damaged));
    damage(bytes, size);
    assert_int_equal(outcome(of_damage), 0);
    for (size_t at = 0; at < size; at += at < 64 ? 8 : 997) {
        damage(bytes, at);
        assert_int_equal(outcome(of_damage), MISFIT);
        bytes[at] ^= 4;
        damage(bytes, size);
        assert_int_equal(outcome(of_damage), MISFIT);
        bytes[at] ^= 4;
    }
    unlink(damaged);
}

static void a_tape_that_cannot_be_written_is_an_error(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    assert_refused(dt_tape_write(dt_tape_new(1, arena), "/nowhere/tape"), DT_EIO, "/nowhere/tape cannot be written");
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replay_gets_what_was_passed_in_whatever_order_streams_go_on),
        cmocka_unit_test(nothing_happens_without_a_tape),
        cmocka_unit_test(what_is_not_on_the_tape_ends_the_process),
        cmocka_unit_test(a_damaged_tape_does_not_fit),
        cmocka_unit_test(a_tape_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
