/* pool_test.c - every task runs once, whatever the number of threads, and results do not depend on it. */
#include "tests/test.h"
#include "base/pool.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static const int thread_counts[] = { 1, 2, 5 };
enum { POOLS = 3, TASKS = 200 };

typedef struct sum { long from, result; int runs, thread; pthread_t who; } sum;

static void add_up(void *arg, int thread) {
    sum *s = arg;
    s->result = 0;
    for (long i = 0; i < 1000; i++) s->result += (s->from + i) * i;
    s->thread = thread;
    s->who = pthread_self();
    s->runs++;
}

static void every_task_runs_once(void **fixture) {
    for (int p = 0; p < POOLS; p++) {
        dt_pool *pool = dt_pool_new(thread_counts[p], *fixture);
        dt_task task[TASKS] = { { 0 } };
        sum s[TASKS] = { { 0 } }, alone;
        for (int i = 0; i < TASKS; i++) {
            s[i].from = i;
            task[i].work = add_up;
            task[i].arg = &s[i];
            dt_pool_start(pool, &task[i]);
        }
        for (int i = TASKS - 1; i >= 0; i--) dt_pool_join(pool, &task[i]);     /* not the order of starting */
        for (int i = 0; i < TASKS; i++) {
            alone.from = i;
            alone.runs = 0;
            add_up(&alone, 0);
            assert_int_equal(s[i].runs, 1);
            assert_int_equal(s[i].result, alone.result);
            assert_in_range(s[i].thread, 0, dt_pool_threads(pool) - 1);
        }
        dt_pool_free(pool);
    }
}

static void a_task_may_be_started_again(void **fixture) {
    dt_pool *pool = dt_pool_new(2, *fixture);
    sum s = { 0 };
    dt_task task = { .work = add_up, .arg = &s };
    for (int i = 0; i < 50; i++) {
        dt_pool_start(pool, &task);
        dt_pool_join(pool, &task);
        assert_int_equal(s.runs, i + 1);
    }
    dt_pool_free(pool);
}

typedef struct door { atomic_int begun, open; } door;

static void hold(void *arg, int thread) {
    door *d = arg;
    (void)thread;
    atomic_store(&d->begun, 1);
    while (atomic_load(&d->open) == 0) usleep(100);
}

/* Start a task on the only other thread of a pool of two; it stays there until the door is open. */
static void occupy(dt_pool *pool, dt_task *task, door *d) {
    *d = (door){ 0 };
    *task = (dt_task){ .work = hold, .arg = d };
    dt_pool_start(pool, task);
    while (atomic_load(&d->begun) == 0) usleep(100);
}

static void join_does_the_work_if_nobody_has_begun(void **fixture) {
    dt_pool *pool = dt_pool_new(2, *fixture);
    door d;
    sum s = { 0 };
    dt_task busy, task = { .work = add_up, .arg = &s };
    occupy(pool, &busy, &d);
    dt_pool_start(pool, &task);
    dt_pool_join(pool, &task);
    assert_int_equal(s.runs, 1);
    assert_true(pthread_equal(s.who, pthread_self()) && s.thread == 0);
    atomic_store(&d.open, 1);
    dt_pool_join(pool, &busy);
    dt_pool_free(pool);
}

static void open_door(void *arg, int thread) {
    door *d = arg;
    atomic_store(&d->open, thread == 0 ? 1 : 2);
}

/* Without that it would wait for ever: only the second task lets the first one end. */
static void join_takes_what_is_left_while_another_thread_has_its_task(void **fixture) {
    dt_pool *pool = dt_pool_new(2, *fixture);
    door d;
    dt_task busy, task = { .work = open_door, .arg = &d };
    occupy(pool, &busy, &d);
    dt_pool_start(pool, &task);
    alarm(300);     /* it hangs */
    dt_pool_join(pool, &busy);
    alarm(0);
    assert_int_equal(atomic_load(&d.open), 1);
    dt_pool_join(pool, &task);
    dt_pool_free(pool);
}

static void one_thread_works_when_joined(void **fixture) {
    dt_pool *pool = dt_pool_new(1, *fixture);
    sum s = { 0 };
    dt_task task = { .work = add_up, .arg = &s };
    dt_pool_start(pool, &task);
    assert_int_equal(s.runs, 0);
    dt_pool_join(pool, &task);
    assert_int_equal(s.runs, 1);
    dt_pool_free(pool);
}

/* A long task in parts: adds 1, 2, ... up to parts, one each time that it is called. */
typedef struct long_task { dt_pool *pool; atomic_long parts; long done, sum; atomic_int within, wrong; } long_task;

static void add_part(void *arg, int thread) {
    long_task *t = arg;
    if (atomic_fetch_add(&t->within, 1) != 0) atomic_fetch_add(&t->wrong, 1);       /* two threads at once */
    t->sum += ++t->done;
    if (t->done < t->parts) dt_pool_again(t->pool, thread);
    atomic_fetch_sub(&t->within, 1);
}

