/* topology.h - the communication graph of decentralised SGD: an undirected connected graph over the workers, its mixing matrix
 * by the Metropolis rule  W_ij = 1 / (1 + max(d_i, d_j)),  W_ii = 1 - sum_j W_ij  (symmetric, doubly stochastic),
 * and its spectral gap 1 - |lambda_2|: the larger it is, the faster the workers' models approach consensus.
 * Source: Xiao, Boyd, Lall 2005, "A scheme for robust distributed sensor fusion based on average consensus". */
#ifndef DT_TOPOLOGY_TOPOLOGY_H
#define DT_TOPOLOGY_TOPOLOGY_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_edges dt_edges;       /* a growing set of pairs */

/* Add the pair a, b, both below workers; loops and pairs already there are ignored. */
void dt_edges_add(dt_edges *edges, size_t a, size_t b);

typedef struct dt_topology_type {
    dt_entry is;
    /* Add every edge of the graph of so many workers.  Errors: DT_EINVAL if there is no such graph. */
    dt_status (*connect)(const void *state, size_t workers, dt_rng *rng, dt_edges *edges, dt_arena *scratch);
} dt_topology_type;

/* The neighbours of rank r, ascending: neighbour[start[r]] .. neighbour[start[r + 1] - 1]. */
typedef struct dt_topology {
    size_t  workers;
    size_t *start;          /* [workers + 1] */
    size_t *neighbour;      /* [start[workers]] */
    double *weight;         /* [start[workers]] W_rj for neighbour j */
    double *self;           /* [workers] W_rr */
    double  gap;            /* 1 - second largest |eigenvalue| of W; 1 worker: 1 */
} dt_topology;

DT_DECLARE_ROOM(topology)     /* preset: "ring" */

/* Build the graph that config names.  Errors: DT_ENOTFOUND, DT_EINVAL (also: not connected), DT_EIO, DT_EFORMAT. */
dt_status dt_topology_make(const dt_config *config, size_t workers, uint64_t seed, dt_topology *out, dt_arena *run);

#endif
