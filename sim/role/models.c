/* models.c - evaluations of models that differ.  The models of one round wait in a pending evaluation until every worker that
 * takes part has finished the round; then their mean is evaluated, or each of them by itself. */
#include "role/marking.h"
#include "aggregate/aggregate.h"
#include <limits.h>
#include <math.h>

/* A pending evaluation: the models of one round, kept until the last of them has come. */
typedef struct dt_pending {
    long            round;
    dt_reached      reached;    /* what the first worker had reached in this round */
    size_t          count, wanted;      /* models that have come; all that are waited for.  count 0: this one is free */
    dt_vec        **held;       /* [models] NULL: it has not come */
    double          report[DT_MORE];    /* sums of the workers' */
    struct dt_pending *next;
} dt_pending;

/* Where each worker's own model is evaluated: the model of its last finished round. */
typedef struct dt_newest { dt_vec *x; long step, round; double *report; } dt_newest;

/* Are the models of a time evaluated, where what is due is due by time? */
static bool models_now(const dt_monitor *b) { return b->judged == DT_JUDGED_EACH || b->judged == DT_JUDGED_MEAN_NOW; }

void dt_models_open(dt_monitor *b, dt_vec *x, size_t count, const size_t *of) {
    dt_models *m = b->models = dt_arena_take(b->run, 1, sizeof *m);
    m->count = count;
    m->of = of;
    b->by_rank = of == NULL;
    m->there = dt_arena_take(b->run, b->models->count, sizeof *m->there);
    m->held = dt_arena_take(b->run, b->models->count, sizeof *m->held);
    m->x = dt_arena_take(b->run, b->models->count, sizeof *m->x);
    m->own_x = dt_arena_take(b->run, b->workers, sizeof *m->own_x);
    m->own = dt_arena_take(b->run, b->workers, sizeof *m->own);
    for (size_t w = 0; w < b->workers; w++) m->own[w] = (dt_score){ NAN, NAN };
    m->sorted = dt_arena_take(b->run, b->workers, sizeof *m->sorted);
    m->score = dt_arena_take(b->run, count, sizeof *m->score);
    m->newest = dt_arena_take(b->run, b->models->count, sizeof *m->newest);
    for (size_t w = 0; models_now(b) && w < b->models->count; w++) {
        m->newest[w].x = dt_vec_keep(x);
        m->newest[w].report = dt_arena_take(b->run, b->reports, sizeof(double));
        for (size_t i = 0; i < b->reports; i++) m->newest[w].report[i] = NAN;
    }
}

static dt_pending *pending_find(dt_monitor *b, long round) {
    for (dt_pending *p = b->models->pending; p != NULL; p = p->next)
        if (p->round == round && p->count > 0) return p;
    return NULL;
}

static dt_pending *pending_new(dt_monitor *b, const dt_reached *r) {
    dt_pending *pending = b->models->pending;
    while (pending != NULL && pending->count > 0) pending = pending->next;
    if (pending == NULL) {
        pending = dt_arena_take(b->run, 1, sizeof *pending);
        pending->held = dt_arena_take(b->run, b->models->count, sizeof *pending->held);
        pending->next = b->models->pending;
        b->models->pending = pending;
    }
    pending->round = r->round;
    pending->reached = *r;
    pending->wanted = 0;
    for (size_t i = 0; i < b->reports; i++) pending->report[i] = 0;
    for (size_t w = 0; w < b->models->count; w++) pending->wanted += b->models->there[w] <= r->round;
    return pending;
}

static void pending_add(const dt_monitor *b, dt_pending *pending, long index, dt_vec *x, const dt_reached *r) {
    pending->held[index] = dt_vec_keep(x);
    pending->count++;
    for (size_t i = 0; i < b->reports; i++) pending->report[i] += r->report == NULL ? b->report[i] : r->report[i];
}

/* Put the entries of the models [models] that are not NULL into b->models->x; returns how many they are. */
static size_t models_there(const dt_monitor *b, dt_vec *const *held) {
    size_t count = 0;
    for (size_t w = 0; w < b->models->count; w++)
        if (held[w] != NULL) b->models->x[count++] = held[w]->x;
    return count;
}

static void models_mean(const dt_monitor *b, size_t count, dt_vec *mean) {
    for (size_t i = 0; mean->x != NULL && i < mean->n; i++) {
        double sum = 0;
        for (size_t w = 0; w < count; w++) sum += b->models->x[w][i];
        mean->x[i] = (float)(sum / (double)count);
    }
}

/* Evaluate each of the count models by itself; returns the mean of their scores. */
static dt_score models_score(const dt_monitor *b, dt_vec *const *held, size_t count) {
    dt_score mean = { 0, 0 };
    for (size_t w = 0; w < b->models->count; w++) {
        if (held[w] == NULL) continue;
        dt_score score = b->models->score[w] = dt_learning_score(b->learning, held[w]->x, b->run);
        mean.loss += score.loss / (double)count;
        mean.accuracy += score.accuracy / (double)count;
    }
    return mean;
}

