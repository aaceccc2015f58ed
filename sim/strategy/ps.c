/* ps.c - training with parameter servers: workers push gradients, and pull values as soon as sync lets them go on.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", algorithm 1; how far workers may
 * run ahead of each other is the room sync: Ho et al. 2013 (ssp), Dean et al. 2012 (async). */
#include "strategy/strategy.h"

static dt_status ps_work(void *state, dt_worker *w) {
    dt_store *store = dt_worker_store(w);
    (void)state;
    while (dt_store_goes_on(store)) {
        dt_vec *g = dt_worker_vector(w, 0);
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));    /* [time] g = grad f(x; batch) */
        DT_TRY(dt_store_swap(store, w, g));                 /* [time] g to the servers; x, once sync lets it begin */
    }
    return DT_OK;
}

static dt_status ps_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_stores_fit(scenario);
}

static dt_status ps_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_store_return(dt_worker_store(w), w);          /* [time] */
}

const dt_strategy_type dt_strategy_ps = {
    .is = { .name = "ps", .brief = "Parameter servers: push gradients, pull values, as far ahead of others as sync lets.",
            .source = "Li et al. 2014, algorithm 1" },
    .faults = "with faults: a worker that is gone is waited for until faults.deadline, then the others go on without it; back "
              "again it counts as far as the slowest, and pulls; servers do not fail",
    .stores = DT_STORES_ONE, .fits = ps_fits, .work = ps_work, .rejoin = ps_rejoin,
};
