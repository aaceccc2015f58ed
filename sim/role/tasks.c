/* tasks.c - who runs which task, and the gradients of those that are done. */
#include "role/tasks.h"
#include "role/gradient.h"
#include "role/steps.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { COPIES_COLUMN, WON_COLUMN };

const dt_metric dt_tasks_columns[] = {
    [COPIES_COLUMN] = { { "copies", DT_COLUMN_REAL, "1", "backup tasks that were begun in the last round" } },
    [WON_COLUMN] = { { "copies_first", DT_COLUMN_REAL, "1", "of these, those whose result came first and counted" } },
    { { NULL } },
};

enum { NOBODY = -1 };

typedef struct task {
    bool   done;
    long   by[2];               /* workers that run it, NOBODY: none; the second is a copy */
    long   winner;              /* whose result counts */
    double begun_s;
} task;

typedef struct hand {
    long   task;                /* that it runs; NOBODY: none */
    bool   rests, has;          /* it has broken off in this iteration; it has the model of this iteration */
    double free_s;
} hand;

struct dt_tasks {
    dt_server *server;
    task      *task;            /* [count] */
    hand      *worker;          /* [count] */
    size_t     count, done, busy;
    double     share, copies, won;
    dt_status (*body)(void *state, dt_worker *w);
    void      *state;
    size_t    *free;            /* [count] scratch */
    double    *size, *weight;   /* [count] */
    /* NULL with learn = false: */
    dt_order  *order;           /* [count] */
    float    **g, *result;      /* [count][n], [n] */
    const float **told;
};

dt_status dt_tasks_fit(const dt_config *scenario) {
    const dt_config *compress = dt_config_get(scenario, "compress");
    if (compress == NULL || strcmp(dt_config_name(compress), dt_compress_room.preset) == 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress", "a compressor keeps a memory of what one worker has sent, and tasks of \"%s\" go from worker to worker: "
                      "expected \"none\", got \"%s\"", dt_config_name(dt_config_get(scenario, "strategy")), dt_config_name(compress));
}

dt_tasks *dt_tasks_new(dt_server *s) {
    size_t count = s->team->group.ranks, n = s->x->n;
    dt_tasks *t = dt_arena_take(s->run, 1, sizeof *t);
    *t = (dt_tasks){ .server = s, .count = count };
    t->task = dt_arena_take(s->run, count, sizeof *t->task);
    t->worker = dt_arena_take(s->run, count, sizeof *t->worker);
    t->free = dt_arena_take(s->run, count, sizeof *t->free);
    t->size = dt_arena_take(s->run, count, sizeof *t->size);
    t->weight = dt_arena_take(s->run, count, sizeof *t->weight);
    if (!s->learning->learn) return t;
    t->order = dt_arena_take(s->run, count, sizeof *t->order);
    t->g = dt_arena_take(s->run, count, sizeof *t->g);
    t->told = dt_arena_take(s->run, count, sizeof *t->told);
    t->result = dt_arena_take(s->run, n, sizeof *t->result);
    for (size_t k = 0; k < count; k++) {
        dt_order_open(&t->order[k], s->learning, k, s->run);
        t->g[k] = dt_arena_take(s->run, n, sizeof *t->g[k]);
    }
    return t;
}

/* ---- clients ------------------------------------------------------------------------------- */

static double task_samples(const dt_learning *l, size_t k, long round) {
    return dt_learning_samples(l, k, round + 1) - dt_learning_samples(l, k, round);
}

static dt_status task_compute(dt_worker *w) {
    const dt_learning *l = w->learning;
    size_t k = (size_t)w->given.note[0];
    double batches = (double)(dt_learning_batches(l, k, w->round + 1) - dt_learning_batches(l, k, w->round));
    DT_TRY(dt_worker_work(w, task_samples(l, k, w->round), batches));                           /* [time] */
    return dt_worker_reply(w, &(dt_letter){ .bytes = 4.0 * (double)l->model->n, .value = 1, .note = { (double)k } });      /* [time] */
}

