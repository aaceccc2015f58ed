/* pool.c - one queue, one lock, two conditions; the caller helps. */
#include "base/pool.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { IDLE, QUEUED, RUNNING, DONE };

struct dt_pool {
    int threads;
    bool closing;
    double busy_s;
    dt_meter meter;             /* of thread 0 */
    pthread_mutex_t lock;
    pthread_cond_t wanted, done;
    dt_task *first, *last;
    pthread_t *thread;          /* [threads - 1] */
    int started;                /* threads that have taken their number */
};

/* Called with the lock held; the lock is open while the task runs. */
static void pool_run(dt_pool *pool, dt_task *task, int thread) {
    task->state = RUNNING;
    pthread_mutex_unlock(&pool->lock);
    double start = thread == 0 ? dt_meter_begin(&pool->meter, DT_ARITHMETIC) : dt_meter_clock();
    task->work(task->arg, thread);
    double spent = (thread == 0 ? dt_meter_end(&pool->meter) : dt_meter_clock()) - start;
    pthread_mutex_lock(&pool->lock);
    pool->busy_s += spent;
    task->state = DONE;
}

static dt_task *pool_next(dt_pool *pool) {
    dt_task *task = pool->first;
    pool->first = task->next;
    if (pool->first == NULL) pool->last = NULL;
    return task;
}

static void *pool_thread(void *arg) {
    dt_pool *pool = arg;
    pthread_mutex_lock(&pool->lock);
    int number = ++pool->started;
    for (;;) {
        while (pool->first == NULL && !pool->closing) pthread_cond_wait(&pool->wanted, &pool->lock);
        if (pool->first == NULL) break;
        pool_run(pool, pool_next(pool), number);
        pthread_cond_broadcast(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

dt_pool *dt_pool_new(int threads, dt_arena *run) {
    dt_pool *pool = dt_arena_take(run, 1, sizeof *pool);
    dt_meter_open(&pool->meter, DT_BUILDING);
    pool->threads = threads < 1 ? 1 : threads;
    pool->thread = dt_arena_take(run, (size_t)pool->threads, sizeof *pool->thread);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wanted, NULL);
    pthread_cond_init(&pool->done, NULL);
    int created = 1;
    while (created < pool->threads && pthread_create(&pool->thread[created - 1], NULL, pool_thread, pool) == 0)
        created++;
    pool->threads = created;    /* with fewer threads than asked for the program is only slower */
    return pool;
}

int dt_pool_threads(const dt_pool *pool) { return pool->threads; }
double dt_pool_busy_s(const dt_pool *pool) { return pool->busy_s; }
dt_meter *dt_pool_meter(dt_pool *pool) { return &pool->meter; }

void dt_pool_start(dt_pool *pool, dt_task *task) {
    pthread_mutex_lock(&pool->lock);
    task->state = QUEUED;
    task->next = NULL;
    if (pool->last == NULL) pool->first = task;
    else pool->last->next = task;
    pool->last = task;
    pthread_mutex_unlock(&pool->lock);
    if (pool->threads > 1) pthread_cond_signal(&pool->wanted);
}

static void pool_remove(dt_pool *pool, dt_task *task) {
    dt_task **slot = &pool->first, *before = NULL;
    while (*slot != task) {
        before = *slot;
        slot = &(*slot)->next;
    }
    *slot = task->next;
    if (pool->last == task) pool->last = before;
}

/* Called with the lock held, while another thread runs the task: the caller runs other tasks meanwhile. */
static void pool_wait(dt_pool *pool, const dt_task *task) {
    while (task->state == RUNNING && pool->first != NULL) pool_run(pool, pool_next(pool), 0);
    dt_meter_begin(&pool->meter, DT_WAITING);
    while (task->state == RUNNING) pthread_cond_wait(&pool->done, &pool->lock);
    dt_meter_end(&pool->meter);
}

void dt_pool_join(dt_pool *pool, dt_task *task) {
    pthread_mutex_lock(&pool->lock);
    if (task->state == QUEUED) {
        pool_remove(pool, task);
        pool_run(pool, task, 0);
    }
    if (task->state == RUNNING) pool_wait(pool, task);
    task->state = IDLE;
    pthread_mutex_unlock(&pool->lock);
}

typedef struct each {
    void (*work)(void *arg, size_t index, int thread);
    void *arg;
    size_t count;
    atomic_size_t next;
} each;

static void each_run(void *arg, int thread) {
    each *e = arg;
    for (size_t i = atomic_fetch_add(&e->next, 1); i < e->count; i = atomic_fetch_add(&e->next, 1))
        e->work(e->arg, i, thread);
}

void dt_pool_each(dt_pool *pool, size_t count, void (*work)(void *arg, size_t index, int thread), void *arg) {
    enum { MOST = 64 };
    dt_task task[MOST] = { { 0 } };
    each e = { .work = work, .arg = arg, .count = count };
    int helpers = pool->threads < MOST ? pool->threads - 1 : MOST - 1;
    if ((size_t)helpers >= count) helpers = count == 0 ? 0 : (int)count - 1;
    for (int i = 0; i < helpers; i++) {
        task[i].work = each_run;
        task[i].arg = &e;
        dt_pool_start(pool, &task[i]);
    }
    dt_meter_begin(&pool->meter, DT_ARITHMETIC);
    each_run(&e, 0);
    dt_meter_end(&pool->meter);
    for (int i = 0; i < helpers; i++) dt_pool_join(pool, &task[i]);
}

void dt_pool_free(dt_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_mutex_unlock(&pool->lock);
    pthread_cond_broadcast(&pool->wanted);
    for (int i = 0; i < pool->threads - 1; i++) pthread_join(pool->thread[i], NULL);
    pthread_cond_destroy(&pool->wanted);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
}
