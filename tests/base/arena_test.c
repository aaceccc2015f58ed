/* arena_test.c - memory is zeroed, aligned, and comes back at a mark. */
#include "tests/test.h"
#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void memory_is_zeroed_and_aligned(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(4096);
    for (size_t size = 1; size < 100000; size = size * 3 + 1) {
        unsigned char *bytes = dt_arena_take(arena, size, 1);
        assert_int_equal((uintptr_t)bytes % 64, 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, size);
    }
    dt_arena_free(arena);
}

static void released_memory_is_zeroed_again(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(4096);
    dt_arena_take(arena, 10, 1);
    dt_arena_mark mark = dt_arena_here(arena);
    size_t before = dt_arena_bytes(arena);
    for (int round = 0; round < 3; round++) {
        unsigned char *small = dt_arena_take(arena, 100, 1), *large = dt_arena_take(arena, 1 << 20, 1);
        assert_int_equal(small[99], 0);
        memset(small, 1, 100);
        memset(large, 1, 1 << 20);
        dt_arena_release(arena, mark);
        assert_int_equal(dt_arena_bytes(arena), before);
    }
    dt_arena_free(arena);
}

/* A mark just before the end of a block, such as a loop over workers may have. */
static void a_block_that_is_released_is_kept_for_the_next(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(4096);
    dt_arena_take(arena, 4000, 1);
    dt_arena_mark mark = dt_arena_here(arena);
    char *first = dt_arena_take(arena, 3000, 1);
    memset(first, 1, 3000);
    dt_arena_release(arena, mark);
    char *volatile other = calloc(1, 4096 + 64);        /* the C library would hand out what was freed last */
    char *second = dt_arena_take(arena, 3000, 1);
    assert_ptr_equal(first, second);
    assert_int_equal(second[2999], 0);
    free(other);
    dt_arena_free(arena);
}

static void dense_memory_is_as_any_other(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(4096);
    for (size_t size = 1000; size < 12u << 20; size *= 11) {
        unsigned char *bytes = dt_arena_take_dense(arena, size, 1), *beside = dt_arena_take(arena, 8, 1);
        assert_int_equal((uintptr_t)bytes % 64, 0);
        assert_int_equal(bytes[0] + bytes[size / 2] + bytes[size - 1] + beside[0], 0);
        memset(bytes, 0xff, size);
        assert_int_equal(beside[0], 0);
    }
    dt_arena_free(arena);
}

static void text_is_formatted(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    assert_string_equal(dt_arena_text(arena, "%d of %s", 3, "four"), "3 of four");
    dt_arena_free(arena);
}

static void a_request_beyond_memory_stops_the_program(void **fixture) {
    (void)fixture;
    const size_t asked[][2] = { { SIZE_MAX, 1 }, { SIZE_MAX - 10, 1 }, { SIZE_MAX / 4, 8 }, { SIZE_MAX / 2 + 1, 2 } };
    for (int i = 0; i < 4; i++) {
        pid_t child = fork();
        if (child == 0) {
            dt_arena *arena = dt_arena_new(1 << 16);
            dt_arena_take(arena, 1000, 1);
            if (freopen("/dev/null", "w", stderr) != NULL) dt_arena_take(arena, asked[i][0], asked[i][1]);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == DT_NO_MEMORY);
    }
}

static void an_arena_in_memory_of_the_caller_stays_there(void **fixture) {
    (void)fixture;
    static _Alignas(64) char memory[8192];
    dt_arena *arena = dt_arena_in(memory, sizeof memory);
    char *first = dt_arena_take(arena, 100, 1), *second = dt_arena_take(arena, 100, 1);
    assert_true(first >= memory && second == first + 128 && ((uintptr_t)first & 63) == 0);
    dt_arena_free(arena);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) != NULL) dt_arena_take(arena, sizeof memory, 1);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == DT_NO_MEMORY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(released_memory_is_zeroed_again),
        cmocka_unit_test(a_block_that_is_released_is_kept_for_the_next),
        cmocka_unit_test(dense_memory_is_as_any_other),
        cmocka_unit_test(text_is_formatted),
        cmocka_unit_test(an_arena_in_memory_of_the_caller_stays_there),
        cmocka_unit_test(a_request_beyond_memory_stops_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
