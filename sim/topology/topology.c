/* topology.c - from a set of edges to sorted neighbours and their Metropolis weights. */
#include "topology/topology.h"
#include "topology/gap.h"
#include <assert.h>
#include <gsl/gsl_sort_ulong.h>
#include <limits.h>
#include <string.h>

#define ROOM topology
#include "base/members.h"

const dt_room dt_topology_room = {
    .name = "topology", .brief = "communication graph of decentralised SGD (gossip): who exchanges models with whom", .preset = "ring",
    ROOM_MEMBERS,
};

/* Each edge twice, as from << 32 | to: sorted, they are the rows of the graph. */
struct dt_edges {
    size_t         workers, count, room;
    unsigned long *arc;
    dt_arena      *scratch;
};
_Static_assert(sizeof(unsigned long) == 8, "an arc is two numbers of 32 bits");

static void edges_push(dt_edges *edges, size_t from, size_t to) {
    if (edges->count == edges->room) {
        unsigned long *old = edges->arc;
        edges->room = edges->room == 0 ? 4 * edges->workers : 2 * edges->room;
        edges->arc = dt_arena_take(edges->scratch, edges->room, sizeof *edges->arc);
        if (old != NULL) memcpy(edges->arc, old, edges->count * sizeof *old);
    }
    edges->arc[edges->count++] = (unsigned long)from << 32 | to;
}

void dt_edges_add(dt_edges *edges, size_t a, size_t b) {
    assert(a < edges->workers && b < edges->workers);
    if (a == b) return;
    edges_push(edges, a, b);
    edges_push(edges, b, a);
}

static void edges_unique(dt_edges *edges) {
    size_t kept = 0;
    if (edges->count > 0) gsl_sort_ulong(edges->arc, 1, edges->count);
    for (size_t i = 0; i < edges->count; i++)
        if (kept == 0 || edges->arc[kept - 1] != edges->arc[i]) edges->arc[kept++] = edges->arc[i];
    edges->count = kept;
}

static void topology_rows(dt_topology *t, const dt_edges *edges, dt_arena *run) {
    t->start = dt_arena_take(run, t->workers + 1, sizeof *t->start);
    t->neighbour = dt_arena_take(run, edges->count, sizeof *t->neighbour);
    for (size_t e = 0; e < edges->count; e++) {
        t->start[(edges->arc[e] >> 32) + 1]++;
        t->neighbour[e] = edges->arc[e] & UINT32_MAX;
    }
    for (size_t r = 0; r < t->workers; r++) t->start[r + 1] += t->start[r];
}

static size_t topology_degree(const dt_topology *t, size_t r) { return t->start[r + 1] - t->start[r]; }

/* W_ij = 1 / (1 + max(d_i, d_j)), W_ii = what is left of 1. */
static void topology_weigh(dt_topology *t, dt_arena *run) {
    t->weight = dt_arena_take(run, t->start[t->workers], sizeof *t->weight);
    t->self = dt_arena_take(run, t->workers, sizeof *t->self);
    for (size_t r = 0; r < t->workers; r++) {
        double others = 0;
        for (size_t e = t->start[r]; e < t->start[r + 1]; e++) {
            size_t mine = topology_degree(t, r), theirs = topology_degree(t, t->neighbour[e]);
            t->weight[e] = 1 / (1 + (double)(mine > theirs ? mine : theirs));
            others += t->weight[e];
        }
        t->self[r] = 1 - others;
    }
}

/* Walk from worker 0, breadth first. */
static dt_status topology_connected(const dt_topology *t, dt_arena *scratch) {
    size_t *queue = dt_arena_take(scratch, t->workers, sizeof *queue), count = 1;
    bool *seen = dt_arena_take(scratch, t->workers, sizeof *seen);
    seen[0] = true;
    for (size_t next = 0; next < count; next++)
        for (size_t e = t->start[queue[next]]; e < t->start[queue[next] + 1]; e++) {
            size_t to = t->neighbour[e];
            if (!seen[to]) queue[count++] = to;
            seen[to] = true;
        }
    if (count == t->workers) return DT_OK;
    size_t lost = 0;
    while (seen[lost]) lost++;
    return dt_fail_at(DT_EINVAL, "topology",
                      "expected a connected graph, got one in which worker 0 reaches only %zu of %zu workers, "
                      "worker %zu not among them", count, t->workers, lost);
}

static dt_status topology_build(const dt_topology_type *type, const void *state, dt_rng *rng, dt_topology *t,
                                dt_arena *run, dt_arena *scratch) {
    dt_edges edges = { .workers = t->workers, .scratch = scratch };
    DT_TRY(type->connect(state, t->workers, rng, &edges, scratch));
    edges_unique(&edges);
    topology_rows(t, &edges, run);
    topology_weigh(t, run);
    DT_TRY(topology_connected(t, scratch));
    return dt_topology_gap(t, rng, &t->gap, scratch);
}

dt_status dt_topology_make(const dt_config *config, size_t workers, uint64_t seed, dt_topology *out, dt_arena *run) {
    const dt_entry *entry;
    void *state;
    *out = (dt_topology){ .workers = workers };
    DT_TRY(dt_room_open(&dt_topology_room, config, NULL, NULL, run, &entry, &state));
    if (workers == 0 || workers > INT_MAX)
        return dt_fail_at(DT_EINVAL, "topology", "expected 1 to %d workers, got %zu", INT_MAX, workers);
    dt_arena *scratch = dt_arena_new(1 << 16);
    dt_rng *rng = dt_rng_stream(scratch, seed, 0, "topology");
    dt_status status = topology_build(dt_topology_of(entry), state, rng, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}
