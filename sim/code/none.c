/* none.c - no code: every worker computes its own part and sends its gradient, and an aggregation rule merges those that have come.
 * When: as a baseline.  With stragglers = 0 it is the naive master, which waits for all; with more it ignores the slowest of each
 * iteration, whose samples are then missing.
 * What breaks: ignoring is biased where the same workers are slow again and again and the parts differ (non-IID data).
 * Source: Tandon et al. 2017, "Gradient Coding: Avoiding Stragglers in Distributed Learning", section 5: the naive scheme, and
 * ignoring stragglers. */
#include "code/inside.h"

typedef struct none { long stragglers; } none;

static dt_status none_init(void *state, dt_code *c, dt_rng *rng, dt_arena *run) {
    const none *s = state;
    (void)rng;
    if ((size_t)s->stragglers >= c->workers)
        return dt_fail_at(DT_EINVAL, "code.stragglers", "expected fewer stragglers than the %zu workers, got %ld", c->workers, s->stragglers);
    return dt_code_groups(c, 1, "code", run);
}

static bool none_enough(const dt_code *c, const bool *come) {
    return dt_code_come(c, come) + (size_t)((const none *)c->state)->stragglers >= c->workers;
}

static const dt_param none_params[] = {
    DT_INT_PARAM(none, stragglers, 0, 0, 1e6, "workers that an iteration does not wait for, whose samples it then does without (ignoring stragglers); "
                 "0: it waits for all (the naive scheme)"),
    { 0 }
};

const dt_code_type dt_code_none = {
    .is = { "none", "No code: gradients are merged by the aggregation rule, of all workers or of the first.", "Tandon et al. 2017, section 5",
            none_params, sizeof(none) },
    .init = none_init, .enough = none_enough,
};
