/* tokens_test.c - cores are shared by processes, never more than there are, and a killed process keeps none. */
#include "tests/test.h"
#include "base/pool.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 300 };    /* s: what hangs is ended */

static void a_token_has_one_owner_and_comes_back(void **fixture) {
    (void)fixture;
    dt_tokens *t = dt_tokens_open(3);
    assert_true(dt_tokens_take(t, 7) && dt_tokens_take(t, 7) && dt_tokens_take(t, 8));
    assert_false(dt_tokens_take(t, 9));
    assert_true(dt_tokens_pass(t, 8, 9));
    assert_false(dt_tokens_pass(t, 8, 9));
    assert_int_equal(dt_tokens_held(t, 7), 2);
    assert_int_equal(dt_tokens_held(t, 9), 1);
    dt_tokens_give(t, 9);
    assert_int_equal(dt_tokens_held(t, 0), 1);
    assert_int_equal(dt_tokens_release(t, 7), 2);
    assert_int_equal(dt_tokens_release(t, 7), 0);
    assert_int_equal(dt_tokens_held(t, 0), 3);
    dt_tokens_close(t);
}

typedef struct door { atomic_int begun, open, thread; } door;

static void hold(void *arg, int thread) {
    door *d = arg;
    atomic_store(&d->thread, thread);
    atomic_store(&d->begun, 1);
    while (atomic_load(&d->open) == 0) usleep(100);
}

static void until(const atomic_int *word, int value) {
    while (atomic_load(word) != value) usleep(100);
}

static dt_pool *sharing(int threads, dt_tokens *t, int owner, dt_arena *arena) {
    dt_pool *pool = dt_pool_new(threads, arena);
    assert_true(dt_tokens_held(t, owner) > 0 || dt_tokens_take(t, owner));
    dt_pool_share(pool, t, owner);
    return pool;
}

static void without_a_token_the_caller_does_everything(void **fixture) {
    enum { TASKS = 50 };
    dt_tokens *t = dt_tokens_open(1);
    dt_pool *pool = sharing(4, t, 1, *fixture);
    door d[TASKS];
    dt_task task[TASKS];
    for (int i = 0; i < TASKS; i++) {
        d[i] = (door){ .open = 1, .thread = -1 };
        task[i] = (dt_task){ .work = hold, .arg = &d[i] };
        dt_pool_start(pool, &task[i]);
    }
    for (int i = 0; i < TASKS; i++) dt_pool_join(pool, &task[i]);
    for (int i = 0; i < TASKS; i++) assert_int_equal(d[i].thread, 0);
    dt_pool_free(pool);
    assert_int_equal(dt_tokens_release(t, 1), 1);
    dt_tokens_close(t);
}

/* The caller does nothing meanwhile: a sleeping thread must hear of the token by itself. */
static void a_token_that_another_run_gives_back_is_used_at_once(void **fixture) {
    dt_tokens *t = dt_tokens_open(2);
    dt_pool *pool = sharing(3, t, 1, *fixture);
    alarm(PATIENCE);
    for (int i = 0; i < 20; i++) {
        door d = { 0 };
        dt_task task = { .work = hold, .arg = &d };
        assert_true(dt_tokens_take(t, 2));
        dt_pool_start(pool, &task);
        usleep(i % 2 == 0 ? 2000 : 0);          /* with and without time to fall asleep */
        assert_int_equal(atomic_load(&d.begun), 0);
        dt_tokens_give(t, 2);
        until(&d.begun, 1);
        assert_int_not_equal(d.thread, 0);
        assert_int_equal(dt_tokens_held(t, 1), 2);
        atomic_store(&d.open, 1);
        dt_pool_join(pool, &task);
        while (dt_tokens_held(t, 1) != 1) usleep(100);  /* the thread may give its token back after the task is done */
    }
    alarm(0);
    dt_pool_free(pool);
    dt_tokens_close(t);
}

typedef struct wish { dt_tokens *t; door *d; int seen; } wish;

/* Wait until the other owner finds the token that the caller has lent, and take it. */
static void *take_what_is_lent(void *arg) {
    wish *w = arg;
    while (!dt_tokens_take(w->t, 2)) usleep(100);
    w->seen = dt_tokens_held(w->t, 1);
    atomic_store(&w->d->open, 1);
    return NULL;
}

static void a_caller_that_waits_lends_its_token_and_goes_on_with_the_other(void **fixture) {
    dt_tokens *t = dt_tokens_open(2);
    dt_pool *pool = sharing(2, t, 1, *fixture);
    door d = { 0 };
    wish w = { t, &d, 0 };
    dt_task task = { .work = hold, .arg = &d };
    pthread_t other;
    alarm(PATIENCE);
    dt_pool_start(pool, &task);
    until(&d.begun, 1);
    assert_false(dt_tokens_take(t, 2));
    assert_int_equal(pthread_create(&other, NULL, take_what_is_lent, &w), 0);
    dt_pool_join(pool, &task);
    pthread_join(other, NULL);
    alarm(0);
    assert_int_equal(w.seen, 1);
    assert_int_equal(dt_tokens_held(t, 1), 1);
    assert_int_equal(dt_tokens_held(t, 2), 1);
    dt_pool_free(pool);
    dt_tokens_close(t);
}

