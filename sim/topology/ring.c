/* ring.c - every worker talks to the one before and the one after.
 * Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", section 5. */
#include "topology/topology.h"

static dt_status ring_connect(const void *state, size_t workers, dt_rng *rng, dt_edges *edges, dt_arena *scratch) {
    (void)state;
    (void)rng;
    (void)scratch;
    for (size_t r = 0; r < workers; r++) dt_edges_add(edges, r, (r + 1) % workers);
    return DT_OK;
}

const dt_topology_type dt_topology_ring = {
    .is = { "ring", "Two neighbours each, in a circle.", "Lian et al. 2017, section 5", NULL, 0 },
    .connect = ring_connect,
};
