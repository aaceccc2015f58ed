/* gap.h - the spectral gap of a mixing matrix: how fast mixing approaches consensus.  For topology.c. */
#ifndef DT_TOPOLOGY_GAP_H
#define DT_TOPOLOGY_GAP_H

#include "topology/topology.h"

/* The gap is 1 - the largest |eigenvalue| of W other than the 1 of the constant vector.  It is computed from all eigenvalues for
 * up to 256 workers, and above that by Lanczos steps until it changes by less than 1e-8 of itself.
 * Errors: DT_EINVAL (GSL found no eigenvalues). */
dt_status dt_topology_gap(const dt_topology *t, dt_rng *rng, double *gap, dt_arena *scratch);

#endif
