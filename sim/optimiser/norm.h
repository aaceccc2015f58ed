/* norm.h - 2-norms, for gradient clipping and for the optimisers that scale whole layers.  Private to this room. */
#ifndef DT_OPTIMISER_NORM_H
#define DT_OPTIMISER_NORM_H

#include <math.h>
#include <stddef.h>

/* Sum of the squares of v [n], no entry counted as more than bound; formed in double, always in the same order. */
double dt_optimiser_squares(size_t n, const float *v, float bound);

static inline double dt_optimiser_norm(size_t n, const float *v, float bound) { return sqrt(dt_optimiser_squares(n, v, bound)); }

#endif
