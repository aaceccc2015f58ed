/* fedavg.c - federated averaging: in every round the server invites some clients, which train the global model on their own
 * samples, and averages what they send back.
 * When to use it: many devices with little bandwidth, of which only some can take part at a time.
 * What breaks it: non-IID samples with many local epochs (the clients' models drift apart; proximal_mu holds them back), and
 * stragglers, for which a round waits unless it has a deadline or over-selection.
 * With the key server_optimiser the mean does not take the model's place: the model takes a step of that optimiser along the mean
 * change (FedAvgM, FedAdagrad, FedAdam, FedYogi).
 * Source: McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data", arXiv:1602.05629,
 * Algorithm 1; the proximal term of FedProx: Li et al. 2020, arXiv:1812.06127, equation 2; over-selection and a deadline for a
 * round: Bonawitz et al. 2019, arXiv:1902.01046, section 2.2; server optimisers: Reddi et al. 2021, "Adaptive Federated
 * Optimization", arXiv:2003.00295, Algorithms 1 and 2; sampling by size: Li et al. 2020, "On the Convergence of FedAvg on Non-IID
 * Data", arXiv:1907.02189, scheme I. */
#include "role/cohort.h"
#include "strategy/strategy.h"

typedef struct fedavg {
    dt_cohort cohort;           /* C */
    double    proximal_mu;      /* mu */
    long      local_epochs;     /* E */
} fedavg;

static dt_status fedavg_train(void *state, dt_worker *w) {
    const fedavg *f = state;
    DT_TRY(dt_client_train(w, f->local_epochs, f->proximal_mu));    /* [time] w = w_t, then E passes in batches of B */
    return dt_worker_submit(w, NULL);                               /* [time] w_k to the server */
}

static size_t fedavg_take_part(const void *state, size_t clients) { return dt_cohort_least(&((const fedavg *)state)->cohort, clients); }
static size_t fedavg_invited(const void *state, size_t clients) { return dt_cohort_most(&((const fedavg *)state)->cohort, clients); }

static bool fedavg_timeless(const void *state, const dt_config *scenario) {
    (void)scenario;
    return dt_cohort_waits(&((const fedavg *)state)->cohort);
}

static dt_status fedavg_serve(void *state, dt_server *s) {
    fedavg *f = state;
    dt_cohort_open(&f->cohort, s);
    while (dt_server_goes_on(s)) {
        double consensus_distance;
        DT_TRY(dt_cohort_round(&f->cohort, s, fedavg_train, f, NULL));          /* [time] S_t, and its first m updates */
        DT_TRY(dt_server_merge(s, &consensus_distance));                        /* [time] w_t+1 = sum_k (n_k / n) w_k */
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static const dt_param fedavg_params[] = {
    DT_COHORT_PARAMS(fedavg, cohort),
    DT_INT_PARAM(fedavg, local_epochs, 1, 1, 1e6, "passes of a client over its own samples in a round (E)"),
    DT_REAL_PARAM(fedavg, proximal_mu, 0, 0, 1e6, "1", "weight of the term that pulls a client towards the global model (mu of FedProx); for non-IID samples"),
    { 0 }
};

const dt_strategy_type dt_strategy_fedavg = {
    .is = { "fedavg", "Federated averaging: a server averages the models of some clients in every round (FedAvg, FedProx, FedOpt).",
            "McMahan et al. 2017, Algorithm 1", fedavg_params, sizeof(fedavg) },
    .faults = "with faults: the server invites clients whose hosts are up, overselect times as many as it waits for, and takes "
              "the first updates; a client that fails then is waited for until faults.deadline or the round's own deadline",
    .merges = true, .outer = true, .timeless = fedavg_timeless, .serve = fedavg_serve, .actors = fedavg_invited, .together = fedavg_take_part,
};