typedef struct crowd { atomic_int now, most, runs; } crowd;

static void be_counted(void *arg, int thread) {
    crowd *c = arg;
    (void)thread;
    int now = atomic_fetch_add(&c->now, 1) + 1, most = atomic_load(&c->most);
    while (now > most && !atomic_compare_exchange_weak(&c->most, &most, now)) continue;
    for (volatile int i = 0; i < 20000; i++) continue;
    atomic_fetch_sub(&c->now, 1);
    atomic_fetch_add(&c->runs, 1);
}

/* The work of a run: rounds of tasks, then an index for each of many pieces. */
static void be_counted_often(dt_tokens *t, int owner, crowd *c, int rounds) {
    enum { TASKS = 12 };
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_pool *pool = dt_pool_new(5, arena);
    dt_pool_share(pool, t, owner);
    for (int r = 0; r < rounds; r++) {
        dt_task task[TASKS];
        for (int i = 0; i < TASKS; i++) {
            task[i] = (dt_task){ .work = be_counted, .arg = c };
            dt_pool_start(pool, &task[i]);
        }
        for (int i = 0; i < TASKS; i++) dt_pool_join(pool, &task[(5 * i) % TASKS]);
    }
    dt_pool_free(pool);
    dt_arena_free(arena);
}

static crowd *shared_crowd(void) {
    return mmap(NULL, sizeof(crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static pid_t child_of(dt_tokens *t, int owner, crowd *c, int rounds) {
    assert_true(dt_tokens_take(t, owner));
    pid_t child = fork();
    if (child != 0) return child;
    alarm(PATIENCE);
    be_counted_often(t, owner, c, rounds);
    _exit(0);
}

/* Four tokens, three processes of five threads: tasks run on at most four threads at a time, each of them once. */
static void all_processes_together_run_as_many_threads_as_there_are_tokens(void **fixture) {
    enum { RUNS = 3, TOKENS = 4, ROUNDS = 200 };
    (void)fixture;
    dt_tokens *t = dt_tokens_open(TOKENS);
    crowd *c = shared_crowd();
    pid_t child[RUNS];
    for (int i = 0; i < RUNS; i++) child[i] = child_of(t, i + 1, c, ROUNDS);
    for (int i = 0; i < RUNS; i++) {
        int wait;
        assert_int_equal(waitpid(child[i], &wait, 0), child[i]);
        assert_true(WIFEXITED(wait) && WEXITSTATUS(wait) == 0);
        assert_int_equal(dt_tokens_release(t, i + 1), 1);       /* its main thread's, and no other */
    }
    assert_int_equal(c->runs, RUNS * ROUNDS * 12);
    assert_in_range(c->most, 1, TOKENS);
    assert_int_equal(dt_tokens_held(t, 0), TOKENS);
    dt_tokens_close(t);
}

/* Whatever a process held when it was killed, is found; the others go on, and get it. */
static void a_killed_process_loses_no_token(void **fixture) {
    enum { TOKENS = 4 };
    (void)fixture;
    dt_tokens *t = dt_tokens_open(TOKENS);
    crowd *c = shared_crowd();
    int several = 0;
    alarm(PATIENCE);
    for (int i = 0; i < 60; i++) {
        pid_t killed = child_of(t, 1, c, 1 << 30), other = child_of(t, 2, c, 20);
        int wait;
        if (i % 2 == 0) usleep((useconds_t)(rand() % 4000));
        else while (dt_tokens_held(t, 1) == 1) continue;
        kill(killed, SIGKILL);
        assert_int_equal(waitpid(killed, &wait, 0), killed);
        int released = dt_tokens_release(t, 1);
        assert_in_range(released, 1, TOKENS - 1);
        several += released > 1;
        assert_int_equal(waitpid(other, &wait, 0), other);
        assert_true(WIFEXITED(wait) && WEXITSTATUS(wait) == 0);
        assert_int_equal(dt_tokens_release(t, 2), 1);
        assert_int_equal(dt_tokens_held(t, 0), TOKENS);
    }
    alarm(0);
    assert_true(several > 0);       /* else nothing was tried */
    dt_tokens_close(t);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_has_one_owner_and_comes_back),
        cmocka_unit_test(without_a_token_the_caller_does_everything),
        cmocka_unit_test(a_token_that_another_run_gives_back_is_used_at_once),
        cmocka_unit_test(a_caller_that_waits_lends_its_token_and_goes_on_with_the_other),
        cmocka_unit_test(all_processes_together_run_as_many_threads_as_there_are_tokens),
        cmocka_unit_test(a_killed_process_loses_no_token),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
