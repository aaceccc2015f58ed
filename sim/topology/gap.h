/* gap.h - for topology.c: how fast mixing forgets where it began. */
#ifndef DT_TOPOLOGY_GAP_H
#define DT_TOPOLOGY_GAP_H

#include "topology/topology.h"

/* 1 - max |eigenvalue| of W beside the 1 of the constant vector: from all eigenvalues up to 256 workers, by
 * Lanczos steps above that, until the gap moves by less than 1e-8 of itself.
 * Errors: DT_EINVAL (GSL found no eigenvalues). */
dt_status dt_topology_gap(const dt_topology *t, dt_rng *rng, double *gap, dt_arena *scratch);

#endif
