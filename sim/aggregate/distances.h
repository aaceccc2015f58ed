/* distances.h - the distances of all pairs of inputs, for rules that compare whole vectors (krum, bulyan, geometric).
 * Private to this room. */
#ifndef DT_AGGREGATE_DISTANCES_H
#define DT_AGGREGATE_DISTANCES_H

#include "aggregate/aggregate.h"

/* Squared distance of two vectors [n], in double. */
double dt_aggregate_distance(const float *x, const float *y, size_t n);

/* Squared distances of all pairs; belongs to run and grows with the inputs. */
typedef struct dt_aggregate_distances {
    dt_arena *run;
    double   *d;            /* [count][count] symmetric; infinite if one of the two vectors is not finite */
    bool     *finite;       /* [count] */
    double   *row;          /* [count] scratch */
    size_t    room;
} dt_aggregate_distances;

/* Fill d and finite, each pair once, on all threads: O(count^2 n), the same to the bit for any number of threads. */
void dt_aggregate_measure(dt_aggregate_distances *s, const dt_inputs *in, dt_pool *pool);

/* Krum's score of vector i: the sum of the squared distances to its present - f - 2 closest others; with fewer than 2 f + 3 vectors
 * f is what those tolerate.
 *   absent  [count] true: the vector counts no more; NULL: all count */
double dt_aggregate_score(const dt_aggregate_distances *s, size_t count, const bool *absent, size_t i, size_t f);

/* The flops of dt_aggregate_measure on a real machine: subtract, multiply, add, for each entry of each pair. */
double dt_aggregate_measure_flops(size_t count, size_t n);

#endif
