/* pairs.c - in every round the workers average in pairs.  shift: the workers form two halves, and in round t worker i of the first
 * meets worker i + t of the second, so that after p / 2 rounds each has met all of the other half.  random: a matching of all
 * workers is drawn for every round.  With an odd number one worker has no partner, another one in every round.
 * When: one message a worker and round, between machines that all reach each other, as BAGUA's decentralised primitives send it.
 * What breaks: hosts that fail, and lossy compressors, as of every graph that changes.
 * Source: Gan et al. 2021, "BAGUA: Scaling up Distributed Learning with System Relaxations", section 3.3 (arXiv:2107.01499); random
 * pairs: Boyd, Ghosh, Prabhakar, Shah 2006, "Randomized Gossip Algorithms", DOI 10.1109/TIT.2006.874516, with all pairs at once. */
#include "topology/topology.h"
#include <gsl/gsl_randist.h>
#include <string.h>

typedef struct pairs { const char *order; long rounds; } pairs;

static bool pairs_random(const pairs *p) { return strcmp(p->order, "random") == 0; }

static size_t pairs_graphs(const void *state, size_t workers) {
    const pairs *p = state;
    return workers <= 2 ? 1 : pairs_random(p) ? (size_t)p->rounds : (workers + 1) / 2;
}

/* With an odd number of workers the second half has a place that nobody takes. */
static void pairs_shift(size_t workers, size_t graph, dt_edges *edges) {
    size_t half = (workers + 1) / 2;
    for (size_t i = 0; i < half; i++) {
        size_t other = half + (i + graph) % half;
        if (other < workers) dt_edges_add(edges, i, other);
    }
}

static void pairs_draw(size_t workers, dt_rng *rng, dt_edges *edges, dt_arena *scratch) {
    size_t *order = dt_arena_take(scratch, workers, sizeof *order);
    for (size_t r = 0; r < workers; r++) order[r] = r;
    gsl_ran_shuffle(rng, order, workers, sizeof *order);
    for (size_t i = 0; i + 1 < workers; i += 2) dt_edges_add(edges, order[i], order[i + 1]);
}

static dt_status pairs_connect(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges,
                               dt_arena *scratch) {
    if (pairs_random(state)) pairs_draw(workers, rng, edges, scratch);
    else pairs_shift(workers, graph, edges);
    return DT_OK;
}

static const dt_param pairs_params[] = {
    DT_CHOICE_PARAM(pairs, order, "shift", "shift|random",
                    "who meets whom: two halves that shift past each other, or pairs drawn from the seed"),
    DT_INT_PARAM(pairs, rounds, 64, 2, 1e5, "for how many rounds random pairs are drawn before they repeat; shift repeats after half "
                 "as many rounds as there are workers"),
    { 0 }
};

const dt_topology_type dt_topology_pairs = {
    .is = { "pairs", "Changes every round: the workers average in pairs, shifted or drawn at random.",
            "Gan et al. 2021, section 3.3; Boyd et al. 2006", pairs_params, sizeof(pairs) },
    .graphs = pairs_graphs, .connect = pairs_connect,
};
