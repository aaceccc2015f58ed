/* pool.c - one queue, one lock, two conditions; the caller helps, and never waits for a token. */
#include "base/pool.h"
#include "base/inside.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { IDLE, QUEUED, RUNNING, DONE };

struct dt_pool {
    int threads;                /* at most, the caller among them */
    bool closing;
    double busy_s;
    dt_meter meter;             /* of thread 0 */
    dt_tokens *tokens;          /* NULL: every thread may run */
    int owner;
    pthread_mutex_t lock;
    pthread_cond_t wanted, done;
    dt_task *first, *last;
    int queued;                 /* tasks from first to last */
    const dt_task *joined;      /* the caller needs it before anything else */
    const dt_task *awaited;     /* the caller sleeps until it is done, and has given its token back */
    bool *again;                /* [threads] the task that each runs has more to do */
    pthread_t *thread;          /* [threads - 1] */
    int created, numbered;      /* threads that there are, and that have taken their number */
    int idle;                   /* threads that wait for a task */
    bool scouting;              /* a thread has found a task and waits for a token; one for the whole pool */
};

static void pool_more(dt_pool *pool);

static void pool_put(dt_pool *pool, dt_task *task) {
    task->state = QUEUED;
    task->next = NULL;
    if (pool->last == NULL) pool->first = task;
    else pool->last->next = task;
    pool->last = task;
    pool->queued++;
    pool_more(pool);
}

static dt_task *pool_next(dt_pool *pool) {
    dt_task *task = pool->first;
    pool->first = task->next;
    pool->queued--;
    if (pool->first == NULL) pool->last = NULL;
    return task;
}

/* Should a task with more to do let others go first?  While many wait it goes on, as its memory is in the cache; when few are left they
 * take turns, so that all end at about the same time and no thread is left without one.  What is joined goes on to its end, and the
 * caller stops whatever else it runs once that is done. */
static bool pool_turns(const dt_pool *pool, const dt_task *task, int thread) {
    if (task == pool->joined) return false;
    if (thread == 0 && pool->joined != NULL && pool->joined->state == DONE) return true;
    return pool->first != NULL && pool->queued < 2 * pool->threads;
}

/* Called with the lock held; the lock is open while the task runs. */
static void pool_run(dt_pool *pool, dt_task *task, int thread) {
    task->state = RUNNING;
    do {
        pool->again[thread] = false;
        pthread_mutex_unlock(&pool->lock);
        double start = thread == 0 ? dt_meter_begin(&pool->meter, DT_ARITHMETIC) : dt_meter_clock();
        task->work(task->arg, thread);
        double spent = (thread == 0 ? dt_meter_end(&pool->meter) : dt_meter_clock()) - start;
        pthread_mutex_lock(&pool->lock);
        pool->busy_s += spent;
    } while (pool->again[thread] && !pool_turns(pool, task, thread));
    if (pool->again[thread]) pool_put(pool, task);
    else task->state = DONE;
}

static bool pool_take(const dt_pool *pool) { return pool->tokens == NULL || dt_tokens_take(pool->tokens, pool->owner); }

static void pool_give(const dt_pool *pool) {
    if (pool->tokens != NULL) dt_tokens_give(pool->tokens, pool->owner);
}

/* Called with the lock held.  Wait until there are a task and a token for this thread; false: the pool closes.  The caller runs
 * tasks meanwhile, so that a token that never comes delays nobody. */
static bool pool_ready(dt_pool *pool) {
    while (!pool->closing) {
        if (pool->first == NULL || pool->scouting) {
            pool->idle++;
            pthread_cond_wait(&pool->wanted, &pool->lock);
            pool->idle--;
            continue;
        }
        unsigned seen = pool->tokens == NULL ? 0 : dt_tokens_given(pool->tokens);
        if (pool_take(pool)) return true;
        pool->scouting = true;
        pthread_mutex_unlock(&pool->lock);
        dt_tokens_wait(pool->tokens, seen);
        pthread_mutex_lock(&pool->lock);
        pool->scouting = false;
    }
    return false;
}

static void *pool_thread(void *arg);

