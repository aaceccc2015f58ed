/* qgm.c - decentralised SGD with momentum: quasi-global (QG-DSGDm), local (DSGDm), or none (DSGD).  Every worker takes a
 * step and mixes the result with those of its neighbours in a graph: x_i = sum_j W_ij (x_j - rate step_j).
 * When to use it: uneven data, where a worker's own gradients lead away from the optimum of all.  Local momentum adds them
 * up, so that the models end 1 / (1 - beta) times as far apart and as far off; quasi-global momentum follows the change of
 * the mixed model, in which the neighbours' gradients are, and is as fast with the error of a single step.  It sends what
 * DSGD sends.
 * What breaks it: rates tuned for another momentum.  At equal rates the ends differ by known factors: those of QG are
 * DSGD's, of QG with Nesterov's form those of a rate (1 + beta) times as large, and of local momentum 1 / (1 - beta) times.
 * The momentum divides a change of the model by the rate of its own round, so that a schedule does not rescale it.
 * Source: Lin, Karimireddy, Stich, Jaggi 2021, "Quasi-Global Momentum: Accelerating Decentralized Deep Learning on
 * Heterogeneous Data", ICML, arXiv:2102.04761, Algorithm 1; weight decay belongs to the gradient, as in the authors' code. */
#include "strategy/strategy.h"
#include <math.h>
#include <string.h>

enum { STEP, MOMENTUM };        /* vectors of a worker */

typedef struct qgm {
    double beta, mu;
    bool   nesterov;
    const char *momentum;
} qgm;

/* step = g becomes l = beta m + g, or g + beta l with Nesterov's form.  A local m becomes l before; a global one stays. */
static void qgm_look_ahead(const qgm *s, bool local, dt_vec *m, dt_vec *step) {
    if (local) {
        dt_vec_blend(m, s->beta, m, 1, step);                           /* m = beta m + g */
        if (s->nesterov) dt_vec_blend(step, 1, step, s->beta, m);
        else dt_vec_blend(step, 1, m, 0, NULL);
    } else {
        double past = s->nesterov ? s->beta * s->beta : s->beta;
        dt_vec_blend(step, s->nesterov ? 1 + s->beta : 1, step, past, m);
    }
}

/* m = mu m + (1 - mu) (x - next) / rate.  At a rate of 0 no worker has stepped, and m is as it was. */
static void qgm_remember(const qgm *s, dt_vec *m, const dt_vec *x, const dt_vec *next, double rate) {
    if (!(rate > 0)) return;
    dt_vec_blend(m, s->mu, m, (1 - s->mu) / rate, x);
    dt_vec_blend(m, 1, m, -(1 - s->mu) / rate, next);
}

static dt_status qgm_work(void *state, dt_worker *w) {
    const qgm *s = state;
    bool local = strcmp(s->momentum, "local") == 0, global = strcmp(s->momentum, "global") == 0;
    dt_worker_report(w, 0, 1);
    while (dt_worker_goes_on(w)) {
        dt_vec *step = dt_worker_vector(w, STEP), *next;
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, step));             /* [time] g_i */
        dt_worker_direction(w, step);
        double rate = dt_worker_rate(w);
        if (local || global) qgm_look_ahead(s, local, dt_worker_vector(w, MOMENTUM), step);
        dt_vec_blend(step, -rate, step, 1, w->x);
        DT_TRY(dt_worker_mix(w, &step, 1, &next));                      /* [time] x' = sum_j W_ij (x_j - rate step_j) */
        if (global) qgm_remember(s, dt_worker_vector(w, MOMENTUM), w->x, next, rate);
        dt_worker_replace(w, next);
        dt_worker_drop_vector(w, STEP);                                 /* the neighbours have it */
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

/* A recovered worker goes on with a neighbour's model, and without momentum. */
static dt_status qgm_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_catch_up(w);                                       /* [time] */
}

static dt_status qgm_fits(const void *state, const dt_config *scenario) {
    (void)state;
    DT_TRY(dt_direction_fit(scenario));
    return dt_mixing_lossless(scenario);
}

static const dt_param qgm_params[] = {
    DT_CHOICE_PARAM(qgm, momentum, "global", "global|local|none",
                    "what momentum follows: the change of the mixed model (QG-DSGDm), the worker's own gradients (DSGDm), or "
                    "nothing (DSGD)"),
    DT_REAL_PARAM(qgm, beta, 0.9, 0, 0.999999, "1", "share of the momentum in a step (beta)"),
    DT_REAL_PARAM(qgm, mu, 0.9, 0, 0.999999, "1", 
                  "share of the global momentum that a round keeps (mu); the rest is the change of the model in that round"),
    DT_BOOL_PARAM(qgm, nesterov, true, "look ahead along the momentum: QG-DSGDm-N, DSGDm-N"),
    { 0 }
};

static const dt_metric qgm_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_qgm = {
    .is = { "qgm", "Decentralised SGD whose momentum follows the mixed model (QG-DSGDm); also DSGDm and DSGD.",
            "Lin et al. 2021, Algorithm 1", qgm_params, sizeof(qgm) },
    .faults = "with faults: neighbours wait for a failed worker until faults.deadline and then mix without it, its weight "
              "staying with their own models; a recovered worker starts from a neighbour's model in the newest round, without "
              "momentum; neighbours that are rounds behind go on from there",
    .columns = qgm_columns, .mixes = true, .own_rounds = true, .judged = DT_JUDGED_MEAN,
    .fits = qgm_fits, .timeless = dt_role_timeless, .work = qgm_work, .rejoin = qgm_rejoin,
};
