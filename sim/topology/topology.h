/* topology.h - the communication graph of decentralised SGD over the workers, its mixing matrix W, and how fast mixing approaches
 * consensus.  W is doubly stochastic.  Where every edge is used in both directions it is symmetric, by the Metropolis rule
 *   W_ij = 1 / (1 + max(d_i, d_j)),  W_ii = 1 - sum_j W_ij;
 * a graph of arcs in one direction, of which every worker has as many in as out, has 1 / (1 + max d) on each arc.
 * A topology may have several graphs, used in turn: that of round t is number t mod graphs.  All of them together connect the
 * workers.
 * Source: Xiao, Boyd, Lall 2005, "A scheme for robust distributed sensor fusion based on average consensus". */
#ifndef DT_TOPOLOGY_TOPOLOGY_H
#define DT_TOPOLOGY_TOPOLOGY_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_edges dt_edges;       /* a growing set of pairs */

/* Add the pair a, b, both below workers; loops and pairs already there are ignored.  dt_edges_add_arc adds one direction alone:
 * from sends to to, and does not hear it. */
void dt_edges_add(dt_edges *edges, size_t a, size_t b);
void dt_edges_add_arc(dt_edges *edges, size_t from, size_t to);

typedef struct dt_topology_type {
    dt_entry is;
    /* How many graphs are used in turn.  NULL: 1.  A member that has it makes graphs that change, whatever their number is. */
    size_t (*graphs)(const void *state, size_t workers);
    /* Add every edge of graph number graph of so many workers; the graphs are asked for in order, with one stream of random
     * numbers.  Errors: DT_EINVAL if there is no such graph. */
    dt_status (*connect)(const void *state, size_t workers, size_t graph, dt_rng *rng, dt_edges *edges, dt_arena *scratch);
} dt_topology_type;

/* One graph: row r of W.  Rank r hears neighbour[start[r]] .. neighbour[start[r + 1] - 1], and sends to to[to_start[r]] ..; both
 * ascend, and are the same arrays where every edge has both directions. */
typedef struct dt_graph {
    size_t *start, *neighbour;      /* [workers + 1], [start[workers]] */
    double *weight, *self;          /* [start[workers]] W_rj for neighbour j; [workers] W_rr */
    size_t *to_start, *to;          /* [workers + 1], [to_start[workers]] */
} dt_graph;

typedef struct dt_topology {
    size_t    workers, graphs;
    dt_graph *graph;                /* [graphs] */
    size_t   *start, *neighbour;    /* whom each rank exchanges anything with, in any graph and either direction; ascending */
    double    gap;                  /* gap.h: 0 never mixes, 1 gives the exact mean */
    double    least;                /* gap.h: the least eigenvalue of W; NaN: W is not one symmetric matrix */
    bool      lazy;                 /* the room's common parameter: W is (I + W) / 2 */
    const char **name;              /* [workers] what the graph's file calls them; NULL: it does not name them */
} dt_topology;

DT_DECLARE_ROOM(topology)     /* preset: "ring"; common: lazy (false) */

/* Build the graphs that config names.  Errors: DT_ENOTFOUND, DT_EINVAL (also: not connected), DT_EIO, DT_EFORMAT. */
dt_status dt_topology_make(const dt_config *config, size_t workers, uint64_t seed, dt_topology *out, dt_arena *run);

/* The graph of that round, which is counted from 0. */
static inline const dt_graph *dt_topology_at(const dt_topology *t, long round) { return &t->graph[(size_t)round % t->graphs]; }

#endif
