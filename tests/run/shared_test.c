/* shared_test.c - runs with equal samples read them once, see them where they are, and cannot change them. */
#include "tests/data/set.h"
#include "base/apart.h"
#include "run/shared.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { RUNS = 4 };

typedef struct scene { dt_arena *arena; dt_plan_run run[RUNS]; dt_plan plan; dt_shared *shared; } scene;

/* A run of 3 workers with that data and seed. */
static dt_config *scene_config(const dt_config *data, double seed, dt_arena *arena) {
    dt_config *given = dt_config_new(arena), *resolved;
    dt_config_set_copy(given, "data", data, arena);
    dt_config_set_number(given, "workers", 3, arena);
    dt_config_set_number(given, "seed", seed, arena);
    dt_config_set_text(given, "platform", "lan", arena);
    dt_config_set_text(given, "model", "softmax", arena);
    dt_config_set_text(given, "strategy", "sgd", arena);
    dt_config_set_number(dt_config_set_table(given, "stop", arena), "steps", 1, arena);
    assert_ok(dt_plan_resolve(given, false, arena, &resolved));
    return resolved;
}

/* Two runs with seed 1, one with seed 2, and one with seed 3. */
static scene scene_open(const dt_config *data, dt_arena *arena) {
    static const double seed[RUNS] = { 1, 1, 2, 3 };
    scene s = { .arena = arena };
    for (long i = 0; i < RUNS; i++) s.run[i] = (dt_plan_run){ .id = i, .config = scene_config(data, seed[i], arena) };
    return s;
}

static void scene_share(scene *s) {
    s->plan = (dt_plan){ .run = s->run, .runs = RUNS };
    s->shared = dt_shared_open(&s->plan, s->arena);
}

static dt_config *gaussian(dt_arena *arena) {
    dt_config *node = set_node("gaussian", NULL, arena);
    dt_config_set_number(node, "rows", 50000, arena);
    return node;
}

static bool mapped(const void *at) {
    unsigned char page;
    return mincore((void *)((uintptr_t)at & ~(uintptr_t)4095), 1, &page) == 0;
}

static int child(void (*work)(const dt_data *data), const dt_data *data) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        dt_apart_guard(NULL);       /* cmocka catches crashes */
        work(data);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return status;
}

static void compares(const dt_data *data) {
    dt_data own;
    dt_arena *arena = dt_arena_new(0);
    if (dt_data_load(gaussian(arena), 1, 3, &own, arena) != DT_OK) _exit(2);
    size_t bytes = own.train.rows * own.shape.features * sizeof *own.train.x;
    if (memcmp(&own.shape, &data->shape, sizeof own.shape) != 0 || own.train.rows != data->train.rows) _exit(3);
    if (memcmp(own.train.x, data->train.x, bytes) != 0) _exit(4);
    if (memcmp(own.test.y, data->test.y, own.test.rows * sizeof *own.test.y) != 0) _exit(5);
}

static void writes(const dt_data *data) { *(float *)(uintptr_t)data->train.x = 1; }

static void runs_see_the_samples_that_they_would_read_themselves(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    scene s = scene_open(gaussian(arena), arena);
    scene_share(&s);
    for (size_t i = 0; i < RUNS; i++) dt_shared_wait(s.shared, i);
    const dt_data *data = dt_shared_data(s.shared, 0);
    assert_non_null(data);
    assert_ptr_equal(data, dt_shared_data(s.shared, 1));
    assert_int_equal(child(compares, data), 0);
    assert_null(dt_shared_data(s.shared, 2));       /* nobody to share with */
    int status = child(writes, data);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    dt_shared_close(s.shared);
    dt_arena_free(arena);
}

static void memory_is_freed_with_the_last_run(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    scene s = scene_open(gaussian(arena), arena);
    scene_share(&s);
    dt_shared_wait(s.shared, 1);
    const float *x = dt_shared_data(s.shared, 1)->train.x;
    assert_true(mapped(x) && mapped(x + 50000 * 20 - 1));
    assert_false(mapped(x + 4 * 50000 * 20));           /* what was reserved and not used */
    dt_shared_done(s.shared, 0);
    assert_true(mapped(x));
    dt_shared_done(s.shared, 1);
    assert_false(mapped(x));
    dt_shared_close(s.shared);
    dt_arena_free(arena);
}

static void a_set_that_a_single_run_still_needs_is_not_shared(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    scene s = scene_open(gaussian(arena), arena);
    scene_share(&s);
    dt_shared_done(s.shared, 1);                        /* it was finished before */
    assert_true(dt_shared_ready(s.shared, 0));
    assert_null(dt_shared_data(s.shared, 0));
    dt_shared_close(s.shared);
    dt_arena_free(arena);
}

static void a_reader_is_waited_for_among_other_children(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    scene s = scene_open(gaussian(arena), arena);
    scene_share(&s);
    int status = 0;
    assert_false(dt_shared_ready(s.shared, 0));
    assert_false(dt_shared_ready(s.shared, 1));         /* the same reader */
    assert_false(dt_shared_ended(s.shared, getpid(), 0));
    pid_t pid = waitpid(-1, &status, 0);
    assert_true(dt_shared_ended(s.shared, pid, status));
    assert_true(dt_shared_ready(s.shared, 0) && dt_shared_ready(s.shared, 1));
    assert_non_null(dt_shared_data(s.shared, 0));
    dt_shared_close(s.shared);
    dt_arena_free(arena);
}

static void a_reader_that_is_not_needed_any_more_ends(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    scene s = scene_open(gaussian(arena), arena);
    scene_share(&s);
    assert_false(dt_shared_ready(s.shared, 0));
    dt_shared_close(s.shared);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    dt_arena_free(arena);
}

static void a_file_is_shared_whatever_the_seed_and_a_damaged_one_is_left_to_the_runs(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    const char *folder = set_folder(arena), *test = set_text(folder, "test.csv", "a,b\n1,2\n", arena);
    const char *path = set_text(folder, "train.csv", "a,b\n1,2\n3,2\n", arena);
    dt_config *node = set_node("csv", path, arena);
    dt_config_set_text(node, "test", test, arena);
    scene s = scene_open(node, arena);
    scene_share(&s);
    for (size_t i = 0; i < RUNS; i++) dt_shared_wait(s.shared, i);
    assert_non_null(dt_shared_data(s.shared, 0));
    assert_ptr_equal(dt_shared_data(s.shared, 0), dt_shared_data(s.shared, 3));
    dt_shared_close(s.shared);
    set_text(folder, "train.csv", "a,b\n1,2\nx,2\n", arena);
    scene_share(&s);
    for (size_t i = 0; i < RUNS; i++) dt_shared_wait(s.shared, i);
    for (size_t i = 0; i < RUNS; i++) assert_null(dt_shared_data(s.shared, i));
    dt_shared_close(s.shared);
    set_remove(folder);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_see_the_samples_that_they_would_read_themselves),
        cmocka_unit_test(memory_is_freed_with_the_last_run),
        cmocka_unit_test(a_set_that_a_single_run_still_needs_is_not_shared),
        cmocka_unit_test(a_reader_is_waited_for_among_other_children),
        cmocka_unit_test(a_reader_that_is_not_needed_any_more_ends),
        cmocka_unit_test(a_file_is_shared_whatever_the_seed_and_a_damaged_one_is_left_to_the_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