/* Who breaks off keeps no model. */
dt_status dt_tasks_run(void *state, dt_worker *w) {
    (void)state;
    DT_TRY(dt_worker_fetch(w));                                                                 /* [time] */
    dt_status status = task_compute(w);                                                         /* [time] */
    if (status == DT_OK) return DT_OK;
    dt_vec_drop(w->x);
    dt_vec_drop(w->base);
    w->x = w->base = NULL;
    return status;
}

/* ---- who runs what --------------------------------------------------------------------------- */

static double tasks_now(const dt_tasks *t) { return dt_engine_now(t->server->team->group.engine); }

/* A worker that has the model of this iteration already is sent a request alone. */
static dt_status task_begin(dt_tasks *t, size_t k, size_t copy, size_t rank) {
    task *a = &t->task[k];
    hand *h = &t->worker[rank];
    assert(!a->done && a->by[copy] == NOBODY && h->task == NOBODY);
    const dt_letter letter = { .vec = h->has ? t->server->x : NULL, .note = { (double)k } };
    a->by[copy] = (long)rank;
    if (copy == 0) a->begun_s = tasks_now(t);
    else t->copies++;
    h->task = (long)k;
    h->has = true;
    return dt_server_invite(t->server, rank, t->body, t->state, &letter);
}

/* Workers that are no longer busy, and whose results have not come, have failed. */
static void tasks_reap(dt_tasks *t) {
    for (size_t r = 0; r < t->count; r++) {
        hand *h = &t->worker[r];
        if (h->task == NOBODY || dt_server_busy(t->server, r)) continue;
        task *a = &t->task[h->task];
        if (a->by[0] == (long)r) {
            a->by[0] = a->by[1];
            a->by[1] = NOBODY;
        } else if (a->by[1] == (long)r) {
            a->by[1] = NOBODY;
        }
        h->task = NOBODY;
        h->has = false;
    }
}

/* Take the results that have come. */
static void tasks_take(dt_tasks *t) {
    dt_server *s = t->server;
    for (size_t i = 0; i < s->updates; i++) {
        const dt_update *u = &s->update[i];
        hand *h = &t->worker[u->rank];
        if (u->round != s->round || h->task == NOBODY || h->task != (long)u->note[0]) continue;
        task *a = &t->task[h->task];
        h->task = NOBODY;
        h->free_s = u->came_s;
        if (a->done) continue;
        bool copy = a->by[1] == u->rank;
        long other = a->by[copy ? 0 : 1];
        assert(copy || a->by[0] == u->rank);
        a->done = true;
        a->winner = u->rank;
        t->done++;
        t->won += copy;
        if (other == NOBODY) continue;
        dt_server_release(s, (size_t)other);
        t->worker[other].task = NOBODY;
        t->worker[other].rests = true;
    }
    dt_server_drop(s);
    s->updates = 0;
}

/* The task that needs a worker most, or t->count: an open one, that of rank first; else the one that has run longest alone. */
static size_t tasks_next(const dt_tasks *t, size_t rank) {
    size_t next = t->count;
    if (!t->task[rank].done && t->task[rank].by[0] == NOBODY) return rank;
    for (size_t k = 0; k < t->count; k++)
        if (!t->task[k].done && t->task[k].by[0] == NOBODY) return k;
    if ((double)t->done < t->share * (double)t->count || t->share >= 1) return t->count;
    for (size_t k = 0; k < t->count; k++) {
        const task *a = &t->task[k];
        if (!a->done && a->by[1] == NOBODY && (next == t->count || a->begun_s < t->task[next].begun_s)) next = k;
    }
    return next;
}

/* Workers that are free begin tasks, whoever was free first. */
static dt_status tasks_begin(dt_tasks *t) {
    for (;;) {
        size_t present = dt_server_present(t->server, t->free), best = t->count;
        for (size_t i = 0; i < present; i++) {
            const hand *h = &t->worker[t->free[i]];
            if (h->rests || tasks_next(t, t->free[i]) == t->count) continue;
            if (best == t->count || h->free_s < t->worker[best].free_s) best = t->free[i];
        }
        if (best == t->count) return DT_OK;
        size_t k = tasks_next(t, best);
        DT_TRY(task_begin(t, k, t->task[k].by[0] != NOBODY, best));
    }
}

