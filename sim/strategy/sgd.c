/* sgd.c - synchronous data-parallel SGD: every step ends with a mean of all models.
 * With batch = 0 this is distributed gradient descent (DGD, tau = 1), which equals gradient descent exactly.
 * Source: Wang et al. 2018, "When Edge Meets Learning", section III; Goyal et al. 2017. */
#include "strategy/strategy.h"

static dt_status sgd_work(void *state, dt_worker *w) {
    (void)state;
    double spread;
    dt_worker_report(w, 0, 1);
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_local(w, 1));              /* [time] w_i = x - rate * g_i(x) */
        DT_TRY(dt_worker_average(w, &spread));      /* [time] x = sum_i (n_i / n) w_i */
        DT_TRY(dt_worker_mark(w, spread));
    }
    return DT_OK;
}

static const dt_metric sgd_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_sgd = {
    .is = { .name = "sgd", .brief = "Synchronous SGD: a mean after every step (batch_size = 0: gradient descent).",
            .source = "Wang et al. 2018, section III" },
    .faults = DT_WAITS_AND_GOES_ON, .columns = sgd_columns, .averages = true, .work = sgd_work,
};
