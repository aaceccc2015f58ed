/* speculative.c - synchronous SGD as tasks with backup tasks: when most gradients of an iteration are there, workers that are free
 * compute copies of those that are missing, and the first result counts.
 * When to use it: stragglers that change from step to step, and failures: the rest of an iteration is not waited for, and no gradient
 * is thrown away, as with backup workers (sync = "backup").
 * What breaks it: steps that are about as long for all, as a copy begins when most tasks are done; and data that only one worker can
 * read, which copies need as well.
 * Source: Dean, Ghemawat 2004, "MapReduce: Simplified Data Processing on Large Clusters", section 3.6; the worker that was free first
 * takes the task that has run longest: Zaharia et al. 2008, "Improving MapReduce Performance in Heterogeneous Environments" (LATE). */
#include "strategy/strategy.h"
#include <math.h>

typedef struct speculative { double share; } speculative;

static dt_status speculative_serve(void *state, dt_server *s) {
    const speculative *c = state;
    dt_tasks *tasks = dt_tasks_new(s);
    const float *g;
    while (dt_server_goes_on(s)) {
        dt_status status = dt_tasks_gather(tasks, c->share, dt_tasks_run, state);    /* [time] each g_k once, at x_t */
        if (status == DT_EOVER) break;
        DT_TRY(status);
        DT_TRY(dt_tasks_merge(tasks, &g));                                          /* [time] g = sum_k (m_k / m) g_k */
        dt_server_step(s, g);                                                       /* x_t+1 = one step along g */
        DT_TRY(dt_server_mark(s, NAN));
    }
    dt_server_finish(s);
    return DT_OK;
}

static dt_status speculative_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_tasks_fit(scenario);
}

static const dt_param speculative_params[] = {
    DT_REAL_PARAM(speculative, share, 0.75, 0, 1, "1", "of the gradients of an iteration: once so many are there, free workers begin copies of the "
                  "others; 1: there are no copies; 0: as soon as anyone is free"),
    { 0 }
};

const dt_strategy_type dt_strategy_speculative = {
    .is = { "speculative", "Synchronous SGD with backup tasks: free workers copy the slowest gradients of an iteration, and the first result counts.",
            "Dean, Ghemawat 2004, section 3.6", speculative_params, sizeof(speculative) },
    .faults = "with faults: the gradient of a failed worker is computed by another one, as a copy or, after faults.deadline, again; an iteration "
              "ends with what there is when nobody is left",
    .columns = dt_tasks_columns, .fits = speculative_fits, .serve = speculative_serve,
};
