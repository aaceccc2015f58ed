/* fedavg.c - federated averaging: in every round the server invites some clients, which train the global model on their own
 * samples, and averages what they send back.
 * When to use it: many devices with little bandwidth, of which only some can take part at a time.
 * What breaks it: non-IID samples with many local epochs (the clients' models drift apart; proximal_mu holds them back), and
 * stragglers, for which a round waits unless it has a deadline or over-selection.
 * Source: McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data", arXiv:1602.05629,
 * Algorithm 1; the proximal term of FedProx: Li et al. 2020, arXiv:1812.06127, equation 2; over-selection and a deadline for a
 * round: Bonawitz et al. 2019, arXiv:1902.01046, section 2.2. */
#include "strategy/strategy.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct fedavg {
    double  fraction, proximal_mu;  /* C; mu */
    double  overselect, deadline;  /* clients invited for each that a round waits for; s */
    long    local_epochs;       /* E */
    size_t *all, *chosen;       /* [K] ranks; [most] of this round */
    size_t  m, most;
} fedavg;

static dt_status fedavg_train(void *state, dt_worker *w) {
    const fedavg *f = state;
    DT_TRY(dt_worker_fetch(w));                                     /* [time] w = w_t */
    long pass = dt_learning_steps_per_epoch(w->learning, (size_t)w->rank);
    w->prox = f->proximal_mu;
    DT_TRY(dt_worker_local(w, f->local_epochs * pass));             /* [time] E passes in batches of B */
    return dt_worker_submit(w, NULL);                                     /* [time] w_k to the server */
}

/* m = max(C K, 1) */
static size_t fedavg_take_part(const void *state, size_t clients) {
    size_t m = (size_t)(((const fedavg *)state)->fraction * (double)clients + 1e-9);
    return m < 1 ? 1 : m;
}

/* So many are invited in a round; clients of earlier rounds may be busy besides. */
static size_t fedavg_invited(const void *state, size_t clients) {
    return (size_t)ceil(((const fedavg *)state)->overselect * (double)fedavg_take_part(state, clients) - 1e-9);
}

static void fedavg_prepare(fedavg *f, dt_server *s) {
    size_t clients = s->team->group.ranks;
    f->m = fedavg_take_part(f, clients);
    f->all = dt_arena_take(s->run, clients, sizeof *f->all);
    f->most = fedavg_invited(f, clients);
    f->chosen = dt_arena_take(s->run, f->most, sizeof *f->chosen);
}

static dt_status fedavg_serve(void *state, dt_server *s) {
    fedavg *f = state;
    fedavg_prepare(f, s);
    while (dt_server_goes_on(s)) {
        double consensus_distance;
        size_t present = dt_server_present(s, f->all), invited = present < f->most ? present : f->most;
        gsl_ran_choose(s->choice, f->chosen, invited, f->all, present, sizeof *f->all);     /* S_t */
        for (size_t i = 0; i < invited; i++) DT_TRY(dt_server_invite(s, f->chosen[i], fedavg_train, f, NULL));
        dt_quorum quorum = { .count = invited < f->m ? invited : f->m, .seconds = f->deadline };
        DT_TRY(dt_server_gather(s, &quorum));                                   /* [time] the first m */
        DT_TRY(dt_server_merge(s, &consensus_distance));                        /* [time] w_t+1 = sum_k (n_k / n) w_k */
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static const dt_param fedavg_params[] = {
    DT_REAL_PARAM(fedavg, fraction, 0.1, 0, 1, "1", "share of the clients that take part in a round (C); 0: one client"),
    DT_INT_PARAM(fedavg, local_epochs, 1, 1, 1e6, "passes of a client over its own samples in a round (E)"),
    DT_REAL_PARAM(fedavg, overselect, 1, 1, 100, "1", "over-selection: clients invited for each that the round waits for, whose first "
                  "updates are taken; a straggler is still busy in the next round and misses it too, so these are not quite backup workers"),
    DT_REAL_PARAM(fedavg, deadline, 0, 0, 1e9, "s", "a round is over after this time, however many updates have come; 0: no such limit"),
    DT_REAL_PARAM(fedavg, proximal_mu, 0, 0, 1e6, "1", "weight of the term that pulls a client towards the global model (mu of FedProx); for non-IID samples"),
    { 0 }
};

const dt_strategy_type dt_strategy_fedavg = {
    .is = { "fedavg", "Federated averaging: a server averages the models of some clients in every round (FedAvg, FedProx).",
            "McMahan et al. 2017, Algorithm 1", fedavg_params, sizeof(fedavg) },
    .faults = "with faults: the server invites clients whose hosts are up, overselect times as many as it waits for, and takes "
              "the first updates; a client that fails then is waited for until faults.deadline or the round's own deadline",
    .serve = fedavg_serve, .actors = fedavg_invited, .together = fedavg_take_part,
};
