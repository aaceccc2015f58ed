/* scaffold.c - federated averaging with control variates: every client corrects its gradients by how its own differ from those of all,
 * so that many local steps on non-IID samples do not drift apart.
 * When to use it: non-IID samples and many local steps, with clients that take part again and again and can keep a vector.
 * What breaks it: clients that take part seldom, whose control variates are old; twice the bytes in both directions.  Updates that
 * the server drops as late leave the client's variate ahead of the server's sum.
 * The control variate c_k of a client is the mean of its gradients in its newest round (option II: for plain steps the same as
 * c_k - c + (x - y_k) / (H rate)), and c is their mean, weighted by samples, whatever
 * the aggregate.  A client keeps c_k between its rounds, across failures too; the changes of c_k, and c, travel uncompressed.
 * Source: Karimireddy et al. 2020, "SCAFFOLD: Stochastic Controlled Averaging for Federated Learning", ICML, arXiv:1910.06378,
 * Algorithm 1; its global step size is server_optimiser = { "sgd", lr = ... }. */
#include "role/cohort.h"
#include "strategy/strategy.h"

enum { VARIATE, GRADIENT, SUM };        /* vectors of a client */

typedef struct scaffold {
    dt_cohort cohort;
    long      local_epochs;
    dt_vec   *c;
} scaffold;

/* [time] H steps along g_k(y) - c_k + c; sum becomes the mean of the g_k(y). */
static dt_status scaffold_descend(dt_worker *w, long steps) {
    dt_vec *own = dt_worker_vector(w, VARIATE), *g = dt_worker_vector(w, GRADIENT), *sum = dt_worker_vector(w, SUM);
    dt_vec_blend(sum, 0, sum, 0, NULL);
    for (long h = 0; h < steps; h++) {
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));        /* [time] */
        dt_vec_blend(sum, 1, sum, 1 / (double)steps, g);
        dt_vec_blend(g, 1, g, -1, own);
        dt_vec_blend(g, 1, g, 1, w->given.second);
        dt_worker_descend(w, g);
    }
    return DT_OK;
}

static dt_status scaffold_train(void *state, dt_worker *w) {
    const scaffold *f = state;
    DT_TRY(dt_worker_fetch(w));                                 /* [time] x and c */
    long steps = f->local_epochs * dt_learning_steps_per_epoch(w->learning, (size_t)w->rank);
    DT_TRY(scaffold_descend(w, steps));                         /* [time] */
    w->stretch.steps = steps;
    dt_vec *own = dt_worker_vector(w, VARIATE), *sum = dt_worker_vector(w, SUM), *change = dt_worker_vector(w, GRADIENT);
    dt_vec_blend(change, 1, sum, -1, own);                      /* c_k+ - c_k */
    dt_vec_blend(own, 1, sum, 0, NULL);
    dt_letter letter = { .second = change, .bytes = 4.0 * (double)change->n };
    dt_status status = dt_worker_submit(w, &letter);            /* [time] y and the change of c_k */
    dt_worker_drop_vector(w, SUM);
    dt_worker_drop_vector(w, GRADIENT);
    return status;
}

static size_t scaffold_take_part(const void *state, size_t clients) { return dt_cohort_least(&((const scaffold *)state)->cohort, clients); }
static size_t scaffold_invited(const void *state, size_t clients) { return dt_cohort_most(&((const scaffold *)state)->cohort, clients); }

/* c += sum_k p_k (c_k+ - c_k), p_k being the client's share of all samples. */
static void scaffold_learn(scaffold *f, const dt_server *s) {
    const dt_shards *shards = s->learning->shards;
    for (size_t i = 0; i < s->updates; i++) {
        long k = s->update[i].rank;
        dt_vec_own(&f->c);
        dt_vec_blend(f->c, 1, f->c, (double)(shards->start[k + 1] - shards->start[k]) / dt_learning_rows(s->learning), s->update[i].second);
    }
}

static bool scaffold_timeless(const void *state, const dt_config *scenario) {
    (void)scenario;
    return dt_cohort_waits(&((const scaffold *)state)->cohort);
}

static dt_status scaffold_serve(void *state, dt_server *s) {
    scaffold *f = state;
    dt_cohort_open(&f->cohort, s);
    f->c = dt_vec_zero(s->learning->vectors);
    while (dt_server_goes_on(s)) {
        double consensus_distance;
        dt_letter letter = { .second = f->c, .bytes = 4.0 * (double)f->c->n };
        DT_TRY(dt_cohort_round(&f->cohort, s, scaffold_train, f, &letter));     /* [time] */
        scaffold_learn(f, s);
        DT_TRY(dt_server_merge(s, &consensus_distance));                        /* [time] x = sum_k (n_k / n) y_k */
        DT_TRY(dt_server_mark(s, consensus_distance));
    }
    dt_server_finish(s);
    return DT_OK;
}

static const dt_param scaffold_params[] = {
    DT_COHORT_PARAMS(scaffold, cohort),
    DT_INT_PARAM(scaffold, local_epochs, 1, 1, 1e6, "passes of a client over its own samples in a round"),
    { 0 }
};

const dt_strategy_type dt_strategy_scaffold = {
    .is = { "scaffold", "Federated averaging whose clients correct their gradients by control variates (SCAFFOLD).",
            "Karimireddy et al. 2020, Algorithm 1", scaffold_params, sizeof(scaffold) },
    .faults = "with faults: as fedavg: the server takes the first updates, and waits for a client that fails until faults.deadline or "
              "the round's own deadline; a client keeps its control variate",
    .outer = true, .timeless = scaffold_timeless, .serve = scaffold_serve, .actors = scaffold_invited, .together = scaffold_take_part,
};
