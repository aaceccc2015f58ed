/* board.c - decides when to mark and when to stop. */
#include "strategy/board.h"
#include "aggregate/aggregate.h"
#include <limits.h>
#include <math.h>
#include <string.h>

/* The models of one round, kept until the last worker has brought its own. */
typedef struct dt_pile {
    long            round;
    dt_reached      reached;    /* by the first to come */
    size_t          count, wanted;
    dt_vec        **held;       /* [workers] */
    const float   **x;          /* [count] their entries, once all have come */
    struct dt_pile *next;
} dt_pile;

static double board_epoch(const dt_board *b) { return b->samples / (double)b->learning->data->train.rows; }

static bool reached(double limit, double value) { return limit > 0 && value >= limit * (1 - 1e-12); }

static bool board_over(const dt_board *b, const dt_reached *r) {
    const dt_stop *s = &b->stop;
    return reached(s->steps, (double)r->step) || reached(s->rounds, (double)r->round) ||
           reached(s->seconds, dt_engine_now(b->engine)) || reached(s->epochs, board_epoch(b)) ||
           reached(s->bytes, dt_engine_bytes(b->engine));
}

/* Has value passed a multiple of every since before? */
static bool passed(double every, double before, double value) {
    return every > 0 && floor(value / every + 1e-9) > floor(before / every + 1e-9);
}

bool dt_board_due(const dt_board *b, long step, long round) {
    if (b->every.seconds > 0 || b->every.epochs > 0 || b->every.bytes > 0) return true;
    return passed(b->every.rounds, (double)b->planned.round, (double)round) ||
           passed(b->every.steps, (double)b->planned.step, (double)step);
}

/* Is a mark due here?  If so it is planned: nobody plans it again. */
static bool board_plan(dt_board *b, const dt_reached *r, bool over) {
    double now = dt_engine_now(b->engine);
    double epoch = board_epoch(b), bytes = dt_engine_bytes(b->engine);
    bool due = over || passed(b->every.seconds, b->planned.time_s, now) ||
               passed(b->every.epochs, b->planned.epoch, epoch) || passed(b->every.bytes, b->planned.bytes, bytes) ||
               passed(b->every.rounds, (double)b->planned.round, (double)r->round) ||
               passed(b->every.steps, (double)b->planned.step, (double)r->step);
    if (!due) return false;
    b->planned = (dt_mark){ .time_s = now, .step = r->step, .round = r->round, .epoch = epoch, .bytes = bytes };
    return true;
}

dt_score dt_board_score(dt_board *b, const float *x, long round) {
    if (b->scored != round) b->score = dt_learning_score(b->learning, x, b->run);
    b->scored = round;
    return b->score;
}

static dt_status board_mark(dt_board *b, const float *x, const dt_reached *r, bool *stop) {
    dt_score score = dt_board_score(b, x, r->round);
    dt_mark mark = { .time_s = dt_engine_now(b->engine), .step = r->step, .round = r->round,
                     .updates = r->updates, .epoch = board_epoch(b), .loss = score.loss, .accuracy = score.accuracy, .tau = r->tau,
                     .rate = r->rate, .bytes = dt_engine_bytes(b->engine), .spread = r->spread };
    if (b->keep != NULL && x != NULL) memcpy(b->keep, x, b->learning->model->n * sizeof *x);
    DT_TRY(b->write.call(b->write.owner, &mark, stop));
    if (b->learning->learn && !isfinite(score.loss))
        return dt_fail(DT_EDIVERGED, "the loss is %s after round %ld (step %ld, %g s simulated): a smaller rate may help",
                       isnan(score.loss) ? "not a number" : "infinite", r->round, r->step, mark.time_s);
    if (b->hook.call != NULL) DT_TRY(b->hook.call(b->hook.owner, &mark, stop));
    *stop |= (b->stop.loss > 0 && score.loss <= b->stop.loss) || (b->stop.accuracy > 0 && score.accuracy >= b->stop.accuracy);
    return DT_OK;
}

dt_status dt_board_open(dt_board *b, const float *x) {
    const dt_learning *l = b->learning;
    bool stop = false;
    b->last = b->scored = b->rated = -1;
    b->tau = NAN;
    b->there = dt_arena_take(b->run, b->workers, sizeof *b->there);
    b->passed = dt_arena_take(b->run, DT_PASSED, sizeof *b->passed);
    b->factor = dt_schedule_factor(l->schedule, &(dt_trained){ 0 });
    dt_reached start = { .tau = NAN, .rate = l->optimiser->rate * b->factor, .spread = NAN };
    DT_TRY(board_mark(b, x, &start, &stop));
    if (!stop) b->last = LONG_MAX;
    return DT_OK;
}

bool dt_board_goes_on(const dt_board *b, long round) { return round < b->last; }

