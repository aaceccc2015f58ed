/* pool.h - the threads that do the real arithmetic.
 * A task is started, runs at some real moment on some thread, and is joined; between start and join it alone
 * touches what arg points to.  With one thread nothing is created: a task then runs when it is joined.
 * Results never depend on the number of threads, as long as tasks keep to their own memory.
 * Pools of several processes may share the cores by tokens: then a thread other than the caller runs tasks only while it holds a
 * token.  A task that no thread has begun is run by who joins it, so that nothing ever waits for a token. */
#ifndef DT_BASE_POOL_H
#define DT_BASE_POOL_H

#include "base/arena.h"
#include "base/meter.h"
#include "base/tokens.h"

typedef struct dt_pool dt_pool;

/* thread is 0 .. dt_pool_threads - 1, for scratch memory of which each thread has a piece. */
typedef void dt_work(void *arg, int thread);

typedef struct dt_task {
    dt_work        *work;
    void           *arg;
    int             state;      /* used by the pool */
    struct dt_task *next;       /* used by the pool */
} dt_task;

/* A pool of at most threads >= 1, of which the caller is one: the only one that starts and joins tasks.  The others are made when
 * they are needed.  The pool belongs to run, but is closed by dt_pool_free.  Its meter counts the real time of the caller's thread
 * from now on. */
dt_pool *dt_pool_new(int threads, dt_arena *run);

/* Share the cores with the pools of other processes, before the first task is started.
 *   owner   holds a token already, for the caller; while the caller waits for a task that another thread runs, others may have it */
void dt_pool_share(dt_pool *pool, dt_tokens *tokens, int owner);

int dt_pool_threads(const dt_pool *pool);
dt_meter *dt_pool_meter(dt_pool *pool);

/* The cores that this process may use: those of a machine, or of the part of it that a queueing system has given. */
int dt_pool_cores(void);

/* Start a task, whose work and arg are set.  The caller keeps it, and it must not move until it is joined. */
void dt_pool_start(dt_pool *pool, dt_task *task);

/* Return when the task is done.  If no thread has begun it, the caller runs it; while another thread runs it, the caller runs
 * other tasks. */
void dt_pool_join(dt_pool *pool, dt_task *task);

/* Called by a task at the end of its work: there is more to do, and the work is to be called once more, maybe on another thread.  A
 * long task that is cut so lets the pool share out what is left when few tasks are. */
void dt_pool_again(dt_pool *pool, int thread);

/* work(arg, index, thread) for every index below count, on all threads; returns when all are done. */
void dt_pool_each(dt_pool *pool, size_t count, void (*work)(void *arg, size_t index, int thread), void *arg);

/* Seconds of real time that tasks ran, summed over threads.  For reports only: no result depends on them. */
double dt_pool_busy_s(const dt_pool *pool);

void dt_pool_free(dt_pool *pool);

#endif
