/* models.c - marks of models that differ: a pile holds the models of one round until all who are there have brought theirs;
 * then their mean is evaluated, or each of them by itself. */
#include "role/marking.h"
#include "aggregate/aggregate.h"
#include <limits.h>
#include <math.h>

/* The models of one round, kept until the last worker has brought its own. */
typedef struct dt_pile {
    long            round;
    dt_reached      reached;    /* by the first to come */
    size_t          count, wanted;
    dt_vec        **held;       /* [workers] */
    struct dt_pile *next;
} dt_pile;

/* Where each worker's own model is judged: the newest that it has finished a round with. */
typedef struct dt_newest { dt_vec *x; long step, round; } dt_newest;

static dt_pile *board_find_pile(dt_board *b, long round) {
    for (dt_pile *p = b->piles; p != NULL; p = p->next)
        if (p->round == round && p->count > 0) return p;
    return NULL;
}

static dt_pile *board_new_pile(dt_board *b, const dt_reached *r) {
    dt_pile *pile = b->piles;
    while (pile != NULL && pile->count > 0) pile = pile->next;
    if (pile == NULL) {
        pile = dt_arena_take(b->run, 1, sizeof *pile);
        pile->held = dt_arena_take(b->run, b->workers, sizeof *pile->held);
        pile->next = b->piles;
        b->piles = pile;
    }
    pile->round = r->round;
    pile->reached = *r;
    pile->wanted = 0;
    for (size_t w = 0; w < b->workers; w++) pile->wanted += b->there[w] <= r->round;
    return pile;
}

/* Those of count models that are there, by the entries; how many they are. */
static size_t models_there(const dt_board *b, dt_vec *const *held) {
    size_t count = 0;
    for (size_t w = 0; w < b->workers; w++)
        if (held[w] != NULL) b->models[count++] = held[w]->x;
    return count;
}

static void models_mean(const dt_board *b, size_t count, dt_vec *mean) {
    for (size_t i = 0; mean->x != NULL && i < mean->n; i++) {
        double sum = 0;
        for (size_t w = 0; w < count; w++) sum += b->models[w][i];
        mean->x[i] = (float)(sum / (double)count);
    }
}

/* The mean of the scores of count models. */
static dt_score models_score(const dt_board *b, size_t count) {
    dt_score mean = { 0, 0 };
    for (size_t w = 0; w < count; w++) {
        dt_score score = dt_learning_score(b->learning, b->models[w], b->run);
        mean.loss += score.loss / (double)count;
        mean.accuracy += score.accuracy / (double)count;
    }
    return mean;
}

/* Mark models [workers], of which some may be NULL: their mean, or each by itself. */
static dt_status models_mark(dt_board *b, dt_vec *const *held, const dt_reached *r, bool *stop) {
    dt_reached whole = *r;
    size_t count = models_there(b, held);
    dt_vec *mean = dt_vec_take(b->learning->vectors);
    models_mean(b, count, mean);
    dt_inputs in = { count, mean->n, b->models, NULL };
    if (mean->x != NULL) whole.spread = dt_aggregate_spread(&in, mean->x);
    whole.updates = (long)count;
    dt_status status;
    if (b->judged == DT_JUDGED_EACH) {
        b->score = models_score(b, count);
        status = dt_board_mark(b, NULL, b->score, &whole, stop);
    } else {
        status = dt_board_mark(b, mean->x, dt_board_score(b, mean->x, r->round), &whole, stop);
    }
    dt_vec_drop(mean);
    return status;
}

static void pile_empty(dt_pile *pile, size_t workers) {
    for (size_t w = 0; w < workers; w++) {
        dt_vec_drop(pile->held[w]);
        pile->held[w] = NULL;
    }
    pile->count = 0;
}

/* The run ends now, whatever round each is in: rounds that not all have finished are not marked any more. */
static void board_close(dt_board *b) {
    b->closed = true;
    for (dt_pile *p = b->piles; p != NULL; p = p->next) pile_empty(p, b->workers);
}

/* All have come.  Some may be rounds ahead by now; the run ends with the round after theirs, or with those that they are in. */
static dt_status board_mark_pile(dt_board *b, dt_pile *pile) {
    bool stop = false;
    dt_status status = models_mark(b, pile->held, &pile->reached, &stop);
    pile_empty(pile, b->workers);
    if (stop && b->judged == DT_JUDGED_EACH) board_close(b);
    else if (stop && b->last == LONG_MAX) b->last = b->farthest + 1;
    return status;
}

