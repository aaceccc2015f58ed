/* models.c - marks of models that differ: a pile holds the models of one round until all who are there have brought theirs;
 * then their mean is evaluated, or each of them by itself. */
#include "role/marking.h"
#include "aggregate/aggregate.h"
#include <limits.h>
#include <math.h>

/* The models of one round, kept until the last has been brought. */
typedef struct dt_pile {
    long            round;
    dt_reached      reached;    /* by the first to come */
    size_t          count, wanted;
    dt_vec        **held;       /* [models] */
    double          report[DT_MORE];    /* sums of the workers' */
    struct dt_pile *next;
} dt_pile;

/* Where each worker's own model is judged: the newest that it has finished a round with. */
typedef struct dt_newest { dt_vec *x; long step, round; double *report; } dt_newest;

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
    m->score = dt_arena_take(b->run, count, sizeof *m->score);
    m->newest = dt_arena_take(b->run, b->models->count, sizeof *m->newest);
    for (size_t w = 0; b->judged == DT_JUDGED_EACH && w < b->models->count; w++) {
        m->newest[w].x = dt_vec_keep(x);
        m->newest[w].report = dt_arena_take(b->run, b->reports, sizeof(double));
        for (size_t i = 0; i < b->reports; i++) m->newest[w].report[i] = NAN;
    }
}

static dt_pile *monitor_find_pile(dt_monitor *b, long round) {
    for (dt_pile *p = b->models->piles; p != NULL; p = p->next)
        if (p->round == round && p->count > 0) return p;
    return NULL;
}

static dt_pile *monitor_new_pile(dt_monitor *b, const dt_reached *r) {
    dt_pile *pile = b->models->piles;
    while (pile != NULL && pile->count > 0) pile = pile->next;
    if (pile == NULL) {
        pile = dt_arena_take(b->run, 1, sizeof *pile);
        pile->held = dt_arena_take(b->run, b->models->count, sizeof *pile->held);
        pile->next = b->models->piles;
        b->models->piles = pile;
    }
    pile->round = r->round;
    pile->reached = *r;
    pile->wanted = 0;
    for (size_t i = 0; i < b->reports; i++) pile->report[i] = 0;
    for (size_t w = 0; w < b->models->count; w++) pile->wanted += b->models->there[w] <= r->round;
    return pile;
}

static void pile_add(const dt_monitor *b, dt_pile *pile, long index, dt_vec *x, const dt_reached *r) {
    pile->held[index] = dt_vec_keep(x);
    pile->count++;
    for (size_t i = 0; i < b->reports; i++) pile->report[i] += r->report == NULL ? b->report[i] : r->report[i];
}

/* b->models->x: the entries of those models [models] that are there; how many they are. */
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

/* Each of the count models by itself, and the mean of their scores. */
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

/* Mark models [models], of which some may be NULL: their mean, or each by itself. */
static dt_status models_mark(dt_monitor *b, dt_vec *const *held, const dt_reached *r, const dt_mark *here, bool *stop) {
    dt_reached whole = *r;
    size_t count = models_there(b, held);
    dt_vec *mean = dt_vec_take(b->learning->vectors);
    models_mean(b, count, mean);
    dt_inputs in = { count, mean->n, b->models->x, NULL };
    if (mean->x != NULL) whole.spread = dt_aggregate_spread(&in, mean->x);
    if (b->by_rank) whole.updates = (long)count;
    dt_status status;
    if (b->judged == DT_JUDGED_EACH) {
        b->score = models_score(b, held, count);
        status = dt_monitor_mark(b, &(dt_judging){ .each = held, .of_each = b->models->score, .score = b->score }, &whole, here, stop);
    } else {
        dt_judging common = { .x = mean->x, .score = dt_monitor_score(b, mean->x, r->round) };
        status = dt_monitor_mark(b, &common, &whole, here, stop);
    }
    dt_vec_drop(mean);
    return status;
}

static void pile_empty(dt_pile *pile, size_t models) {
    for (size_t w = 0; w < models; w++) {
        dt_vec_drop(pile->held[w]);
        pile->held[w] = NULL;
    }
    pile->count = 0;
}

/* The run ends now, whatever round each is in: rounds that not all have finished are not marked any more. */
static void monitor_close(dt_monitor *b) {
    b->models->closed = true;
    for (dt_pile *p = b->models->piles; p != NULL; p = p->next) pile_empty(p, b->models->count);
}

static bool models_all_in(const dt_monitor *b, long round) {
    bool all = true;
    for (size_t w = 0; w < b->models->count; w++) all &= b->models->there[w] == LONG_MAX || b->models->newest[w].round == round;
    return all;
}

