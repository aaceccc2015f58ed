/* ring.c - every worker has the one before and the one after as neighbours.
 * When: messages are expensive; it sends the fewest.  What breaks: its spectral gap falls as 1 / p^2, so with many workers the
 * models stay far from consensus.
 * Source: Lian et al. 2017, "Can Decentralized Algorithms Outperform Centralized Algorithms?", section 5 (arXiv 1705.09056). */
#include "topology/topology.h"

static dt_status ring_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                              dt_arena *scratch) {
    (void)graph;
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