/* Evaluate the models [models] that are not NULL: their mean, or each by itself. */
static dt_status models_mark(dt_monitor *b, dt_vec *const *held, const dt_reached *r, const dt_mark *here, bool *stop) {
    dt_reached whole = *r;
    size_t count = models_there(b, held);
    dt_vec *mean = dt_vec_take(b->learning->vectors);
    models_mean(b, count, mean);
    dt_inputs in = { count, mean->n, b->models->x, NULL };
    if (mean->x != NULL) whole.consensus_distance = dt_aggregate_consensus_distance(&in, mean->x);
    if (b->by_rank) whole.updates = (long)count;
    dt_status status;
    if (b->judged == DT_JUDGED_EACH) {
        b->score = models_score(b, held, count);
        status = dt_monitor_mark(b, &(dt_judging){ .each = held, .of_each = b->models->score, .score = b->score }, &whole, here, stop);
    } else {
        /* Of one round there may be several means of a time. */
        bool now = b->judged == DT_JUDGED_MEAN_NOW;
        if (now) b->score = dt_learning_score(b->learning, mean->x, b->run);
        dt_score apart = b->each ? models_score(b, held, count) : (dt_score){ NAN, NAN };
        dt_judging common = { .x = mean->x, .score = now ? b->score : dt_monitor_score(b, mean->x, r->round), .apart = &apart };
        status = dt_monitor_mark(b, &common, &whole, here, stop);
    }
    dt_vec_drop(mean);
    return status;
}

static void pending_clear(dt_pending *pending, size_t models) {
    for (size_t w = 0; w < models; w++) {
        dt_vec_drop(pending->held[w]);
        pending->held[w] = NULL;
    }
    pending->count = 0;
}

/* The run ends now, whatever round each worker is in.  Rounds that not all workers have finished are not evaluated. */
static void monitor_close(dt_monitor *b) {
    b->models->closed = true;
    for (dt_pending *p = b->models->pending; p != NULL; p = p->next) pending_clear(p, b->models->count);
}

static bool models_all_in(const dt_monitor *b, long round) {
    bool all = true;
    for (size_t w = 0; w < b->models->count; w++) all &= b->models->there[w] == LONG_MAX || b->models->newest[w].round == round;
    return all;
}

/* Evaluate a round whose models have all come.  Some workers may be rounds ahead by now.  If this evaluation ends the run, it
 * ends after the newest round that any worker has begun, or, where own models are evaluated, at once. */
static dt_status pending_mark(dt_monitor *b, dt_pending *pending) {
    bool stop = false;
    dt_mark here = dt_monitor_here(b);
    for (size_t i = 0; i < b->reports; i++) pending->report[i] /= (double)pending->count;
    pending->reached.report = pending->report;
    dt_status status = models_mark(b, pending->held, &pending->reached, &here, &stop);
    pending_clear(pending, b->models->count);
    if (models_now(b) && models_all_in(b, pending->round)) b->models->waiting = false;     /* it would be of the same models */
    if (stop && models_now(b)) monitor_close(b);
    else if (stop && b->last == LONG_MAX) b->last = b->farthest + 1;
    return status;
}

/* Evaluate the rounds whose models have all come, in the order of rounds. */
static dt_status pending_mark_whole(dt_monitor *b) {
    for (;;) {
        dt_pending *first = NULL;
        for (dt_pending *p = b->models->pending; p != NULL; p = p->next)
            if (p->count > 0 && (first == NULL || p->round < first->round)) first = p;
        if (first == NULL || first->count < first->wanted) return DT_OK;
        DT_TRY(pending_mark(b, first));
    }
}

dt_status dt_monitor_collect(dt_monitor *b, long index, dt_vec *x, const dt_reached *r) {
    if (r->round > b->decided) dt_monitor_spend(b);
    dt_pending *pending = pending_find(b, r->round);
    if (r->round > b->farthest) b->farthest = r->round;
    if (r->round > b->decided) {
        dt_monitor_decide(b, r);
        if (dt_monitor_over(b, r) && r->round < b->last) b->last = r->round;
        if (dt_monitor_plan(b, r, r->round == b->last)) pending = pending_new(b, r);
    }
    if (pending == NULL) return DT_OK;
    pending_add(b, pending, index, x, r);
    return pending_mark_whole(b);
}

/* ---- where each worker's own model is evaluated --------------------------------------------- */

/* Evaluate the newest model of every worker that takes part, or of all workers if none does any more, whatever round each is
 * in; step and round of the evaluation are means over them.  This waits until the simulated time has moved on: every worker
 * that finishes a round at the same instant counts, in whatever order they do. */
