/* fedbuff.c - buffered asynchronous federated learning: clients train all the time, and the server steps whenever a buffer of so many
 * changes is full, whichever version of the model they began with.
 * When to use it: as FedAsync, with many clients at a time: a step along several changes is less noisy, and ages are buffer times
 * smaller.  Its steps can be summed under secure aggregation, which those of FedAsync cannot.
 * What breaks it: quick clients count more often than slow ones, which biases the model where samples are non-IID; a buffer that is
 * large beside the clients that train at a time waits as synchronous rounds do.
 * A round is one step of the server.  The step is the sum of the weighted changes divided by their number, so that old changes make
 * it shorter.  A client's samples do not weigh.
 * Source: Nguyen et al. 2022, "Federated Learning with Buffered Asynchronous Aggregation", AISTATS, arXiv:2106.06639, Algorithm 1; its
 * server learning rate is server_optimiser = { "sgd", lr = ... }. */
#include "role/cohort.h"
#include "strategy/strategy.h"

typedef struct fedbuff {
    dt_cohort    cohort;
    dt_staleness staleness;
    double       proximal_mu;
    long         buffer, local_epochs;      /* K */
} fedbuff;

static dt_status fedbuff_train(void *state, dt_worker *w) {
    const fedbuff *f = state;
    DT_TRY(dt_client_train(w, f->local_epochs, f->proximal_mu));        /* [time] */
    return dt_client_submit_change(w);                                  /* [time] */
}

static size_t fedbuff_actors(const void *state, size_t clients) { return dt_cohort_least(&((const fedbuff *)state)->cohort, clients); }

static size_t fedbuff_size(const void *state, size_t clients) {
    size_t buffer = (size_t)((const fedbuff *)state)->buffer;
    return buffer < clients ? buffer : clients;
}

/* [time] The buffer is not filled if nobody is left to wait for. */
static dt_status fedbuff_fill(fedbuff *f, dt_server *s) {
    size_t size = fedbuff_size(f, s->team->group.ranks);
    for (size_t count = 0; count < size; count++) {
        DT_TRY(dt_cohort_next(&f->cohort, s, fedbuff_train, f, count > 0));         /* [time] */
        if (s->updates == count) return DT_OK;
    }
    return DT_OK;
}

static dt_status fedbuff_serve(void *state, dt_server *s) {
    fedbuff *f = state;
    dt_cohort_open(&f->cohort, s);
    while (dt_server_goes_on(s)) {
        double consensus_distance;
        DT_TRY(fedbuff_fill(f, s));                                                 /* [time] K changes */
        for (size_t i = 0; i < s->updates; i++) {
            dt_update *u = &s->update[i];
            dt_vec_own(&u->x);
            dt_vec_blend(u->x, dt_staleness_weight(&f->staleness, s->round - u->round), u->x, 0, NULL);
            u->size = 1;
        }
        DT_TRY(dt_server_merge_changes(s, &consensus_distance));                    /* [time] x = x + sum_i s(age_i) change_i / K */
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static const dt_param fedbuff_params[] = {
    DT_COHORT_ASYNC_PARAMS(fedbuff, cohort),
    DT_INT_PARAM(fedbuff, buffer, 10, 1, 1e7, "changes that a step of the server takes together (K); no more than there are clients"),
    DT_STALENESS_PARAMS(fedbuff, staleness),
    DT_INT_PARAM(fedbuff, local_epochs, 1, 1, 1e6, "passes of a client over its own samples before it sends"),
    DT_REAL_PARAM(fedbuff, proximal_mu, 0, 0, 1e6, "1", "weight of the term that pulls a client towards the model that it began with (mu of FedProx)"),
    { 0 }
};

const dt_strategy_type dt_strategy_fedbuff = {
    .is = { "fedbuff", "Buffered asynchronous federated learning: the server steps along every so many changes (FedBuff).",
            "Nguyen et al. 2022, Algorithm 1", fedbuff_params, sizeof(fedbuff) },
    .faults = "with faults: nobody waits for a client that fails while another one trains; its place is free again after "
              "faults.deadline, from the next update on",
    .merges = true, .asynchronous = true, .outer = true, .serve = fedbuff_serve, .actors = fedbuff_actors, .together = fedbuff_size,
};
