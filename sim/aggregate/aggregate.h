/* aggregate.h - how many vectors become one.  Two steps, so that robust rules fit as well as means:
 * weigh looks at all vectors and gives each a weight (it may choose), merge forms a range of entries.
 * Sums run in double in the order of the inputs: the order of ranks, whatever arrived first.
 * Nothing here advances the clock. */
#ifndef DT_AGGREGATE_AGGREGATE_H
#define DT_AGGREGATE_AGGREGATE_H

#include "base/pool.h"
#include "base/room.h"

typedef struct dt_inputs {
    size_t              count, n;
    const float *const *x;          /* [count] vectors of [n]; entries NULL where only the weights are asked for */
    const double       *size;       /* [count] samples behind each vector, > 0; NULL where nothing is merged */
} dt_inputs;

typedef struct dt_aggregate_type {
    dt_entry is;
    /* A weighted sum whose weights follow from the sizes alone: partial sums can be added up on the way.  False: all
     * vectors must meet in one place. */
    bool partial;
    /* Fill weight [count]; non-negative, sum 1. */
    void (*weigh)(const void *state, const dt_inputs *in, double *weight);
    /* out[first .. last-1] from the inputs and weights; NULL: the weighted sum.  It runs on any thread;
     * column [count] is scratch of that thread.  out may be one of the inputs: read an entry before writing it. */
    void (*merge)(const void *state, const dt_inputs *in, const double *weight, size_t first, size_t last,
                  float *column, float *out);
} dt_aggregate_type;

typedef struct dt_aggregate {
    const dt_aggregate_type  *type;
    void                     *state;
    struct dt_aggregate_columns *columns;   /* scratch of merge, grown by the simulating thread */
} dt_aggregate;

DT_DECLARE_ROOM(aggregate)     /* preset: "weighted" */

dt_status dt_aggregate_open(dt_aggregate *a, const dt_config *config, dt_arena *run);

/* Form out [n] from in, on all threads of pool; weight [count] is filled on the way.
 * out may be one of the inputs.  The result does not depend on the number of threads. */
void dt_aggregate_form(const dt_aggregate *a, const dt_inputs *in, double *weight, float *out, dt_pool *pool);

/* By how much the weights of what was formed so far missed the sum of 1 at most. */
double dt_aggregate_imbalance(const dt_aggregate *a);

/* How far the inputs lie from mean [n]: sqrt(1/count sum_i ||x_i - mean||^2); sizes are not looked at. */
double dt_aggregate_spread(const dt_inputs *in, const float *mean);

#endif
