/* onepeer.c - the directed one-peer exponential graph: in round t every worker sends to the one 2^t places on, for t = 0, 1, ...
 * below log2 p, and then again from 1.
 * When: one message a worker and round should mix as fast as a graph with log2 p neighbours.  With a power of two as number of
 * workers log2 p rounds give the exact mean.  What breaks: hosts that fail, and lossy compressors, as of every graph that changes.
 * Source: Assran et al. 2019, "Stochastic Gradient Push for Distributed Deep Learning", appendix A (arXiv:1811.10792); Ying et al.
 * 2021, "Exponential Graph is Provably Efficient for Decentralized Deep Training", section 4 (arXiv:2110.13363). */
#include "topology/topology.h"

/* The powers of two below the number of workers. */
static size_t onepeer_graphs(const void *state, size_t workers) {
    size_t graphs = 1;
    (void)state;
    while ((size_t)1 << graphs < workers) graphs++;
    return graphs;
}

static dt_status onepeer_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                                 dt_arena *scratch) {
    (void)state;
    (void)rng;
    (void)scratch;
    for (size_t r = 0; r < workers; r++) dt_edges_add_arc(edges, r, (r + ((size_t)1 << graph)) % workers);
    return DT_OK;
}

const dt_topology_type dt_topology_onepeer = {
    .is = { "onepeer", "Changes every round: each worker sends to the one 1, 2, 4, ... places on (one-peer exponential).",
            "Ying et al. 2021, section 4", NULL, 0 },
    .graphs = onepeer_graphs, .connect = onepeer_connect,
};
