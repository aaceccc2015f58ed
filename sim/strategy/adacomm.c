/* adacomm.c - AdaComm: local SGD whose period, the number of local steps, shrinks as the loss falls.
 * When to use it: on slow links, where a long period makes fast progress at first but leaves a higher loss at the end; it
 * begins with the long period and ends as synchronous SGD.
 * What breaks it: a loss that does not fall (the period then shrinks by gamma alone), and data so uneven that long periods
 * make no progress at first.  An interval may end inside a period; the period changes at the next mean.
 * Block momentum with a period that does not change is SlowMo with alpha = 1 (Wang et al. 2020, arXiv:1910.00643, Algorithm 1).
 * Source: Wang, Joshi 2019, "Adaptive Communication Strategies to Achieve the Best Error-Runtime Trade-off in Local-Update
 * SGD", arXiv:1810.08313, section 4; block momentum: section 5.3. */
#include "strategy/strategy.h"
#include <math.h>
#include <string.h>

typedef struct adacomm {
    long period;                    /* tau_0, the first period */
    double interval, gamma, block_momentum;  /* T_0 in s; shrink factor; beta_g of block momentum */
    bool scale_by_lr, hold_lr;
    const char *estimate;
    /* The controller, shared by all workers: written by the first to finish a round. */
    long tau;
    double loss0, rate0, until_s;
    dt_vec *u, *agreed;
} adacomm;

/* The period for the next interval: ceil(sqrt(ratio) * tau_0), or gamma * tau if that is not less than tau.
 * ratio is F_l / F_0, times eta_0 / eta_l if the learning rate counts too. */
static long adacomm_period(const adacomm *a, double ratio) {
    long candidate = (long)fmax(1, ceil(sqrt(ratio) * (double)a->period - 1e-9));
    if (candidate < a->tau) return candidate;
    return (long)fmax(1, ceil(a->gamma * (double)a->tau - 1e-9));
}

static double adacomm_loss(const adacomm *a, dt_worker *w) {
    return strcmp(a->estimate, "batch") == 0 ? w->loss : dt_worker_score(w, w->round).loss;
}

/* The first worker calls this after the first mean after the end of an interval. */
static void adacomm_adapt(adacomm *a, dt_worker *w) {
    double now = dt_worker_now(w);
    if (now < a->until_s) return;
    a->until_s = a->interval * (floor(now / a->interval + 1e-12) + 1);
    double ratio = adacomm_loss(a, w) / a->loss0;
    if (a->scale_by_lr) ratio *= a->rate0 / dt_worker_rate(w);
    if (isfinite(ratio)) a->tau = adacomm_period(a, ratio);
}

/* Block momentum: G = (x_start - mean) / rate, u = beta u + G, x = x_start - rate u; x_start is the last common model.
 * With a learning rate of 0 no worker has moved, and G is 0. */
static void adacomm_block(adacomm *a, dt_worker *w) {
    double rate = dt_worker_rate(w);
    dt_vec *next = dt_vec_take(w->learning->vectors);
    if (a->u == NULL) a->u = dt_vec_zero(w->learning->vectors);
    dt_vec_blend(next, 1, a->agreed, -1, w->x);
    dt_vec_blend(a->u, a->block_momentum, a->u, rate > 0 ? 1 / rate : 0, next);
    dt_vec_blend(next, 1, a->agreed, -rate, a->u);
    dt_vec_drop(a->agreed);
    a->agreed = next;
}

static void adacomm_begin(adacomm *a, dt_worker *w) {
    if (a->tau != 0) return;
    a->tau = a->period;
    a->until_s = a->interval;
    a->loss0 = dt_worker_score(w, 0).loss;
    a->rate0 = dt_worker_rate(w);
    if (a->block_momentum > 0) a->agreed = dt_vec_keep(w->x);
}

static dt_status adacomm_work(void *state, dt_worker *w) {
    adacomm *a = state;
    adacomm_begin(a, w);
    while (dt_worker_goes_on(w)) {
        double consensus_distance;
        long local_steps = dt_monitor_steps(w->monitor, w->step, a->tau);
        dt_worker_report(w, 0, (double)local_steps);
        w->hold_rate = a->hold_lr && a->tau > 1;        /* a decay of the learning rate waits until tau is 1 */
        DT_TRY(dt_worker_local(w, local_steps));        /* [time] tau steps on its own */
        DT_TRY(dt_worker_average(w, &consensus_distance));          /* [time] x = sum_i (n_i / n) x_i */
        bool first = dt_worker_first(w);                /* the first to end a round acts for all */
        if (a->block_momentum > 0) {
            if (first) adacomm_block(a, w);
            dt_worker_adopt(w, a->agreed);
        }
        dt_worker_forget(w);                            /* local momentum begins anew */
        DT_TRY(dt_worker_mark(w, consensus_distance));
        if (first) adacomm_adapt(a, w);
    }
    return DT_OK;
}

static const dt_param adacomm_params[] = {
    DT_INT_PARAM(adacomm, period, 20, 1, 1e9, "local steps between two means at the beginning (tau_0)"),
    DT_REAL_PARAM(adacomm, interval, 60, 1e-9, 1e12, "s", "simulated time between two changes of the period (T_0)"),
    DT_REAL_PARAM(adacomm, gamma, 0.5, 1e-3, 1, "1", "factor by which the period shrinks if the loss alone would not shrink it"),
    DT_BOOL_PARAM(adacomm, scale_by_lr, false, "let a falling learning rate lengthen the period: eta_0 / eta_l under the root, too"),
    DT_BOOL_PARAM(adacomm, hold_lr, true, "keep the learning rate from falling while the period is above 1"),
    DT_REAL_PARAM(adacomm, block_momentum, 0, 0, 0.999, "1", "block momentum (beta_g): momentum of the common model from mean to mean; 0: none"),
    DT_CHOICE_PARAM(adacomm, estimate, "model", "model|batch", "whose loss the period follows: that of the mean model, or that of the batches"),
    { 0 }
};

static const dt_metric adacomm_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_adacomm = {
    .is = { "adacomm", "Local SGD whose period shrinks as the loss falls (AdaComm).", "Wang, Joshi 2019, section 4",
            adacomm_params, sizeof(adacomm) },
    .faults = DT_WAITS_AND_GOES_ON, .columns = adacomm_columns, .averages = true, .agrees = true, .work = adacomm_work,
};