/* Called with the lock held, if there is a task that no thread has begun: wake a thread, or make one.  If there is no thread to be
 * had, the program is only slower. */
static void pool_more(dt_pool *pool) {
    if (pool->scouting || pool->threads == 1) return;
    if (pool->idle > 0) pthread_cond_signal(&pool->wanted);
    else if (pool->created < pool->threads - 1)
        pool->created += pthread_create(&pool->thread[pool->created], NULL, pool_thread, pool) == 0;
}

/* Called with the lock held and a token taken: run tasks as long as there are any.  The token goes to the caller if it waits for
 * one of them, else back. */
static void pool_serve(dt_pool *pool, int thread) {
    while (pool->first != NULL) {
        dt_task *task = pool_next(pool);
        if (pool->first != NULL) pool_more(pool);
        pool_run(pool, task, thread);
        if (task != pool->awaited || task->state != DONE) continue;
        pool->awaited = NULL;
        pthread_cond_signal(&pool->done);
        return;
    }
    pool_give(pool);
}

static void *pool_thread(void *arg) {
    dt_pool *pool = arg;
    pthread_mutex_lock(&pool->lock);
    int number = ++pool->numbered;
    while (pool_ready(pool)) pool_serve(pool, number);
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

dt_pool *dt_pool_new(int threads, dt_arena *run) {
    dt_pool *pool = dt_arena_take(run, 1, sizeof *pool);
    dt_meter_open(&pool->meter, DT_BUILDING);
    pool->threads = threads < 1 ? 1 : threads;
    pool->thread = dt_arena_take(run, (size_t)pool->threads, sizeof *pool->thread);
    pool->again = dt_arena_take(run, (size_t)pool->threads, sizeof *pool->again);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wanted, NULL);
    pthread_cond_init(&pool->done, NULL);
    return pool;
}

void dt_pool_share(dt_pool *pool, dt_tokens *tokens, int owner) {
    pool->tokens = tokens;
    pool->owner = owner;
}

int dt_pool_cores(void) {
    cpu_set_t set;
    long cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : (int)cores;
}

int dt_pool_threads(const dt_pool *pool) { return pool->threads; }
double dt_pool_busy_s(const dt_pool *pool) { return pool->busy_s; }
dt_meter *dt_pool_meter(dt_pool *pool) { return &pool->meter; }

void dt_pool_start(dt_pool *pool, dt_task *task) {
    pthread_mutex_lock(&pool->lock);
    pool_put(pool, task);
    pthread_mutex_unlock(&pool->lock);
}

void dt_pool_again(dt_pool *pool, int thread) { pool->again[thread] = true; }

static void pool_remove(dt_pool *pool, dt_task *task) {
    dt_task **slot = &pool->first, *before = NULL;
    while (*slot != task) {
        before = *slot;
        slot = &(*slot)->next;
    }
    *slot = task->next;
    pool->queued--;
    if (pool->last == task) pool->last = before;
}

/* Called with the lock held, while another thread runs the task: the caller runs other tasks meanwhile.  When there are none, it
 * lends its token to whoever has work, and goes on with the one of the thread that ends the task. */
static void pool_wait(dt_pool *pool, const dt_task *task) {
    while (task->state == RUNNING && pool->first != NULL) pool_run(pool, pool_next(pool), 0);
    if (task->state != RUNNING) return;
    dt_meter_begin(&pool->meter, DT_WAITING);
    pool->awaited = task;
    pool_give(pool);
    while (pool->awaited != NULL) pthread_cond_wait(&pool->done, &pool->lock);
    dt_meter_end(&pool->meter);
}

void dt_pool_join(dt_pool *pool, dt_task *task) {
    pthread_mutex_lock(&pool->lock);
    pool->joined = task;
    if (task->state == QUEUED) {
        pool_remove(pool, task);
        pool_run(pool, task, 0);
    }
    if (task->state == RUNNING) pool_wait(pool, task);
    pool->joined = NULL;
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
    if (pool->tokens != NULL) dt_tokens_wake(pool->tokens);
    for (int i = 0; i < pool->created; i++) pthread_join(pool->thread[i], NULL);
    pthread_cond_destroy(&pool->wanted);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
}
