/* exponential.c - neighbours at distances 1, 2, 4, ... around a circle, in both directions.
 * When: fast mixing with few neighbours, about 2 log2 p of them, is asked for.
 * Source: Ying et al. 2021, "Exponential Graph is Provably Efficient for Decentralized Deep Training", section 3 (arXiv
 * 2110.13363); theirs is directed (i to i + 2^k), here every edge is used in both directions, so that W is symmetric. */
#include "topology/topology.h"

static dt_status exponential_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                                     dt_arena *scratch) {
    (void)graph;
    (void)state;
    (void)rng;
    (void)scratch;
    for (size_t r = 0; r < workers; r++)
        for (size_t hop = 1; hop < workers; hop *= 2) dt_edges_add(edges, r, (r + hop) % workers);
    return DT_OK;
}

const dt_topology_type dt_topology_exponential = {
    .is = { "exponential", "Neighbours at distances 1, 2, 4, ... around a circle.", "Ying et al. 2021, section 3", NULL,
            0 },
    .connect = exponential_connect,
};
