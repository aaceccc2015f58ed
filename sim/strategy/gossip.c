/* gossip.c - decentralised SGD: every worker mixes its model with those of its neighbours, no server, no mean.
 * Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", Algorithm 1
 * (D-PSGD); with a lossy compressor the neighbours see a public copy that follows the model by compressed
 * differences: Koloskova et al. 2019 (CHOCO-SGD), Algorithm 2. */
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

/* It goes on with a neighbour's model. */
static dt_status gossip_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_catch_up(w);                   /* [time] */
}

static const dt_param gossip_params[] = {
    DT_REAL_PARAM(gossip, consensus_step, 1, 0, 1, "1", "consensus step size; smaller for strong compression"),
    { 0 }
};

static const dt_metric gossip_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_gossip = {
    .is = { "gossip", "Decentralised SGD: mix with the neighbours of a graph (D-PSGD).", "Lian et al. 2017, Algorithm 1",
            gossip_params, sizeof(gossip) },
    .faults = "with faults: a neighbour who is gone is waited for until faults.deadline, then the others mix without "
              "it, its weight staying with their own models; who is back begins with a neighbour's model, in the newest round; "
              "neighbours who are rounds behind go on from there",
    .columns = gossip_columns, .mixes = true, .own_rounds = true, .judged = DT_JUDGED_MEAN, .work = gossip_work, .rejoin = gossip_rejoin,
};
