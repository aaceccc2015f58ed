/* monitor.c - decides when to evaluate and when the run ends, and writes evaluations. */
#include "role/marking.h"
#include <assert.h>
#include <limits.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

static double monitor_epoch(const dt_monitor *b) { return b->samples / dt_learning_rows(b->learning); }

/* True if there is a multiple of every between before and value. */
static bool passed(double every, double before, double value) {
    return every > 0 && floor(value / every + 1e-9) > floor(before / every + 1e-9);
}

bool dt_monitor_round_due(const dt_monitor *b, long step, long round) {
    return passed(b->every.rounds, (double)b->planned.round, (double)round) ||
           passed(b->every.steps, (double)b->planned.step, (double)step);
}

bool dt_monitor_due(const dt_monitor *b, long step, long round) {
    return b->every.seconds > 0 || b->every.epochs > 0 || b->every.bytes > 0 || dt_monitor_round_due(b, step, round);
}

dt_mark dt_monitor_here(const dt_monitor *b) {
    return (dt_mark){ .time_s = dt_engine_now(b->engine), .epoch = monitor_epoch(b), .bytes = dt_engine_bytes(b->engine) };
}

bool dt_monitor_plan(dt_monitor *b, const dt_reached *r, bool over) {
    dt_mark here = dt_monitor_here(b);
    bool due = over || passed(b->every.seconds, b->planned.time_s, here.time_s) ||
               passed(b->every.epochs, b->planned.epoch, here.epoch) || passed(b->every.bytes, b->planned.bytes, here.bytes) ||
               dt_monitor_round_due(b, r->step, r->round);
    if (!due) return false;
    here.step = r->step > b->planned.step ? r->step : b->planned.step;
    here.round = r->round > b->planned.round ? r->round : b->planned.round;
    b->planned = here;
    return true;
}

dt_score dt_monitor_score(dt_monitor *b, const float *x, long round) {
    if (b->scored != round) b->score = dt_learning_score(b->learning, x, b->run);
    b->scored = round;
    return b->score;
}

/* The evaluation is written even if it then makes the run fail. */
static dt_status monitor_show(dt_monitor *b, dt_mark *mark, bool *stop) {
    if (dt_learning_knows(b->learning) && !isfinite(mark->loss))
        return dt_fail(DT_EDIVERGED, "the loss is %s after round %ld (step %ld, %g s simulated): a smaller learning rate may help",
                       isnan(mark->loss) ? "not a number" : "infinite", mark->round, mark->step, mark->time_s);
    return b->hook.call != NULL ? b->hook.call(b->hook.owner, &b->columns, mark, stop) : DT_OK;
}

/* The model that each worker's own rows are evaluated with: the common one, its own, or its site's. */
static void monitor_models(const dt_monitor *b, const dt_judging *j) {
    const dt_models *m = b->models;
    for (size_t w = 0; w < b->workers; w++) {
        const dt_vec *own = j->each == NULL ? NULL : j->each[m->of == NULL ? w : m->of[w]];
        m->own_x[w] = j->each == NULL ? j->x : own == NULL ? NULL : own->x;
    }
}

/* How the accuracies of count workers are distributed: percentiles; their standard deviation (Li et al. 2020, "Fair Resource
 * Allocation in Federated Learning", section 4); and Jain's index (Jain, Chiu, Hawe 1984). */
static void monitor_distribution(double *accuracy, size_t count, dt_mark *mark) {
    double mean = gsl_stats_mean(accuracy, 1, count), squares = gsl_stats_tss_m(accuracy, 1, count, 0);
    gsl_sort(accuracy, 1, count);
    mark->own_least = accuracy[0];
    mark->own_p10 = gsl_stats_quantile_from_sorted_data(accuracy, 1, count, 0.1);
    mark->own_median = gsl_stats_quantile_from_sorted_data(accuracy, 1, count, 0.5);
    mark->own_p90 = gsl_stats_quantile_from_sorted_data(accuracy, 1, count, 0.9);
    mark->own_deviation = gsl_stats_sd_with_fixed_mean(accuracy, 1, count, mean);
    mark->own_fairness = squares > 0 ? (double)count * mean * mean / squares : NAN;
}

