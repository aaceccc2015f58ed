/* layer.h - the layers of neural networks: each maps m samples of one shape to m samples of another.
 * All matrices are float, row-major, samples outermost; within an image the channels are innermost
 * ([height][width][channels]), so that a convolution is one matrix product and nothing is transposed.
 * The dense algebra (CBLAS) of the project is here.  It is pure arithmetic on the caller's memory, and safe on any thread. */
#ifndef DT_LAYER_LAYER_H
#define DT_LAYER_LAYER_H

#include "base/rng.h"
#include "base/room.h"
#include "base/slice.h"

typedef struct dt_extent { size_t channels, height, width; } dt_extent;    /* a plain vector is { n, 1, 1 } */

/* A layer of a model, whose input shape is known. */
typedef struct dt_layer {
    const struct dt_layer_type *type;
    void      *state;
    dt_extent  in, out;
    size_t     params;          /* floats of its slice of x */
    size_t     groups;          /* of units whose parameters lie one after another; 0: it has none */
    const size_t *block;        /* [groups + 1] where in its slice those of each group begin; NULL if there are none */
    size_t     work;            /* floats of scratch, which do not depend on the number of samples */
    double     forward_flops, backward_flops;       /* of one sample */
} dt_layer;

/* One call of a layer: the samples, and the memory it reads and writes. */
typedef struct dt_layer_pass {
    size_t       m;             /* samples */
    const float *x;             /* [params] */
    const float *in;            /* [m * in] */
    float       *out;           /* [m * out] forward writes it, backward reads it */
    float       *work;          /* [work] */
    float       *d_out;         /* [m * out] backward only; may be overwritten */
    float       *g;             /* [params] backward only; the gradient is written here */
    float       *d_in;          /* [m * in] backward only; written; NULL: not needed */
    bool         add;           /* backward only: the gradient is added to what g holds */
    const dt_sink *sink;        /* backward only, of a layer with pieces: takes the gradient in place of g, not with add; or NULL */
} dt_layer_pass;

typedef struct dt_layer_type {
    dt_entry is;
    /* Set out, params, work and flops of l from l->in, and groups and block, which belongs to run.
     * Errors: DT_EINVAL if the layer does not fit that shape. */
    dt_status (*init)(void *state, dt_layer *l, dt_arena *run);
    void (*start)(const dt_layer *l, dt_rng *rng, float *x);        /* NULL if it has no parameters */
    void (*forward)(const dt_layer *l, const dt_layer_pass *p);
    void (*backward)(const dt_layer *l, const dt_layer_pass *p);    /* after forward with the same p */
    /* backward can hand out its gradient in pieces, which cover [params] in order.  It reads nothing of x any more from the first
     * piece on, so that the sink may step x along each. */
    bool pieces;
} dt_layer_type;

DT_DECLARE_ROOM(layer)

static inline size_t dt_extent_size(dt_extent e) { return e.channels * e.height * e.width; }

/* Open the layer that config names, for inputs of extent in.  Errors: DT_EINVAL if it does not fit them. */
dt_status dt_layer_open(dt_layer *l, const dt_config *config, dt_extent in, dt_arena *run);

/* From now on every product runs on its caller's thread alone (the pool already uses all cores). */
void dt_layer_single_thread(void);

/* c [rows * columns] = keep * c + a b, where a is [rows * inner], stored [inner * rows] if turned, and
 * b is [inner * columns], stored [columns * inner] if turned.  keep = 0 does not read c. */
typedef enum dt_side { DT_PLAIN, DT_TURNED } dt_side;
void dt_layer_multiply(dt_side a_side, dt_side b_side, size_t rows, size_t columns, size_t inner, const float *a,
                       const float *b, float keep, float *c);

#endif