/* Gathering pauses whenever a result or the notice of a failure has come. */
static bool tasks_pause(const void *owner, const dt_server *s) {
    const dt_tasks *t = owner;
    return s->updates > 0 || s->busy < t->busy;
}

dt_status dt_tasks_gather(dt_tasks *t, double share, dt_status (*body)(void *state, dt_worker *w), void *state) {
    dt_server *s = t->server;
    const dt_quorum quorum = { .enough = tasks_pause, .owner = t, .late = DT_LATE_WAIT };
    t->share = share;
    t->body = body;
    t->state = state;
    t->done = 0;
    t->copies = t->won = 0;
    for (size_t k = 0; k < t->count; k++) {
        t->task[k] = (task){ .by = { NOBODY, NOBODY }, .winner = NOBODY };
        t->worker[k] = (hand){ .task = NOBODY };
    }
    while (t->done < t->count) {
        tasks_reap(t);
        DT_TRY(tasks_begin(t));
        if (s->busy == 0 && t->done > 0) break;             /* the others have failed */
        t->busy = s->busy;
        DT_TRY(dt_server_gather(s, &quorum));                                                   /* [time] */
        tasks_take(t);
        if (t->done < t->count && dt_engine_finished(s->team->group.engine)) return DT_EOVER;
        DT_TRY(dt_port_settle(s->port));                    /* workers that have sent, or broken off, end that call */
    }
    return DT_OK;
}

/* ---- gradients --------------------------------------------------------------------------------- */

static bool task_lies(const dt_tasks *t, size_t k) {
    const dt_attack *a = t->server->team->attack;
    return a != NULL && dt_attack_strikes(a, t->count, t->server->round, (size_t)t->task[k].winner);
}

static void task_gradient(void *arg, size_t k, int thread) {
    dt_tasks *t = arg;
    const dt_server *s = t->server;
    const dt_learning *l = s->learning;
    size_t rows;
    const uint32_t *row = dt_order_next(&t->order[k], l, &rows);
    if (!t->task[k].done) return;
    bool lies = task_lies(t, k);
    l->bench[thread].flip = lies && s->team->attack->type->labels;
    dt_learning_gradient(l, thread, row, rows, s->x->x, t->g[k]);
    l->bench[thread].flip = false;
}

dt_status dt_tasks_merge(dt_tasks *t, const float **g) {
    dt_server *s = t->server;
    dt_inputs in = { 0, s->x->n, t->told, t->size };
    double flops = dt_aggregate_flops(s->team->aggregate, t->done, s->x->n);
    if (flops > 0) DT_TRY(dt_port_compute(s->port, flops, NULL, NULL));                         /* [time] */
    *g = t->result;
    dt_monitor_report(s->monitor, COPIES_COLUMN, t->copies);
    dt_monitor_report(s->monitor, WON_COLUMN, t->won);
    dt_monitor_merged(s->monitor, 0, (long)t->done);
    s->updates = t->done;
    s->step++;
    dt_meter_begin(dt_pool_meter(s->learning->threads), DT_ARITHMETIC);
    if (s->learning->learn) dt_pool_each(s->learning->threads, t->count, task_gradient, t);
    for (size_t k = 0; k < t->count; k++) {
        if (!t->task[k].done) continue;
        if (s->learning->learn && task_lies(t, k))
            dt_attack_forge(s->team->attack, s->round, (size_t)t->task[k].winner, s->x->n, t->g[k]);
        if (s->learning->learn) t->told[in.count] = t->g[k];
        t->size[in.count++] = task_samples(s->learning, k, s->round);
        s->monitor->samples += t->size[in.count - 1];
    }
    if (s->learning->learn) dt_aggregate_form(s->team->aggregate, &in, t->weight, t->result, s->learning->threads);
    dt_meter_end(dt_pool_meter(s->learning->threads));
    return DT_OK;
}
