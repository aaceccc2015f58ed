/* d2.c - D-squared: decentralised SGD that corrects each model by the worker's last step, so that uneven data leave no
 * error.
 * When to use it: uneven data, at the bytes of plain decentralised SGD; with whole batches all models converge to the
 * optimum of all.
 * What breaks it: graphs whose mixing matrix has an eigenvalue l at or below -1/3.  With rate r and curvature h the models' part
 * along it follows z^2 - l (2 - r h) z + l (1 - r h) = 0, of which a root is below -1 where l < -1 / (3 - 2 r h): below -1/3 they
 * diverge but for large r h; at -1/3, as rings of even length have it, h alone damps them, by about r h / 2 a step, and noise adds up
 * meanwhile.  The topology's lazy form (I + W) / 2 has none below 0.  Failures: the correction that a worker holds when it fails is missing from then on.
 * Where the paper writes x(t) - x(t-1) - rate (g(t) - g(t-1)), each gradient has the rate of its own step here, so that a
 * schedule leaves the mean of the models on the path of gradient descent.
 * Source: Tang, Lian, Yan, Zhang, Liu 2018, "D2: Decentralized Training over Decentralized Data", ICML, arXiv:1803.07068,
 * Algorithm 1. */
#include "strategy/strategy.h"
#include <math.h>

static dt_status d2_work(void *state, dt_worker *w) {
    size_t past = 0;            /* its vector of that number is x(t-1) - rate g(t-1), the other is free */
    (void)state;
    dt_worker_report(w, 0, 1);
    dt_vec_blend(dt_worker_vector(w, past), 1, w->x, 0, NULL);          /* so that the first step is a plain one */
    while (dt_worker_goes_on(w)) {
        dt_vec *step = dt_worker_vector(w, 1 - past), *mine = dt_worker_vector(w, past), *next;
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, step));             /* [time] */
        dt_worker_direction(w, step);
        dt_vec_blend(step, -dt_worker_rate(w), step, 1, w->x);          /* x(t) - rate g(t) */
        dt_vec_blend(mine, 1, w->x, -1, mine);
        dt_vec_blend(mine, 1, mine, 1, step);                           /* 2 x(t) - x(t-1) - rate (g(t) - g(t-1)) */
        DT_TRY(dt_worker_mix(w, &mine, 1, &next));                      /* [time] x_i(t+1) = sum_j W_ij of these */
        dt_worker_replace(w, next);
        dt_worker_drop_vector(w, past);                                 /* the neighbours have it */
        past = 1 - past;
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

/* A recovered worker goes on with a neighbour's model, and a plain step. */
static dt_status d2_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_catch_up(w);                                       /* [time] */
}

static dt_status d2_fits(const void *state, const dt_config *scenario) {
    (void)state;
    DT_TRY(dt_direction_fit(scenario));
    return dt_mixing_lossless(scenario);
}

static const dt_metric d2_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_d2 = {
    .is = { .name = "d2", .brief = "Decentralised SGD corrected by each worker's last step, without an error from uneven data.",
            .source = "Tang et al. 2018, Algorithm 1" },
    .faults = "with faults: neighbours wait for a failed worker until faults.deadline and then mix without it; the correction "
              "that it held is lost, so that the models end off the optimum; a recovered worker starts from a neighbour's model "
              "in the newest round, with a plain step",
    .columns = d2_columns, .mixes = true, .spectrum = -1.0 / 3, .own_rounds = true, .judged = DT_JUDGED_MEAN,
    .fits = d2_fits, .timeless = dt_role_timeless, .work = d2_work, .rejoin = d2_rejoin,
};
