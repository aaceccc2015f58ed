/* star.c - worker 0 is the neighbour of every other worker.
 * When: one worker has a far better connection than the others.  Its link carries all messages, and if it fails nobody
 * communicates.
 * Source: Xiao, Boyd, Lall 2005, section 4, with Metropolis weights. */
#include "topology/topology.h"

static dt_status star_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                              dt_arena *scratch) {
    (void)graph;
    (void)state;
    (void)rng;
    (void)scratch;
    for (size_t r = 1; r < workers; r++) dt_edges_add(edges, 0, r);
    return DT_OK;
}

const dt_topology_type dt_topology_star = {
    .is = { "star", "Worker 0 in the middle, all others around it.", "Xiao, Boyd, Lall 2005", NULL, 0 },
    .connect = star_connect,
};
