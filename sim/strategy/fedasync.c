/* fedasync.c - asynchronous federated learning: the server mixes each model into its own as soon as it comes, and less of it the older
 * the model is that the client began with.
 * When to use it: clients of very different speeds, of which synchronous rounds wait for the slowest.
 * What breaks it: every update is one client's, so that the model swings with whoever sent last; quick clients count more often than
 * slow ones, which biases the model where samples are non-IID; many clients at a time make models old.
 * A round is one update, and the model one version newer.  A client's samples do not weigh: all updates count the same but for their
 * age.
 * Source: Xie, Koyejo, Gupta 2019, "Asynchronous Federated Optimization", arXiv:1903.03934, Algorithm 1. */
#include "role/cohort.h"
#include "strategy/strategy.h"

typedef struct fedasync {
    dt_cohort    cohort;
    dt_staleness staleness;     /* s(t - tau) */
    double       alpha, proximal_mu;        /* rho is proximal_mu */
    long         local_epochs;
} fedasync;

static dt_status fedasync_train(void *state, dt_worker *w) {
    const fedasync *f = state;
    DT_TRY(dt_client_train(w, f->local_epochs, f->proximal_mu));    /* [time] */
    return dt_worker_submit(w, NULL);                               /* [time] */
}

static size_t fedasync_actors(const void *state, size_t clients) { return dt_cohort_least(&((const fedasync *)state)->cohort, clients); }

static size_t fedasync_one(const void *state, size_t clients) {
    (void)state, (void)clients;
    return 1;
}

static dt_status fedasync_serve(void *state, dt_server *s) {
    fedasync *f = state;
    dt_cohort_open(&f->cohort, s);
    while (dt_server_goes_on(s)) {
        double consensus_distance;
        DT_TRY(dt_cohort_next(&f->cohort, s, fedasync_train, f, false));            /* [time] x_new, begun with version tau */
        for (size_t i = 0; i < s->updates; i++) {
            dt_update *u = &s->update[i];
            double a = f->alpha * dt_staleness_weight(&f->staleness, s->round - u->round);      /* alpha_t = alpha s(t - tau) */
            dt_vec_own(&u->x);
            dt_vec_blend(u->x, a, u->x, -a, s->x);
            u->size = 1;
        }
        DT_TRY(dt_server_merge_changes(s, &consensus_distance));                    /* [time] x = (1 - alpha_t) x + alpha_t x_new */
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static const dt_param fedasync_params[] = {
    DT_COHORT_ASYNC_PARAMS(fedasync, cohort),
    DT_REAL_PARAM(fedasync, alpha, 0.6, 0, 1, "1", "share of a fresh update in the new model (mixing weight): the larger, the faster and the noisier"),
    DT_STALENESS_PARAMS(fedasync, staleness),
    DT_INT_PARAM(fedasync, local_epochs, 1, 1, 1e6, "passes of a client over its own samples before it sends"),
    DT_REAL_PARAM(fedasync, proximal_mu, 0, 0, 1e6, "1", "weight of the term that pulls a client towards the model that it began with (rho)"),
    { 0 }
};

const dt_strategy_type dt_strategy_fedasync = {
    .is = { "fedasync", "Asynchronous federated learning: each client's model is mixed into the server's as it comes (FedAsync).",
            "Xie et al. 2019, Algorithm 1", fedasync_params, sizeof(fedasync) },
    .faults = "with faults: nobody waits for a client that fails while another one trains; its place is free again after "
              "faults.deadline, from the next update on",
    .asynchronous = true, .outer = true, .serve = fedasync_serve, .actors = fedasync_actors, .together = fedasync_one,
};
