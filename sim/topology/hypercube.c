/* hypercube.c - in round t every worker averages with the one whose number differs in bit t alone, one dimension of a hypercube after
 * the other.
 * When: the number of workers is a power of two, and log2 p rounds of one message each should give the exact mean; both partners
 * send, so that full-duplex links are used in both directions.  What breaks: hosts that fail, and lossy compressors, as of every
 * graph that changes.
 * Source: Cybenko 1989, "Dynamic Load Balancing for Distributed Memory Multiprocessors" (dimension exchange), section 4,
 * DOI 10.1016/0743-7315(89)90021-X. */
#include "topology/topology.h"

static size_t hypercube_graphs(const void *state, size_t workers) {
    size_t graphs = 1;
    (void)state;
    while ((size_t)1 << graphs < workers) graphs++;
    return graphs;
}

static dt_status hypercube_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                                   dt_arena *scratch) {
    size_t below = 1;
    (void)state;
    (void)rng;
    (void)scratch;
    while (2 * below <= workers) below *= 2;
    if (below != workers)
        return dt_fail_at(DT_EINVAL, "topology", "expected a power of two as number of workers, got %zu: take %zu or %zu workers, or "
                          "\"onepeer\"", workers, below, 2 * below);
    for (size_t r = 0; workers > 1 && r < workers; r++) dt_edges_add(edges, r, r ^ (size_t)1 << graph);
    return DT_OK;
}

const dt_topology_type dt_topology_hypercube = {
    .is = { "hypercube", "Changes every round: each worker averages with the one across the next dimension (dimension exchange).",
            "Cybenko 1989, section 4", NULL, 0 },
    .graphs = hypercube_graphs, .connect = hypercube_connect,
};
