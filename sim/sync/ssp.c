/* ssp.c - stale synchronous parallel: bounded staleness.  A worker may be some iterations ahead of the slowest, not more.
 * When to use it: stragglers that change from step to step, which the slack absorbs.  What breaks it: a worker that is always
 * slower, for which all others wait in the end.
 * Source: Ho et al. 2013, "More Effective Distributed ML via a Stale Synchronous Parallel Parameter Server", section 2:
 * worker p begins iteration c_p + 1 when c_p - min_q c_q <= s.  It then sees every update of the iterations up to c_p - s,
 * all of its own, and perhaps newer ones. */
#include "sync/sync.h"

typedef struct ssp { long staleness; } ssp;

static long ssp_lead(const void *state, const dt_sync_clocks *clocks, size_t worker) {
    (void)clocks;
    (void)worker;
    return ((const ssp *)state)->staleness;
}

static const dt_param ssp_params[] = {
    DT_INT_PARAM(ssp, staleness, 3, 0, 1e15,
                 "bounded staleness: iterations that a worker may be ahead of the slowest when it begins one (s of the paper); 0: it begins "
                 "when those of bsp do.  Each gradient is a step of its own when it comes, as with async"),
    { 0 }
};

const dt_sync_type dt_sync_ssp = {
    .is = { "ssp", "Stale synchronous, bounded staleness: a worker may be a few iterations ahead of the slowest.", "Ho et al. 2013, section 2",
            ssp_params, sizeof(ssp) },
    .lead = ssp_lead,
};