/* Mark what is whole, in the order of rounds. */
static dt_status board_mark_piles(dt_board *b) {
    for (;;) {
        dt_pile *first = NULL;
        for (dt_pile *p = b->piles; p != NULL; p = p->next)
            if (p->count > 0 && (first == NULL || p->round < first->round)) first = p;
        if (first == NULL || first->count < first->wanted) return DT_OK;
        DT_TRY(board_mark_pile(b, first));
    }
}

dt_status dt_board_pile(dt_board *b, long rank, dt_vec *x, const dt_reached *r) {
    dt_pile *pile = board_find_pile(b, r->round);
    if (r->round > b->farthest) b->farthest = r->round;
    if (r->round > b->decided) {
        dt_board_decide(b, r->round);
        if (dt_board_over(b, r) && r->round < b->last) b->last = r->round;
        if (dt_board_plan(b, r, r->round == b->last)) pile = board_new_pile(b, r);
    }
    if (pile == NULL) return DT_OK;
    pile->held[rank] = dt_vec_keep(x);
    pile->count++;
    return board_mark_piles(b);
}

dt_status dt_board_leave(dt_board *b, long rank) {
    long there = b->there[rank];
    b->there[rank] = LONG_MAX;
    for (dt_pile *p = b->piles; p != NULL; p = p->next) {
        if (p->count == 0 || p->held[rank] != NULL || p->round < there) continue;
        p->wanted--;
    }
    return board_mark_piles(b);
}

void dt_board_join(dt_board *b, long rank, long round) {
    b->there[rank] = round;
    for (dt_pile *p = b->piles; p != NULL; p = p->next)
        if (p->count > 0 && p->held[rank] == NULL && p->round >= round) p->wanted++;
}

/* ---- where each worker's own model is judged ------------------------------------------------ */

void dt_board_begin_each(dt_board *b, dt_vec *x) {
    b->newest = dt_arena_take(b->run, b->workers, sizeof *b->newest);
    for (size_t w = 0; w < b->workers; w++) b->newest[w].x = dt_vec_keep(x);
}

/* Mark the newest model of everybody who is there, whatever round each is in; step and round are the means of theirs. */
static dt_status board_mark_newest(dt_board *b, const dt_reached *r, bool *stop) {
    double step = 0, round = 0, count = 0;
    for (size_t w = 0; w < b->workers; w++) {
        bool there = b->there[w] != LONG_MAX;
        b->held[w] = there ? b->newest[w].x : NULL;
        if (!there) continue;
        step += (double)b->newest[w].step;
        round += (double)b->newest[w].round;
        count++;
    }
    dt_reached all = *r;
    all.step = lround(step / count);
    all.round = lround(round / count);
    return models_mark(b, b->held, &all, stop);
}

static dt_status board_own_bring(dt_board *b, long rank, dt_vec *x, const dt_reached *r) {
    dt_pile *pile = board_find_pile(b, r->round);
    bool last = dt_board_counted(b, r->round, r->step), stop = false;
    if (last && r->round < b->last) b->last = r->round;
    if (pile == NULL && r->round > b->farthest) {
        if (last || dt_board_round_due(b, r->step, r->round)) pile = dt_board_plan(b, r, true) ? board_new_pile(b, r) : NULL;
        else if (dt_board_plan(b, r, false)) DT_TRY(board_mark_newest(b, r, &stop));
        b->farthest = r->round;
    }
    if (stop) board_close(b);
    if (pile == NULL || b->closed) return DT_OK;
    pile->held[rank] = dt_vec_keep(x);
    pile->count++;
    return board_mark_piles(b);
}

dt_status dt_board_own(dt_board *b, long rank, dt_vec *x, const dt_reached *r) {
    dt_newest *mine = &b->newest[rank];
    bool stop;
    dt_vec_drop(mine->x);
    *mine = (dt_newest){ dt_vec_keep(x), r->step, r->round };
    if (r->round > b->decided) dt_board_decide(b, r->round);
    if (b->closed) return DT_OK;
    if (dt_board_counted(b, r->round, r->step) || !dt_board_over(b, r)) return board_own_bring(b, rank, x, r);
    board_close(b);
    dt_board_plan(b, r, true);
    return board_mark_newest(b, r, &stop);
}
