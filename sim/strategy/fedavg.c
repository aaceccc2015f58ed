/* fedavg.c - FederatedAveraging: in every round some devices train from the global model on their own samples.
 * Source: McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data",
 * Algorithm 1; the proximal term of FedProx: Li et al. 2020, equation 2; inviting more devices than are needed, and a
 * deadline for a round: Bonawitz et al. 2019, section 2.2. */
#include "strategy/strategy.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct fedavg {
    double  fraction, proximal_mu;  /* C; mu */
    double  overselect, deadline;  /* invited for each that is needed; s */
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
    return dt_worker_submit(w);                                     /* [time] w_k to the server */
}

/* m = max(C K, 1) */
static size_t fedavg_take_part(const void *state, size_t clients) {
    size_t m = (size_t)(((const fedavg *)state)->fraction * (double)clients + 1e-9);
    return m < 1 ? 1 : m;
}

/* As many at a time, but for those of earlier rounds. */
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
        double spread;
        size_t present = dt_server_present(s, f->all), invited = present < f->most ? present : f->most;
        gsl_ran_choose(s->choice, f->chosen, invited, f->all, present, sizeof *f->all);     /* S_t */
        for (size_t i = 0; i < invited; i++) DT_TRY(dt_server_invite(s, f->chosen[i], fedavg_train, f));
        DT_TRY(dt_server_gather(s, invited < f->m ? invited : f->m, f->deadline));      /* [time] the first m */
        DT_TRY(dt_server_merge(s, &spread));                        /* [time] w_t+1 = sum_k (n_k / n) w_k */
        DT_TRY(dt_server_mark(s, spread));
    }
    dt_server_finish(s);
    return DT_OK;
}

static const dt_param fedavg_params[] = {
    DT_REAL_PARAM(fedavg, fraction, 0.1, 0, 1, "1", "share of the devices in a round (C); 0: one"),
    DT_INT_PARAM(fedavg, local_epochs, 1, 1, 1e6, "passes over the own samples in a round (E)"),
    DT_REAL_PARAM(fedavg, overselect, 1, 1, 100, "1", "devices invited for each that is needed: the first updates are taken; "
                  "who is late is still busy in the next round and misses it too, so these are no backup workers"),
    DT_REAL_PARAM(fedavg, deadline, 0, 0, 1e9, "s", "a round is over after this; 0: no such limit"),
    DT_REAL_PARAM(fedavg, proximal_mu, 0, 0, 1e6, "1", "pull towards the global model (mu of FedProx)"),
    { 0 }
};

const dt_strategy_type dt_strategy_fedavg = {
    .is = { "fedavg", "A server averages what a sample of devices learnt locally (FedAvg, FedProx).",
            "McMahan et al. 2017, Algorithm 1", fedavg_params, sizeof(fedavg) },
    .faults = "with faults: who is there is invited, overselect times as many as are needed, and the first updates are "
              "taken; who then goes is waited for until faults.deadline, or the round's own",
    .serve = fedavg_serve, .actors = fedavg_invited, .together = fedavg_take_part,
};