static dt_status monitor_mark_newest(dt_monitor *b) {
    double step = 0, round = 0, count = 0, report[DT_MORE] = { 0 };
    bool stop = false;
    bool gone = true;
    for (size_t w = 0; w < b->models->count; w++) gone &= b->models->there[w] == LONG_MAX;
    for (size_t w = 0; w < b->models->count; w++) {
        bool there = gone || b->models->there[w] != LONG_MAX;
        b->models->held[w] = there ? b->models->newest[w].x : NULL;
        if (!there) continue;
        step += (double)b->models->newest[w].step;
        round += (double)b->models->newest[w].round;
        for (size_t i = 0; i < b->reports; i++) report[i] += b->models->newest[w].report[i];
        count++;
    }
    b->models->waiting = false;
    for (size_t i = 0; i < b->reports; i++) report[i] /= count;
    dt_reached all = { .step = lround(step / count), .round = lround(round / count), .rate = b->models->rate, .report = report };
    if (gone && all.round < b->planned.round) all.round = b->planned.round;     /* never less than an earlier evaluation said */
    if (gone && all.step < b->planned.step) all.step = b->planned.step;
    DT_TRY(models_mark(b, b->models->held, &all, &b->models->here, &stop));
    if (stop) monitor_close(b);
    return DT_OK;
}

/* Make the evaluation that waits for time to move on, if it has.  Call it before anything changes. */
static dt_status monitor_settle(dt_monitor *b) {
    bool due = b->models->waiting && dt_engine_now(b->engine) > b->models->here.time_s;
    return due ? monitor_mark_newest(b) : DT_OK;
}

/* Evaluate the models that are not NULL, as of the newest finished round. */
static dt_status monitor_mark_last(dt_monitor *b, dt_vec *const *each) {
    bool stop = false;
    return models_there(b, each) > 0 ? models_mark(b, each, &b->newest, &b->newest_here, &stop) : DT_OK;
}

dt_status dt_monitor_end(dt_monitor *b, const float *x, dt_vec *const *each) {
    if (b->models->waiting) return monitor_mark_newest(b);
    bool ended = b->last != LONG_MAX || b->models->closed || b->decided <= b->planned.round;
    if (ended || b->judged == DT_JUDGED_NOTHING) return DT_OK;
    b->models->here = b->newest_here;
    if (b->judged == DT_JUDGED_COMMON) return dt_monitor_unended(b, x);
    return models_now(b) && each == NULL ? monitor_mark_newest(b) : each == NULL ? DT_OK : monitor_mark_last(b, each);
}

static dt_status monitor_own_bring(dt_monitor *b, long index, dt_vec *x, const dt_reached *r) {
    dt_pending *pending = pending_find(b, r->round);
    bool last = dt_monitor_counted(b, r->round, r->step);
    if (last && r->round < b->last) b->last = r->round;
    if (pending == NULL && r->round > b->farthest) {
        if (last || dt_monitor_round_due(b, r->step, r->round)) pending = dt_monitor_plan(b, r, true) ? pending_new(b, r) : NULL;
        else b->models->waiting = dt_monitor_plan(b, r, false) || b->models->waiting;
        b->farthest = r->round;
    } else if (dt_monitor_plan(b, r, false)) {
        b->models->waiting = true;      /* due by time: the first worker decides, though others are rounds ahead or have failed */
    }
    if (pending == NULL) return DT_OK;
    pending_add(b, pending, index, x, r);
    return pending_mark_whole(b);
}

dt_status dt_monitor_own(dt_monitor *b, long index, dt_vec *x, const dt_reached *r) {
    dt_newest *mine = &b->models->newest[index];
    bool counted = dt_monitor_counted(b, r->round, r->step);
    dt_monitor_spend(b);
    DT_TRY(monitor_settle(b));
    dt_vec_drop(mine->x);
    *mine = (dt_newest){ dt_vec_keep(x), r->step, r->round, mine->report };
    for (size_t i = 0; i < b->reports; i++) mine->report[i] = r->report == NULL ? b->report[i] : r->report[i];
    b->models->rate = r->rate;
    if (r->round > b->decided) dt_monitor_decide(b, r);
    if (!b->models->closed && !counted && dt_monitor_over(b, r)) {
        monitor_close(b);
        b->models->waiting = dt_monitor_plan(b, r, true);
    } else if (!b->models->closed) {
        DT_TRY(monitor_own_bring(b, index, x, r));
    }
    if (b->models->waiting) b->models->here = dt_monitor_here(b);
    return DT_OK;
}

/* ---- workers that go and come back --------------------------------------------------------- */

dt_status dt_monitor_leave(dt_monitor *b, long index) {
    long there = b->models->there[index];
    DT_TRY(monitor_settle(b));
    b->models->there[index] = LONG_MAX;
    for (dt_pending *p = b->models->pending; p != NULL; p = p->next) {
        if (p->count == 0 || p->held[index] != NULL || p->round < there) continue;
        p->wanted--;
    }
    return pending_mark_whole(b);
}

void dt_monitor_join(dt_monitor *b, long index, long round) {
    b->models->there[index] = round;
    for (dt_pending *p = b->models->pending; p != NULL; p = p->next)
        if (p->count > 0 && p->held[index] == NULL && p->round >= round) p->wanted++;
}
