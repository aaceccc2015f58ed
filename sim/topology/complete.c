/* complete.c - every worker has all others as neighbours: one mixing step gives the mean.
 * When: a bound for what a topology can achieve is asked for.  It sends p (p - 1) messages in a step.
 * Source: Xiao, Boyd, Lall 2005; W = 1 1^T / p. */
#include "topology/topology.h"

static dt_status complete_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                                  dt_arena *scratch) {
    (void)graph;
    (void)state;
    (void)rng;
    (void)scratch;
    for (size_t a = 0; a < workers; a++)
        for (size_t b = a + 1; b < workers; b++) dt_edges_add(edges, a, b);
    return DT_OK;
}

const dt_topology_type dt_topology_complete = {
    .is = { "complete", "Every worker has all others as neighbours: one mixing step is the mean.", "Xiao, Boyd, Lall 2005",
            NULL, 0 },
    .connect = complete_connect,
};
