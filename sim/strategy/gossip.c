/* gossip.c - decentralised SGD: every worker mixes its model with those of its neighbours in a graph; there is no server and no
 * all-reduce.
 * When to use it: links with a high latency or a server that would be a bottleneck; a worker waits for its neighbours alone.
 * What breaks it: a sparse graph of many workers with non-IID samples, whose models stay far apart (consensus_distance).
 * Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", arXiv:1705.09056, Algorithm 1
 * (D-PSGD); with a lossy compressor the neighbours see a public copy that follows the model by compressed differences:
 * Koloskova et al. 2019 (CHOCO-SGD), arXiv:1902.00340, Algorithm 2. */
#include "strategy/strategy.h"
#include <math.h>

typedef struct gossip { double consensus_step; } gossip;

static dt_status gossip_work(void *state, dt_worker *w) {
    const gossip *s = state;
    dt_worker_report(w, 0, 1);
    while (dt_worker_goes_on(w)) {
        dt_vec *mixed;
        DT_TRY(dt_worker_publish(w, &w->x, 1));     /* [time] x_i to the neighbours, while computing */
        DT_TRY(dt_worker_local(w, 1));              /* [time] x_i - rate * g(x_i) */
        DT_TRY(dt_worker_collect(w, s->consensus_step, &w->x, 1, &mixed));      /* [time] */
        dt_worker_replace(w, mixed);                /* x_i = sum_j W_ij x_j - rate * g(x_i) */
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
    { 0 }
};

static const dt_metric gossip_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_gossip = {
    .is = { "gossip", "Decentralised SGD: every worker mixes its model with its neighbours' in a graph (D-PSGD).", "Lian et al. 2017, Algorithm 1",
            gossip_params, sizeof(gossip) },
    .faults = "with faults: neighbours wait for a failed worker until faults.deadline and then mix without it, its weight staying "
              "with their own models; a recovered worker starts from a neighbour's model in the newest round; neighbours that are "
              "rounds behind go on from there",
    .columns = gossip_columns, .mixes = true, .own_rounds = true, .judged = DT_JUDGED_MEAN, .work = gossip_work, .rejoin = gossip_rejoin,
};