static void a_task_goes_on_until_it_has_no_more(void **fixture) {
    for (int p = 0; p < POOLS; p++) {
        dt_pool *pool = dt_pool_new(thread_counts[p], *fixture);
        for (int round = 0; round < 20; round++) {
            dt_task task[TASKS / 10] = { { 0 } };
            long_task t[TASKS / 10];
            for (int i = 0; i < TASKS / 10; i++) {
                t[i] = (long_task){ .pool = pool, .parts = 1 + (i * 37 + round) % 50 };
                task[i] = (dt_task){ .work = add_part, .arg = &t[i] };
                dt_pool_start(pool, &task[i]);
            }
            for (int k = 0; k < TASKS / 10; k++) {
                int i = (k * 7 + round) % (TASKS / 10);
                dt_pool_join(pool, &task[i]);
                assert_int_equal(t[i].done, t[i].parts);
                assert_int_equal(t[i].sum, t[i].parts * (t[i].parts + 1) / 2);
                assert_int_equal(atomic_load(&t[i].wrong), 0);
            }
        }
        dt_pool_free(pool);
    }
}

static void hold_and_go_on(void *arg, int thread) {
    long_task *t = arg;
    if (t->done++ == 0) while (atomic_load(&t->within) == 0) usleep(100);
    if (t->done < t->parts) dt_pool_again(t->pool, thread);
}

static void let_go(void *arg, int thread) {
    (void)thread;
    atomic_store(&((long_task *)arg)->within, 1);
}

/* The caller runs the second task while the other thread has the first, and leaves it, of endless length, when the first is done. */
static void who_joins_does_not_wait_for_the_end_of_another_task(void **fixture) {
    dt_pool *pool = dt_pool_new(2, *fixture);
    long_task first = { .pool = pool, .parts = 3 }, second = { .pool = pool, .parts = 1L << 40 };
    dt_task task[2] = { { .work = hold_and_go_on, .arg = &first }, { .work = add_part, .arg = &second } }, key = { .work = let_go, .arg = &first };
    alarm(300);     /* it hangs */
    for (int i = 0; i < 2; i++) dt_pool_start(pool, &task[i]);
    dt_pool_start(pool, &key);
    dt_pool_join(pool, &task[0]);
    assert_int_equal(first.done, 3);
    dt_pool_join(pool, &key);
    second.parts = 0;           /* it ends at its next part, or has ended its turn */
    dt_pool_join(pool, &task[1]);
    alarm(0);
    dt_pool_free(pool);
}

typedef struct cover { atomic_int *seen; long *result; int threads; atomic_int wrong; } cover;

static void mark(void *arg, size_t index, int thread) {
    cover *c = arg;
    atomic_fetch_add(&c->seen[index], 1);
    c->result[index] = (long)(index * index);
    if (thread < 0 || thread >= c->threads) atomic_fetch_add(&c->wrong, 1);
}

static void each_covers_every_index_once(void **fixture) {
    const size_t counts[] = { 0, 1, 2, 7, 1000 };
    for (int p = 0; p < POOLS; p++) {
        dt_pool *pool = dt_pool_new(thread_counts[p], *fixture);
        for (int k = 0; k < 5; k++) {
            cover c = { .threads = dt_pool_threads(pool) };
            c.seen = dt_arena_take(*fixture, counts[k] + 1, sizeof *c.seen);
            c.result = dt_arena_take(*fixture, counts[k] + 1, sizeof *c.result);
            dt_pool_each(pool, counts[k], mark, &c);
            for (size_t i = 0; i < counts[k]; i++) {
                assert_int_equal(atomic_load(&c.seen[i]), 1);
                assert_int_equal(c.result[i], i * i);
            }
            assert_int_equal(atomic_load(&c.seen[counts[k]]), 0);
            assert_int_equal(atomic_load(&c.wrong), 0);
        }
        dt_pool_free(pool);
    }
}

static void each_does_not_wait_for_tasks_that_others_started(void **fixture) {
    dt_pool *pool = dt_pool_new(2, *fixture);
    door d;
    dt_task busy;
    cover c = { .threads = 2 };
    c.seen = dt_arena_take(*fixture, 100, sizeof *c.seen);
    c.result = dt_arena_take(*fixture, 100, sizeof *c.result);
    occupy(pool, &busy, &d);
    dt_pool_each(pool, 100, mark, &c);
    for (int i = 0; i < 100; i++) assert_int_equal(atomic_load(&c.seen[i]), 1);
    atomic_store(&d.open, 1);
    dt_pool_join(pool, &busy);
    assert_true(dt_pool_busy_s(pool) > 0);
    dt_pool_free(pool);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_runs_once),
        cmocka_unit_test(a_task_may_be_started_again),
        cmocka_unit_test(join_does_the_work_if_nobody_has_begun),
        cmocka_unit_test(join_takes_what_is_left_while_another_thread_has_its_task),
        cmocka_unit_test(one_thread_works_when_joined),
        cmocka_unit_test(a_task_goes_on_until_it_has_no_more),
        cmocka_unit_test(who_joins_does_not_wait_for_the_end_of_another_task),
        cmocka_unit_test(each_covers_every_index_once),
        cmocka_unit_test(each_does_not_wait_for_tasks_that_others_started),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
