/* localsgd.c - local SGD with periodic averaging (PASGD): a mean after every period steps.
 * Source: Wang, Joshi 2019, "Adaptive Communication Strategies", equation 3; Stich 2019. */
#include "strategy/strategy.h"

typedef struct localsgd {
    long period;
    bool reset_momentum;
} localsgd;

static dt_status localsgd_work(void *state, dt_worker *w) {
    const localsgd *s = state;
    double spread;
    while (dt_worker_goes_on(w)) {
        long tau = dt_monitor_steps(w->monitor, w->step, s->period);
        dt_worker_report(w, 0, (double)tau);
        DT_TRY(dt_worker_local(w, tau));            /* [time] tau steps on its own */
        DT_TRY(dt_worker_average(w, &spread));      /* [time] x = sum_i (n_i / n) x_i */
        if (s->reset_momentum) dt_worker_forget(w);
        DT_TRY(dt_worker_mark(w, spread));
    }
    return DT_OK;
}

static const dt_param localsgd_params[] = {
    DT_INT_PARAM(localsgd, period, 10, 1, 1e9, "steps between two means (tau)"),
    DT_BOOL_PARAM(localsgd, reset_momentum, false, "forget momentum at every mean"),
    { 0 }
};

static const dt_metric localsgd_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_localsgd = {
    .is = { "localsgd", "Local SGD: a mean of the models after every period steps (PASGD).", "Wang, Joshi 2019",
            localsgd_params, sizeof(localsgd) },
    .faults = DT_WAITS_AND_GOES_ON, .columns = localsgd_columns, .averages = true, .agrees = true, .work = localsgd_work,
};
