/* ps.c - training with parameter servers: workers push gradients, and pull values as soon as sync lets them go on.
 * When to use it: with stragglers, for which ssp and async do not wait; or where servers have better links than workers.
 * What breaks it: few servers for many workers, whose links become the bottleneck; and stale gradients, which a high learning
 * rate does not bear.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", OSDI 2014, algorithm 1; the room
 * sync says how far workers may run ahead of each other: Ho et al. 2013 (ssp), Dean et al. 2012 (async). */
#include "strategy/strategy.h"
#include <string.h>

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

/* The gradients of an iteration are merged in the order of ranks once all are there; with other bounds a worker computes on what
 * has come by then. */
static bool ps_timeless(const void *state, const dt_config *scenario) {
    (void)state;
    return strcmp(dt_config_name(dt_config_get(scenario, "sync")), "bsp") == 0;
}

static dt_status ps_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_store_return(dt_worker_store(w), w);          /* [time] */
}

const dt_strategy_type dt_strategy_ps = {
    .is = { .name = "ps", .brief = "Parameter servers: push gradients and pull values, as far ahead of other workers as sync lets.",
            .source = "Li et al. 2014, algorithm 1" },
    .faults = "with faults: the others wait for a failed worker until faults.deadline and then go on without it; a recovered worker "
              "pulls the values and has the clock of the slowest; with sync = \"backup\" a step does not wait for failed workers "
              "among its spare ones; servers fail with faults.servers alone: without copies of their ranges (servers.replicas) they "
              "begin again with the last checkpoint, and a worker sends again what was not acknowledged",
    .stores = DT_STORES_ONE, .fits = ps_fits, .timeless = ps_timeless, .work = ps_work, .rejoin = ps_rejoin,
};
