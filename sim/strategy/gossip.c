/* gossip.c - decentralised SGD: every worker mixes its model with those of its neighbours in a graph; there is no server and no
 * all-reduce.
 * When to use it: links with a high latency or a server that would be a bottleneck; a worker waits for its neighbours alone.
 * What breaks it: a sparse graph of many workers with non-IID samples, whose models stay far apart (consensus_distance).
 * The three forms, with the rows W_i of the mixing matrix and the public copies c_j that neighbours have of the models:
 *   combine     x_i = sum_j W_ij x_j - rate g_i(x_i): models travel while gradients are computed.
 *               Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", arXiv:1705.09056,
 *               Algorithm 1 (D-PSGD); with a lossy compressor Koloskova et al. 2019 (CHOCO-SGD), arXiv:1902.00340, Algorithm 2.
 *   adapt       x_i = sum_j W_ij (x_j - rate g_j(x_j)): models travel after the step (Decen-32 of BAGUA).
 *               Source: Lian et al. 2017, section 3; with a lossy compressor Koloskova et al. 2020, "Decentralized Deep Learning
 *               with Arbitrary Communication Compression", arXiv:1907.09356, Algorithm 1.
 *   difference  z_i = sum_j W_ij x_j - rate g_i(x_i);  x_i = x_i + C(z_i - x_i): a model changes by nothing but what its
 *               neighbours have been sent, so that their copies are the model itself (Decen-8 of BAGUA).
 *               Source: Tang et al. 2018, "Communication Compression for Decentralized Training", arXiv:1803.06443, Algorithm 1
 *               (DCD-PSGD).
 * With a lossy compressor the copies of combine and adapt follow the models by compressed differences, and never reach them: what is
 * left out is made up for in later rounds.  In difference it is lost, and needs a compressor whose error is small against the
 * difference, such as quantising to 8 bits; without one the form is combine, whose messages travel after the step
 * (on a graph that changes, along that of the round before, in which they were sent). */
#include "strategy/strategy.h"
#include <math.h>
#include <string.h>

typedef struct gossip { double consensus_step; const char *form; } gossip;

/* x_i to the neighbours, while computing. */
static dt_status gossip_combine(const gossip *s, dt_worker *w) {
    dt_vec *mixed;
    DT_TRY(dt_worker_publish(w, &w->x, 1));         /* [time] */
    DT_TRY(dt_worker_local(w, 1));                  /* [time] x_i - rate * g(x_i) */
    DT_TRY(dt_worker_collect(w, s->consensus_step, &w->x, 1, &mixed));      /* [time] */
    dt_worker_replace(w, mixed);                    /* x_i = sum_j W_ij x_j - rate * g(x_i) */
    return DT_OK;
}

static dt_status gossip_adapt(const gossip *s, dt_worker *w) {
    dt_vec *mixed;
    DT_TRY(dt_worker_local(w, 1));                  /* [time] x_i - rate * g(x_i) */
    DT_TRY(dt_worker_publish(w, &w->x, 1));         /* [time] */
    DT_TRY(dt_worker_collect(w, s->consensus_step, &w->x, 1, &mixed));      /* [time] */
    dt_worker_replace(w, mixed);
    return DT_OK;
}

/* Between rounds x = base, which is the neighbours' copy, too, and vector 0 is sum_j W_ij x_j. */
static dt_status gossip_difference(const gossip *s, dt_worker *w) {
    dt_vec *mean = dt_worker_vector(w, 0), *mixed;
    DT_TRY(dt_worker_local(w, 1));                  /* [time] base - rate * g(base) */
    dt_vec *next = dt_vec_take(w->learning->vectors);
    dt_vec_blend(next, 1, w->x, -1, w->base);
    dt_vec_blend(next, 1, next, 1, mean);
    dt_worker_replace(w, next);                     /* z = sum_j W_ij x_j - rate * g */
    DT_TRY(dt_worker_publish(w, &w->x, 1));         /* [time] base moves on by C(z - base) */
    DT_TRY(dt_worker_collect(w, s->consensus_step, &w->base, 1, &mixed));   /* [time] */
    dt_vec_blend(mean, 1, mixed, 0, NULL);
    dt_vec_drop(mixed);
    dt_worker_adopt(w, w->base);
    return DT_OK;
}

static dt_status gossip_round(const gossip *s, dt_worker *w) {
    if (strcmp(s->form, "adapt") == 0) return gossip_adapt(s, w);
    return strcmp(s->form, "difference") == 0 ? gossip_difference(s, w) : gossip_combine(s, w);
}

static dt_status gossip_work(void *state, dt_worker *w) {
    const gossip *s = state;
    dt_worker_report(w, 0, 1);
    if (strcmp(s->form, "difference") == 0) dt_vec_blend(dt_worker_vector(w, 0), 1, w->x, 0, NULL);     /* of models that begin alike */
    while (dt_worker_goes_on(w)) {
        DT_TRY(gossip_round(s, w));
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

/* A recovered worker goes on with a neighbour's model. */
static dt_status gossip_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_catch_up(w);                   /* [time] */
}

static const dt_param gossip_params[] = {
    DT_REAL_PARAM(gossip, consensus_step, 1, 0, 1, "1", "how far a worker moves towards the mean of its neighbours; strong compression allows less (consensus step size)"),
    DT_CHOICE_PARAM(gossip, form, "combine", "combine|adapt|difference",
                    "combine: mix the models, and add the own step, which is computed meanwhile; adapt: step first, then mix; difference: as "
                    "combine, but a model changes by nothing except the compressed difference that its neighbours get"),
    { 0 }
};

static const dt_metric gossip_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_gossip = {
    .is = { "gossip", "Decentralised SGD: every worker mixes its model with its neighbours' in a graph (D-PSGD).", "Lian et al. 2017, Algorithm 1",
            gossip_params, sizeof(gossip) },
    .faults = "with faults: neighbours wait for a failed worker until faults.deadline and then mix without it, its weight staying "
              "with their own models; a recovered worker starts from a neighbour's model in the newest round; neighbours that are "
              "rounds behind go on from there",
    .columns = gossip_columns, .mixes = true, .own_rounds = true, .judged = DT_JUDGED_MEAN, .timeless = dt_role_timeless, .work = gossip_work, .rejoin = gossip_rejoin,
};
