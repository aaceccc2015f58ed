/* fednova.c - federated averaging of clients that take different numbers of steps: each client's change is divided by how far its own
 * steps would carry it, and their mean is multiplied by the mean of that.
 * When to use it: clients with different numbers of samples or batches, which therefore take different numbers of steps in a round;
 * plain averages then go to the optimum of other weights, in which clients with many steps count more.
 * What breaks it: non-IID samples with many steps still bias the mean (the clients' models drift), only less; SCAFFOLD corrects that.
 * How far tau steps carry is a, the length of its way along a constant gradient of 1 at a rate of 1: tau for plain steps, and what
 * momentum and the proximal term make of it, by the optimiser's own step on one number.
 * Source: Wang, Liu, Liang, Joshi, Poor 2020, "Tackling the Objective Inconsistency Problem in Heterogeneous Federated Optimization",
 * NeurIPS, arXiv:2007.07481, section 4: equation 8, with tau_eff the mean of a. */
#include "role/cohort.h"
#include "strategy/strategy.h"

typedef struct fednova {
    dt_cohort cohort;
    double    proximal_mu;
    long      local_epochs;
} fednova;

static dt_status fednova_train(void *state, dt_worker *w) {
    const fednova *f = state;
    DT_TRY(dt_client_train(w, f->local_epochs, f->proximal_mu));            /* [time] tau_k steps */
    dt_letter a = { .bytes = 4, .note = { dt_client_way(w, w->stretch.steps) } };
    return dt_worker_submit(w, &a);                                         /* [time] y_k and a_k */
}

static size_t fednova_take_part(const void *state, size_t clients) { return dt_cohort_least(&((const fednova *)state)->cohort, clients); }
static size_t fednova_invited(const void *state, size_t clients) { return dt_cohort_most(&((const fednova *)state)->cohort, clients); }

/* The changes that clients would have made, had all gone as far as the mean of them. */
static void fednova_normalise(dt_server *s) {
    double way = 0, size = 0;
    for (size_t i = 0; i < s->updates; i++) {
        size += s->update[i].size;
        way += s->update[i].size * s->update[i].note[0];
    }
    for (size_t i = 0; i < s->updates; i++) {
        dt_update *u = &s->update[i];
        double factor = way / size / u->note[0];                            /* tau_eff / a_k */
        dt_vec_own(&u->x);
        dt_vec_blend(u->x, factor, u->x, -factor, s->x);
    }
}

static bool fednova_timeless(const void *state, const dt_config *scenario) {
    (void)scenario;
    return dt_cohort_waits(&((const fednova *)state)->cohort);
}

static dt_status fednova_serve(void *state, dt_server *s) {
    fednova *f = state;
    dt_cohort_open(&f->cohort, s);
    while (dt_server_goes_on(s)) {
        double consensus_distance;
        DT_TRY(dt_cohort_round(&f->cohort, s, fednova_train, f, NULL));         /* [time] */
        fednova_normalise(s);
        DT_TRY(dt_server_merge_changes(s, &consensus_distance));                /* [time] x += tau_eff sum_k p_k (y_k - x) / a_k */
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

/* Only steps that are linear in the gradient have a length that does not depend on it. */
static dt_status fednova_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_client_linear(scenario, "fednova");
}

static const dt_param fednova_params[] = {
    DT_COHORT_PARAMS(fednova, cohort),
    DT_INT_PARAM(fednova, local_epochs, 1, 1, 1e6, "passes of a client over its own samples in a round (E)"),
    DT_REAL_PARAM(fednova, proximal_mu, 0, 0, 1e6, "1", "weight of the term that pulls a client towards the global model (mu of FedProx)"),
    { 0 }
};

const dt_strategy_type dt_strategy_fednova = {
    .is = { "fednova", "Federated averaging of changes divided by the clients' numbers of steps (FedNova).",
            "Wang et al. 2020, equation 8", fednova_params, sizeof(fednova) },
    .faults = "with faults: as fedavg: the server takes the first updates, and waits for a client that fails until faults.deadline or "
              "the round's own deadline",
    .outer = true, .fits = fednova_fits, .timeless = fednova_timeless, .serve = fednova_serve, .actors = fednova_invited, .together = fednova_take_part,
};