/* All have come.  Some may be rounds ahead by now; the run ends with the round after theirs, or with those that they are in. */
static dt_status monitor_mark_pile(dt_monitor *b, dt_pile *pile) {
    bool stop = false;
    dt_mark here = dt_monitor_here(b);
    for (size_t i = 0; i < b->reports; i++) pile->report[i] /= (double)pile->count;
    pile->reached.report = pile->report;
    dt_status status = models_mark(b, pile->held, &pile->reached, &here, &stop);
    pile_empty(pile, b->models->count);
    if (b->judged == DT_JUDGED_EACH && models_all_in(b, pile->round)) b->models->waiting = false;     /* it would be the same */
    if (stop && b->judged == DT_JUDGED_EACH) monitor_close(b);
    else if (stop && b->last == LONG_MAX) b->last = b->farthest + 1;
    return status;
}

/* Mark what is whole, in the order of rounds. */
static dt_status monitor_mark_piles(dt_monitor *b) {
    for (;;) {
        dt_pile *first = NULL;
        for (dt_pile *p = b->models->piles; p != NULL; p = p->next)
            if (p->count > 0 && (first == NULL || p->round < first->round)) first = p;
        if (first == NULL || first->count < first->wanted) return DT_OK;
        DT_TRY(monitor_mark_pile(b, first));
    }
}

dt_status dt_monitor_pile(dt_monitor *b, long index, dt_vec *x, const dt_reached *r) {
    if (r->round > b->decided) dt_monitor_spend(b);
    dt_pile *pile = monitor_find_pile(b, r->round);
    if (r->round > b->farthest) b->farthest = r->round;
    if (r->round > b->decided) {
        dt_monitor_decide(b, r);
        if (dt_monitor_over(b, r) && r->round < b->last) b->last = r->round;
        if (dt_monitor_plan(b, r, r->round == b->last)) pile = monitor_new_pile(b, r);
    }
    if (pile == NULL) return DT_OK;
    pile_add(b, pile, index, x, r);
    return monitor_mark_piles(b);
}

/* ---- where each worker's own model is judged ------------------------------------------------ */

/* Mark the newest model of everybody who is there, or where all are gone of all, whatever round each is in; step and round are the means of theirs.  This
 * waits until time has gone on: whoever comes in the same instant counts, in whatever order they come. */
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
    if (gone && all.round < b->planned.round) all.round = b->planned.round;     /* of all, where some were evaluated farther on */
    if (gone && all.step < b->planned.step) all.step = b->planned.step;
    DT_TRY(models_mark(b, b->models->held, &all, &b->models->here, &stop));
    if (stop) monitor_close(b);
    return DT_OK;
}

/* To be called before anything changes. */
static dt_status monitor_settle(dt_monitor *b) {
    bool due = b->models->waiting && dt_engine_now(b->engine) > b->models->here.time_s;
    return due ? monitor_mark_newest(b) : DT_OK;
}

/* The mean of the models that there are, as of the newest finished round. */
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
    return b->judged == DT_JUDGED_EACH && each == NULL ? monitor_mark_newest(b) : each == NULL ? DT_OK : monitor_mark_last(b, each);
}

static dt_status monitor_own_bring(dt_monitor *b, long index, dt_vec *x, const dt_reached *r) {
    dt_pile *pile = monitor_find_pile(b, r->round);
    bool last = dt_monitor_counted(b, r->round, r->step);
    if (last && r->round < b->last) b->last = r->round;
    if (pile == NULL && r->round > b->farthest) {
        if (last || dt_monitor_round_due(b, r->step, r->round)) pile = dt_monitor_plan(b, r, true) ? monitor_new_pile(b, r) : NULL;
        else b->models->waiting = dt_monitor_plan(b, r, false) || b->models->waiting;
        b->farthest = r->round;
    } else if (dt_monitor_plan(b, r, false)) {
        b->models->waiting = true;      /* by time: whoever comes first, though others are rounds ahead, or gone */
    }
    if (pile == NULL) return DT_OK;
    pile_add(b, pile, index, x, r);
    return monitor_mark_piles(b);
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
    for (dt_pile *p = b->models->piles; p != NULL; p = p->next) {
        if (p->count == 0 || p->held[index] != NULL || p->round < there) continue;
        p->wanted--;
    }
    return monitor_mark_piles(b);
}

void dt_monitor_join(dt_monitor *b, long index, long round) {
    b->models->there[index] = round;
    for (dt_pile *p = b->models->piles; p != NULL; p = p->next)
        if (p->count > 0 && p->held[index] == NULL && p->round >= round) p->wanted++;
}
