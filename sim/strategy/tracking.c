/* tracking.c - decentralised SGD with gradient tracking (DIGing): besides its model every worker mixes an estimate y of the
 * mean gradient of all, to which it adds the change of its own gradient, and steps along y.
 * When to use it: uneven data and exact optima: with whole batches all models converge to the optimum of all, with a
 * constant rate.
 * What breaks it: noise of small batches, which y adds up over the graph; twice the bytes of other decentralised SGD;
 * failures.
 * The estimates add up to the sum of the newest gradients as long as every worker is there.  What a worker holds of y when
 * it fails is missing from then on, and the models end off the optimum by it.
 * With a lossy compressor both vectors are public copies that follow by compressed differences, which keeps their sums.
 * Source: Nedic, Olshevsky, Shi 2017, "Achieving Geometric Convergence for Distributed Optimization over Time-Varying
 * Graphs", SIAM J. Optim. 27(4), arXiv:1607.03218, Algorithm 1; with stochastic gradients: Pu, Nedic 2021, "Distributed
 * Stochastic Gradient Tracking Methods", arXiv:1805.11454; compressed: Liao et al. 2022, "A Compressed Gradient Tracking
 * Method for Decentralized Optimization", arXiv:2103.13748. */
#include "strategy/strategy.h"
#include <math.h>

enum { TRACKED, GRADIENT };     /* vectors of a worker: y, and its newest gradient */

typedef struct tracking { double consensus_step; } tracking;

static dt_status tracking_work(void *state, dt_worker *w) {
    const tracking *s = state;
    dt_worker_report(w, 0, 1);
    while (dt_worker_goes_on(w)) {
        dt_vec *y = dt_worker_vector(w, TRACKED), *g = dt_worker_vector(w, GRADIENT), *mixed[2];
        dt_vec_blend(y, 1, y, -1, g);
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));                /* [time] */
        dt_worker_direction(w, g);
        dt_vec_blend(y, 1, y, 1, g);                                    /* y_i = sum_j W_ij y_j + g_i - its gradient before */
        double rate = dt_worker_rate(w);
        DT_TRY(dt_worker_publish(w, (dt_vec *[]){ w->x, y }, 2));       /* [time] */
        DT_TRY(dt_worker_collect(w, s->consensus_step, (dt_vec *[]){ w->x, y }, 2, mixed));     /* [time] */
        dt_vec_blend(mixed[0], 1, mixed[0], -rate, y);                  /* x_i = sum_j W_ij x_j - rate y_i */
        dt_worker_replace(w, mixed[0]);
        dt_vec_blend(dt_worker_vector(w, TRACKED), 1, mixed[1], 0, NULL);
        dt_vec_drop(mixed[1]);
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

/* A recovered worker goes on with a neighbour's model, and with its own gradient as y. */
static dt_status tracking_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_catch_up(w);                                       /* [time] */
}

static dt_status tracking_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_direction_fit(scenario);
}

static const dt_param tracking_params[] = {
    DT_REAL_PARAM(tracking, consensus_step, 1, 0, 1, "1",
                  "how far a worker moves towards the mean of its neighbours; strong compression allows less (consensus step size)"),
    { 0 }
};

static const dt_metric tracking_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_tracking = {
    .is = { "tracking", "Decentralised SGD along an estimate of the mean gradient that workers mix as well (gradient tracking).",
            "Nedic, Olshevsky, Shi 2017, Algorithm 1", tracking_params, sizeof(tracking) },
    .faults = "with faults: neighbours wait for a failed worker until faults.deadline and then mix without it; its part of the "
              "tracked gradient is lost, so that the models end off the optimum; a recovered worker starts from a neighbour's "
              "model in the newest round, with its own gradient",
    .columns = tracking_columns, .mixes = true, .bundle = 2, .own_rounds = true, .judged = DT_JUDGED_MEAN,
    .fits = tracking_fits, .timeless = dt_role_timeless, .work = tracking_work, .rejoin = tracking_rejoin,
};
