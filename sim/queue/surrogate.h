/* surrogate.h - a function of two numbers that is known at a few points, as a Gaussian process: what it may be elsewhere.  For members
 * that look for a good choice while a training runs.  Pure arithmetic. */
#ifndef DT_QUEUE_SURROGATE_H
#define DT_QUEUE_SURROGATE_H

#include <stddef.h>

enum { DT_SURROGATE_MOST = 64 };

typedef struct dt_surrogate {
    size_t count;                                   /* points that are known */
    double at[DT_SURROGATE_MOST][2];                /* of the unit square */
    double value[DT_SURROGATE_MOST];
    /* what dt_surrogate_fit sets: */
    double length[2], noise;                        /* scale of each axis; variance of a value's error, where that of the process is 1 */
    double mean, scale, least;                      /* of the values */
    double factor[DT_SURROGATE_MOST * DT_SURROGATE_MOST];   /* [count * count] Cholesky factor of the covariance */
    double weight[DT_SURROGATE_MOST];               /* [count] covariance \ (value - mean) / scale */
} dt_surrogate;

/* Fit the process to count >= 1 points: lengths and noise of the largest marginal likelihood, of a few. */
void dt_surrogate_fit(dt_surrogate *s);

/* Mean and standard deviation of the function at a point, and by how much it is expected to be less than the least known value. */
void   dt_surrogate_guess(const dt_surrogate *s, const double at[2], double *mean, double *deviation);
double dt_surrogate_improvement(const dt_surrogate *s, const double at[2]);

#endif
