/* norm.h - what clipping and the optimisers that look at whole layers share. */
#ifndef DT_OPTIMISER_NORM_H
#define DT_OPTIMISER_NORM_H

#include <stddef.h>

/* Root of the sum of the squares of v [n], no entry counted as more than bound; the sum is formed in double, always in the
 * same order. */
double dt_optimiser_norm(size_t n, const float *v, float bound);

#endif