/* Each worker that has own rows and a model counts once. */
static void monitor_own(const dt_monitor *b, dt_mark *mark) {
    const dt_models *m = b->models;
    const size_t *start = b->learning->shards->own_start;
    double loss = 0, accuracy = 0;
    size_t count = 0;
    mark->own_loss = mark->own_accuracy = mark->own_least = mark->own_p10 = mark->own_median = mark->own_p90 = mark->own_deviation
        = mark->own_fairness = NAN;
    if (start == NULL) return;
    dt_learning_score_own(b->learning, m->own_x, m->own, b->run);
    for (size_t w = 0; w < b->workers; w++) {
        if (start[w + 1] == start[w] || m->own_x[w] == NULL) continue;
        loss += m->own[w].loss;
        accuracy += m->own[w].accuracy;
        m->sorted[count++] = m->own[w].accuracy;
    }
    if (count == 0) return;
    mark->own_loss = loss / (double)count;
    mark->own_accuracy = accuracy / (double)count;
    if (isfinite(accuracy)) monitor_distribution(m->sorted, count, mark);
}

static void monitor_scores(const dt_monitor *b, const dt_judging *j, const dt_mark *mark) {
    const dt_models *m = b->models;
    for (size_t w = 0; b->write.score != NULL && w < b->workers; w++) {
        if (m->own_x[w] == NULL && b->learning->learn) continue;
        dt_score all = j->of_each == NULL ? j->score : j->of_each[m->of == NULL ? w : m->of[w]];
        double value[] = { all.loss, all.accuracy, m->own[w].loss, m->own[w].accuracy };
        dt_tape_pass(b->learning->tape, DT_TAPE_MONITOR, DT_TAPE_SCORES, (long)w, value, sizeof value / sizeof *value);
        b->write.score(b->write.owner, mark, w, (dt_score){ value[0], value[1] }, (dt_score){ value[2], value[3] });
    }
}

/* What an evaluation says of the numbers of the training is on the tape, beside what must be equal in all runs that share it. */
static void monitor_tape(const dt_monitor *b, dt_mark *mark) {
    double *const of[] = { &mark->loss, &mark->accuracy, &mark->loss_each, &mark->accuracy_each, &mark->consensus_distance,
                           &mark->own_loss, &mark->own_accuracy, &mark->own_least, &mark->own_p10, &mark->own_median, &mark->own_p90,
                           &mark->own_deviation, &mark->own_fairness };
    enum { OF = sizeof of / sizeof *of };
    const double same[] = { (double)mark->step, (double)mark->updates, mark->rate };
    double value[OF];
    for (size_t i = 0; i < OF; i++) value[i] = *of[i];
    dt_tape_check(b->learning->tape, DT_TAPE_MONITOR, DT_TAPE_EVALUATION, mark->round, same, sizeof same / sizeof *same);
    dt_tape_pass(b->learning->tape, DT_TAPE_MONITOR, DT_TAPE_EVALUATION, mark->round, value, OF);
    dt_tape_pass(b->learning->tape, DT_TAPE_MONITOR, DT_TAPE_EVALUATION, mark->round, mark->more, b->reports);
    for (size_t i = 0; i < OF; i++) *of[i] = value[i];
}

dt_status dt_monitor_mark(dt_monitor *b, const dt_judging *j, const dt_reached *r, const dt_mark *here, bool *stop) {
    dt_mark mark = { .time_s = here->time_s, .step = r->step, .round = r->round, .updates = r->updates, .epoch = here->epoch,
                     .loss = j->score.loss, .accuracy = j->score.accuracy, .rate = r->rate, .bytes = here->bytes, .consensus_distance = r->consensus_distance };
    mark.loss_each = j->apart == NULL ? mark.loss : j->apart->loss;
    mark.accuracy_each = j->apart == NULL ? mark.accuracy : j->apart->accuracy;
    for (size_t i = 0; i < DT_MORE; i++)
        mark.more[i] = i >= b->reports ? NAN : r->report != NULL ? r->report[i] : b->report[i];
    if (b->keep != NULL && j->x != NULL) memcpy(b->keep, j->x, b->learning->model->n * sizeof *j->x);
    monitor_models(b, j);
    monitor_own(b, &mark);
    monitor_tape(b, &mark);
    dt_status status = monitor_show(b, &mark, stop);
    DT_TRY(b->write.mark(b->write.owner, &mark, stop));
    monitor_scores(b, j, &mark);
    DT_TRY(status);
    return dt_monitor_limited(b, &mark, stop);
}

void dt_monitor_report(dt_monitor *b, size_t column, double value) {
    assert(column < b->reports && "a strategy declares its columns");
    b->report[column] = value;
}

