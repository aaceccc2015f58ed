/* topology.c - from sets of edges to graphs with sorted neighbours and weights, used in turn. */
#include "topology/topology.h"
#include "topology/gap.h"
#include "topology/read.h"
#include <assert.h>
#include <gsl/gsl_sort_ulong.h>
#include <limits.h>
#include <string.h>

#define ROOM topology
#include "base/members.h"

static const dt_param topology_common[] = {
    DT_BOOL_PARAM(dt_topology, lazy, false,
                  "lazy mixing, (I + W) / 2: every worker gives the others half the weight, which makes all eigenvalues positive, as D2 "
                  "needs them, and mixing slower"),
    { 0 }
};

const dt_room dt_topology_room = {
    .name = "topology", .brief = "communication graph of decentralised SGD (gossip): who exchanges models with whom", .preset = "ring",
    .common = topology_common, ROOM_MEMBERS,
};

/* Arcs as from << 32 | to: sorted, they are the rows of a graph. */
struct dt_edges {
    size_t         workers, count, room;
    unsigned long *arc;
    const char   **name;        /* [workers] NULL before the first name */
    dt_arena      *scratch, *run;
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

void dt_edges_add_arc(dt_edges *edges, size_t from, size_t to) {
    assert(from < edges->workers && to < edges->workers);
    if (from != to) edges_push(edges, from, to);
}

void dt_edges_name(dt_edges *edges, size_t worker, const char *name) {
    assert(worker < edges->workers);
    if (edges->name == NULL) edges->name = dt_arena_take(edges->run, edges->workers, sizeof *edges->name);
    edges->name[worker] = dt_arena_text(edges->run, "%s", name);
}

/* Sort the arcs and keep one of each. */
static void edges_unique(dt_edges *edges) {
    size_t kept = 0;
    if (edges->count > 0) gsl_sort_ulong(edges->arc, 1, edges->count);
    for (size_t i = 0; i < edges->count; i++)
        if (kept == 0 || edges->arc[kept - 1] != edges->arc[i]) edges->arc[kept++] = edges->arc[i];
    edges->count = kept;
}

static unsigned long arc_back(unsigned long arc) { return arc << 32 | arc >> 32; }

/* The same arcs in the other direction, sorted. */
static dt_edges edges_back(const dt_edges *edges, dt_arena *scratch) {
    dt_edges back = *edges;
    back.arc = dt_arena_take(scratch, edges->count, sizeof *back.arc);
    for (size_t i = 0; i < edges->count; i++) back.arc[i] = arc_back(edges->arc[i]);
    if (back.count > 0) gsl_sort_ulong(back.arc, 1, back.count);
    return back;
}

static bool edges_equal(const dt_edges *a, const dt_edges *b) {
    return a->count == b->count && (a->count == 0 || memcmp(a->arc, b->arc, a->count * sizeof *a->arc) == 0);
}

/* Rows of sorted arcs. */
static void edges_rows(const dt_edges *edges, size_t **start, size_t **to, dt_arena *run) {
    *start = dt_arena_take(run, edges->workers + 1, sizeof **start);
    *to = dt_arena_take(run, edges->count, sizeof **to);
    for (size_t e = 0; e < edges->count; e++) {
        (*start)[(edges->arc[e] >> 32) + 1]++;
        (*to)[e] = edges->arc[e] & UINT32_MAX;
    }
    for (size_t r = 0; r < edges->workers; r++) (*start)[r + 1] += (*start)[r];
}

/* ---- weights --------------------------------------------------------------------------------- */

static size_t graph_degree(const dt_graph *g, size_t r) { return g->start[r + 1] - g->start[r]; }

static size_t graph_most(const dt_graph *g, size_t workers) {
    size_t most = 0;
    for (size_t r = 0; r < workers; r++) {
        assert(graph_degree(g, r) == g->to_start[r + 1] - g->to_start[r] && "as many arcs in as out");
        most = graph_degree(g, r) > most ? graph_degree(g, r) : most;
    }
    return most;
}

/* W_ij = 1 / (1 + max(d_i, d_j)), or with arcs in one direction 1 / (1 + max d); W_ii = what is left of 1. */
static void graph_weigh(dt_graph *g, const dt_topology *t, bool one_way, dt_arena *run) {
    size_t most = one_way ? graph_most(g, t->workers) : 0;
    g->weight = dt_arena_take(run, g->start[t->workers], sizeof *g->weight);
    g->self = dt_arena_take(run, t->workers, sizeof *g->self);
    for (size_t r = 0; r < t->workers; r++) {
        double others = 0;
        for (size_t e = g->start[r]; e < g->start[r + 1]; e++) {
            size_t mine = graph_degree(g, r), theirs = graph_degree(g, g->neighbour[e]);
            size_t degree = one_way ? most : mine > theirs ? mine : theirs;
            g->weight[e] = (t->lazy ? 0.5 : 1) / (1 + (double)degree);
            others += g->weight[e];
        }
        g->self[r] = 1 - others;
    }
}

static void graph_make(dt_graph *g, const dt_topology *t, const dt_edges *edges, dt_arena *run, dt_arena *scratch) {
    dt_edges back = edges_back(edges, scratch);
    bool one_way = !edges_equal(edges, &back);
    edges_rows(edges, &g->to_start, &g->to, run);
    if (one_way) {
        edges_rows(&back, &g->start, &g->neighbour, run);
    } else {
        g->start = g->to_start;
        g->neighbour = g->to;
    }
    graph_weigh(g, t, one_way, run);
}

/* ---- all graphs together --------------------------------------------------------------------- */

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

static void topology_join(dt_edges *all, const dt_edges *edges) {
    for (size_t i = 0; i < edges->count; i++) dt_edges_add(all, edges->arc[i] >> 32, edges->arc[i] & UINT32_MAX);
}

static dt_status topology_build(const dt_topology_type *type, const void *state, dt_rng *rng, dt_topology *t,
                                dt_arena *run, dt_arena *scratch) {
    dt_edges edges = { .workers = t->workers, .scratch = scratch, .run = run }, all = edges;
    t->graphs = type->graphs == NULL ? 1 : type->graphs(state, t->workers);
    t->graph = dt_arena_take(run, t->graphs, sizeof *t->graph);
    for (size_t g = 0; g < t->graphs; g++) {
        edges.count = 0;
        DT_TRY(type->connect(state, t->workers, g, rng, &edges, scratch));
        edges_unique(&edges);
        graph_make(&t->graph[g], t, &edges, run, scratch);
        topology_join(&all, &edges);
    }
    edges_unique(&all);
    edges_rows(&all, &t->start, &t->neighbour, run);
    t->name = edges.name;
    DT_TRY(topology_connected(t, scratch));
    return dt_topology_gap(t, rng, &t->gap, &t->least, scratch);
}

dt_status dt_topology_make(const dt_config *config, size_t workers, uint64_t seed, dt_topology *out, dt_arena *run) {
    const dt_entry *entry;
    void *state;
    *out = (dt_topology){ .workers = workers };
    DT_TRY(dt_room_open(&dt_topology_room, config, NULL, out, run, &entry, &state));
    if (workers == 0 || workers > INT_MAX)
        return dt_fail_at(DT_EINVAL, "topology", "expected 1 to %d workers, got %zu", INT_MAX, workers);
    dt_arena *scratch = dt_arena_new(1 << 16);
    dt_rng *rng = dt_rng_stream(scratch, seed, 0, "topology");
    dt_status status = topology_build(dt_topology_of(entry), state, rng, out, run, scratch);
    dt_arena_free(scratch);
    return status;
}