long dt_board_steps(const dt_board *b, long step, long want) {
    if (b->stop.steps <= 0) return want;
    long left = (long)ceil(b->stop.steps) - step;
    return left < want ? (left < 1 ? 1 : left) : want;
}

/* The first to finish a round decides for all. */
static void board_decide(dt_board *b, long round) {
    b->decided = round;
    if (b->on_round != NULL) b->on_round(b->on_round_owner, round, dt_engine_now(b->engine));
}

dt_status dt_board_reach(dt_board *b, const float *x, const dt_reached *r) {
    if (r->round <= b->decided) return DT_OK;
    board_decide(b, r->round);
    bool over = board_over(b, r), stop = false;
    if (board_plan(b, r, over)) DT_TRY(board_mark(b, x, r, &stop));
    if (over || stop) b->last = r->round;
    return DT_OK;
}

void dt_board_merged(dt_board *b, long age, long updates) {
    if (age < 0) {
        b->unborn += updates;
        return;
    }
    size_t at = (size_t)age;
    if (at >= b->ages_room) {
        long *old = b->merged;
        b->ages_room = 2 * at + 8;
        b->merged = dt_arena_take(b->run, b->ages_room, sizeof *b->merged);
        if (old != NULL) memcpy(b->merged, old, b->ages * sizeof *old);
    }
    if (at >= b->ages) b->ages = at + 1;
    b->merged[at] += updates;
}

/* ---- the learning rate --------------------------------------------------------------------- */

/* Epochs when every worker has done so many steps. */
static double board_epochs_after(dt_board *b, long steps) {
    const dt_learning *l = b->learning;
    long slot = steps % DT_PASSED;
    double samples = 0;
    if (steps == 0) return 0;
    if (b->passed[slot].steps == steps) return b->passed[slot].epochs;
    for (size_t w = 0; w < b->workers; w++) samples += dt_learning_samples(l, w, steps);
    b->passed[slot].steps = steps;
    b->passed[slot].epochs = samples / (double)l->data->train.rows;
    return b->passed[slot].epochs;
}

double dt_board_factor(dt_board *b, long round, long step, bool hold) {
    const dt_schedule *schedule = b->learning->schedule;
    if (b->own_rounds)
        return dt_schedule_factor(schedule, &(dt_trained){ board_epochs_after(b, step), round, step });
    if (round <= b->rated) return b->factor;
    double factor = dt_schedule_factor(schedule, &(dt_trained){ board_epoch(b), round, step });
    b->rated = round;
    b->factor = hold ? fmax(b->factor, factor) : factor;
    return b->factor;
}

/* ---- models that differ -------------------------------------------------------------------- */

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
        pile->x = dt_arena_take(b->run, b->workers, sizeof *pile->x);
        pile->next = b->piles;
        b->piles = pile;
    }
    pile->round = r->round;
    pile->reached = *r;
    pile->wanted = 0;
    for (size_t w = 0; w < b->workers; w++) pile->wanted += b->there[w] <= r->round;
    return pile;
}

static void pile_mean(const dt_pile *pile, size_t workers, dt_vec *mean) {
    size_t count = 0;
    for (size_t w = 0; w < workers; w++)
        if (pile->held[w] != NULL) pile->x[count++] = pile->held[w]->x;
    for (size_t i = 0; mean->x != NULL && i < mean->n; i++) {
        double sum = 0;
        for (size_t w = 0; w < count; w++) sum += pile->x[w][i];
        mean->x[i] = (float)(sum / (double)count);
    }
}

/* All have come: mark the mean.  Some may be rounds ahead by now; the run ends with the round after theirs. */
static dt_status board_mark_pile(dt_board *b, dt_pile *pile) {
    bool stop = false;
    dt_reached whole = pile->reached;
    whole.updates = (long)pile->count;
    dt_vec *mean = dt_vec_take(b->learning->vectors);
    pile_mean(pile, b->workers, mean);
    dt_inputs in = { pile->count, mean->n, pile->x, NULL };
    if (mean->x != NULL) whole.spread = dt_aggregate_spread(&in, mean->x);
    dt_status status = board_mark(b, mean->x, &whole, &stop);
    dt_vec_drop(mean);
    for (size_t w = 0; w < b->workers; w++) {
        dt_vec_drop(pile->held[w]);
        pile->held[w] = NULL;
    }
    pile->count = 0;
    if (stop && b->last == LONG_MAX) b->last = b->farthest + 1;
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
        board_decide(b, r->round);
        if (board_over(b, r) && r->round < b->last) b->last = r->round;
        if (board_plan(b, r, r->round == b->last)) pile = board_new_pile(b, r);
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

void dt_board_join(dt_board *b, long rank, long round) { b->there[rank] = round; }
