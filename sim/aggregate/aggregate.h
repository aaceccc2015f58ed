/* aggregate.h - aggregation rules: how several vectors (updates, models, gradients) become one.  Robust (Byzantine-tolerant)
 * rules fit as well as means, since there are two steps: weigh looks at all vectors and gives each a weight, merge forms
 * a range of entries.  Sums are formed in double in the order of the inputs, which is that of ranks, whatever arrived first.
 * Nothing here advances the clock: whoever forms an aggregate charges dt_aggregate_flops to its host, once all vectors have
 * arrived. */
#ifndef DT_AGGREGATE_AGGREGATE_H
#define DT_AGGREGATE_AGGREGATE_H

#include "base/pool.h"
#include "base/room.h"
#include "base/slice.h"

typedef struct dt_inputs {
    size_t              count, n;
    const float *const *x;          /* [count] vectors of [n]; entries NULL where only the weights are asked for */
    const double       *size;       /* [count] samples behind each vector, > 0; NULL where nothing is merged */
} dt_inputs;

typedef struct dt_aggregate_type {
    dt_entry is;
    /* True for a weighted sum whose weights follow from the sizes alone: an all-reduce may add partial sums on the way.
     * False: one place needs all vectors. */
    bool partial;
    /* Scratch that grows with the inputs comes from run; NULL: there is none. */
    void (*init)(void *state, dt_arena *run);
    /* The fewest vectors that the rule is defined for; NULL: one.  With fewer, which faults may leave, it does what they allow. */
    size_t (*least)(const void *state);
    /* The flops of forming n entries from count vectors on a real machine, in proportion to n; NULL: 0, since a sum is formed
     * while its vectors are received. */
    double (*flops)(const void *state, size_t count, size_t n);
    /* Fill weight [count]; non-negative, sum 1.  A vector of weight 0 is not read again. */
    void (*weigh)(void *state, const dt_inputs *in, double *weight, dt_pool *pool);
    /* out[first .. last-1] from the inputs and weights; NULL: the weighted sum.  It runs on any thread;
     * column [count] is scratch of that thread.  out may be one of the inputs: read an entry before writing it. */
    void (*merge)(const void *state, const dt_inputs *in, const double *weight, size_t first, size_t last,
                  float *column, float *out);
} dt_aggregate_type;

typedef struct dt_aggregate {
    const dt_aggregate_type  *type;
    void                     *state;
    struct dt_aggregate_columns *columns;   /* scratch; only the simulating thread makes it larger */
    const dt_slice *layer;      /* [layers] each is formed by itself; none: the vector as a whole */
    size_t          layers;
    /* the room's common parameters: */
    const char     *by;         /* "whole" | "layer" */
    double          flops;      /* of an entry of a vector, besides those of the type */
} dt_aggregate;

DT_DECLARE_ROOM(aggregate)     /* preset: "weighted" */

/* Open the rule that config names (NULL: the preset); it belongs to run.  Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_aggregate_open(dt_aggregate *a, const dt_config *config, dt_arena *run);

/* Tell the layers of the vectors, which cover them: with by = "layer" each is formed by itself.  The caller keeps them. */
void dt_aggregate_divide(dt_aggregate *a, const dt_slice *layer, size_t layers);

/* Check that the rule is defined for so many vectors.  Errors: DT_EINVAL at "aggregate". */
dt_status dt_aggregate_check(const dt_aggregate *a, size_t count);

/* The flops of forming n entries from count vectors on a real machine. */
double dt_aggregate_flops(const dt_aggregate *a, size_t count, size_t n);

/* The weights of the sum of a partial type, for a caller that forms the sum itself. */
void dt_aggregate_weigh(const dt_aggregate *a, const dt_inputs *in, double *weight, dt_pool *pool);

/* Form out [n] from in, on all threads of pool; weight [count] is filled on the way (by layers: their mean, by entries).
 * out may be one of the inputs.  The result does not depend on the number of threads. */
void dt_aggregate_form(const dt_aggregate *a, const dt_inputs *in, double *weight, float *out, dt_pool *pool);

/* The same for inputs that are entries first .. first + n - 1 of the vectors that the layers divide, such as a server's range;
 * of a layer only the part within that range is formed. */
void dt_aggregate_form_range(const dt_aggregate *a, const dt_inputs *in, size_t first, double *weight, float *out,
                             dt_pool *pool);

/* The largest difference from 1 of the sum of weights, over all that was formed so far. */
double dt_aggregate_imbalance(const dt_aggregate *a);

/* The consensus distance of the inputs from mean [n]: sqrt(1/count sum_i ||x_i - mean||^2), whatever their sizes. */
double dt_aggregate_consensus_distance(const dt_inputs *in, const float *mean);

#endif
