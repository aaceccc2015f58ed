/* localsgd.c - local SGD with periodic averaging (PASGD): an all-reduce of the models after every period steps.
 * When to use it: where an all-reduce takes as long as several steps.  It costs 1 / period of the messages of synchronous SGD and
 * waits for stragglers less often.
 * What breaks it: a long period with a high learning rate or non-IID samples; the models drift apart between two means, and
 * the loss stays higher at the end.
 * Source: Wang, Joshi 2019, "Adaptive Communication Strategies to Achieve the Best Error-Runtime Trade-off in Local-Update
 * SGD", arXiv:1810.08313, equation 3; Stich 2019, "Local SGD Converges Fast and Communicates Little", arXiv:1805.09767. */
#include "strategy/strategy.h"

typedef struct localsgd {
    long period;
    bool reset_momentum;
} localsgd;

static dt_status localsgd_work(void *state, dt_worker *w) {
    const localsgd *s = state;
    double consensus_distance;
    while (dt_worker_goes_on(w)) {
        long local_steps = dt_monitor_steps(w->monitor, w->step, s->period);
        dt_worker_report(w, 0, (double)local_steps);
        DT_TRY(dt_worker_local(w, local_steps));    /* [time] that many steps on its own */
        DT_TRY(dt_worker_average(w, &consensus_distance));      /* [time] x = sum_i (n_i / n) x_i */
        if (s->reset_momentum) dt_worker_forget(w);
        DT_TRY(dt_worker_mark(w, consensus_distance));
    }
    return DT_OK;
}

static const dt_param localsgd_params[] = {
    DT_INT_PARAM(localsgd, period, 10, 1, 1e9, "local steps between two means (tau): a longer period sends less, and lets the models drift apart"),
    DT_BOOL_PARAM(localsgd, reset_momentum, false, "set the momentum to 0 at every mean"),
    { 0 }
};

static const dt_metric localsgd_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_localsgd = {
    .is = { "localsgd", "Local SGD: an all-reduce of the models after every period steps (PASGD).", "Wang, Joshi 2019",
            localsgd_params, sizeof(localsgd) },
    .faults = DT_WAITS_AND_GOES_ON, .columns = localsgd_columns, .averages = true, .agrees = true, .timeless = dt_role_timeless, .work = localsgd_work,
};