void dt_monitor_row(dt_monitor *b, size_t table, const dt_cell *row) {
    if (b->write.row != NULL) b->write.row(b->write.owner, table, row);
}

dt_status dt_monitor_open(dt_monitor *b, const float *x) {
    const dt_learning *l = b->learning;
    bool stop = false;
    b->last = b->scored = b->rated = -1;
    for (size_t i = 0; i < DT_MORE; i++) b->report[i] = i < b->reports && i + b->zeros >= b->reports ? 0 : NAN;
    dt_monitor_limits(b);
    b->passed = dt_arena_take(b->run, DT_PASSED, sizeof *b->passed);
    b->factor = dt_schedule_factor(l->schedule, &(dt_trained){ 0 });
    dt_reached start = { .rate = l->optimiser->lr * b->factor, .consensus_distance = NAN };
    dt_mark here = dt_monitor_here(b);
    if (b->judged != DT_JUDGED_NOTHING)
        DT_TRY(dt_monitor_mark(b, &(dt_judging){ .x = x, .score = dt_monitor_score(b, x, 0) }, &start, &here, &stop));
    if (!stop) b->last = LONG_MAX;
    return DT_OK;
}

bool dt_monitor_goes_on(const dt_monitor *b, long round, long step) {
    return round < b->last && !b->models->closed && !dt_monitor_counted(b, round, step);
}

long dt_monitor_steps(const dt_monitor *b, long step, long want) {
    if (b->stop.steps <= 0) return want;
    long left = (long)ceil(b->stop.steps) - step;
    return left < want ? (left < 1 ? 1 : left) : want;
}

void dt_monitor_decide(dt_monitor *b, const dt_reached *r) {
    b->decided = r->round;
    b->newest = *r;
    b->newest.report = NULL;
    b->newest_here = dt_monitor_here(b);
    if (b->on_round != NULL) b->on_round(b->on_round_owner, r->round, dt_engine_now(b->engine));
}

dt_status dt_monitor_reach(dt_monitor *b, const float *x, const dt_reached *r) {
    if (r->round <= b->decided) return DT_OK;
    dt_monitor_spend(b);
    if (r->round <= b->decided) return DT_OK;
    dt_monitor_decide(b, r);
    bool over = dt_monitor_over(b, r), stop = false;
    dt_mark here = dt_monitor_here(b);
    if (b->judged != DT_JUDGED_NOTHING && dt_monitor_plan(b, r, over))
        DT_TRY(dt_monitor_mark(b, &(dt_judging){ .x = x, .score = dt_monitor_score(b, x, r->round) }, r, &here, &stop));
    if (over || stop) b->last = r->round;
    return DT_OK;
}

dt_status dt_monitor_unended(dt_monitor *b, const float *x) {
    bool stop = false;
    if (x == NULL) return DT_OK;
    return dt_monitor_mark(b, &(dt_judging){ .x = x, .score = dt_monitor_score(b, x, b->newest.round) }, &b->newest, &b->newest_here, &stop);
}

void dt_monitor_merged(dt_monitor *b, long age, long updates) {
    dt_ages_add(&b->ages, dt_engine_now(b->engine), age, updates, b->run);
}

/* ---- the learning rate --------------------------------------------------------------------- */

/* The epochs that all workers together have gone through when each has taken so many steps. */
static double monitor_epochs_after(dt_monitor *b, long steps) {
    const dt_learning *l = b->learning;
    long slot = steps % DT_PASSED;
    double samples = 0;
    if (steps == 0) return 0;
    if (b->passed[slot].steps == steps) return b->passed[slot].epochs;
    for (size_t w = 0; w < b->workers; w++) samples += dt_learning_samples(l, w, steps);
    b->passed[slot].steps = steps;
    b->passed[slot].epochs = samples / dt_learning_rows(l);
    return b->passed[slot].epochs;
}

double dt_monitor_factor(dt_monitor *b, long round, long step, bool hold) {
    const dt_schedule *schedule = b->learning->schedule;
    if (b->own_rounds)
        return dt_schedule_factor(schedule, &(dt_trained){ monitor_epochs_after(b, step), round, step });
    if (round <= b->rated) return b->factor;
    double factor = dt_schedule_factor(schedule, &(dt_trained){ monitor_epoch(b), round, step });
    b->rated = round;
    b->factor = hold ? fmax(b->factor, factor) : factor;
    return b->factor;
}
