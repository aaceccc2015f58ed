/* gap.h - the spectral gap of a mixing matrix: how fast mixing approaches consensus.  For topology.c. */
#ifndef DT_TOPOLOGY_GAP_H
#define DT_TOPOLOGY_GAP_H

#include "topology/topology.h"

/* Of one graph whose edges have both directions: 1 - the largest |eigenvalue| of W other than the 1 of the constant vector.  It is
 * computed from all eigenvalues for up to 256 workers, and above that by Lanczos steps until it changes by less than 1e-8 of
 * itself.
 * Else: 1 - s^(1 / graphs), where s is the largest singular value, on vectors of mean 0, of the product of the matrices of a
 * period: over a period the distance from consensus falls to s times what it was, or below.  1: the exact mean after a period.
 * For a single symmetric matrix both are the same number.
 * Source: Koloskova et al. 2020, "A Unified Theory of Decentralized SGD with Changing Topology and Local Updates", assumption 4
 * (arXiv:2003.10422), whose p is 1 - s^2 for tau = graphs.
 * least: the least eigenvalue of such a single matrix; of one worker alone 1; NaN: there are several, or arcs in one direction.
 * Errors: DT_EINVAL (GSL found no eigenvalues). */
dt_status dt_topology_gap(const dt_topology *t, dt_rng *rng, double *gap, double *least, dt_arena *scratch);

#endif
