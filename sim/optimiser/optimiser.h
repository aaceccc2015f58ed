/* optimiser.h - one step of an optimiser along a gradient, of a whole vector or of a range of it.
 * n = entries.  x and out may be the same vector, or x a shared one that must not be written; g is never written.
 * Everything here is pure arithmetic on the caller's memory: it is safe on any thread and uses neither clock nor allocation. */
#ifndef DT_OPTIMISER_OPTIMISER_H
#define DT_OPTIMISER_OPTIMISER_H

#include "base/room.h"
#include "base/slice.h"

/* The ranges of a vector that can be stepped by themselves, with the same result as a step of the whole vector. */
typedef enum dt_optimiser_span {
    DT_SPAN_ANY,        /* any range: each entry is stepped by itself */
    DT_SPAN_LAYERS,     /* ranges of whole layers (lars, lamb) */
    DT_SPAN_WHOLE       /* only the whole vector (clip_norm) */
} dt_optimiser_span;

/* One step, as a type sees it.  All vectors are [n], of a range; if by_layer, of whole layers. */
typedef struct dt_move {
    double          rate;
    long            step;       /* from 1 since memory was zeroed */
    long            frozen;     /* of follow alone: the step after which the second moment has stayed as it is */
    size_t          n;
    const float    *x, *g;      /* g is not clipped yet: a type reads it by dt_move_gradient */
    float          *memory;     /* vectors of [n], one after another */
    float          *out;
    const dt_slice *layer;      /* [layers] of the range, counted from its beginning; they cover it in order.  by_layer alone */
    size_t          layers, offset;     /* layer[l].first - offset is where layer l begins in x */
    float           bound, scale;       /* of clipping: the largest size of an entry; the factor of all entries after that */
} dt_move;

/* An entry of the gradient after clipping; a NaN stays a NaN. */
static inline float dt_move_gradient(float g, float bound, float scale) {
    return (g > bound ? bound : g < -bound ? -bound : g) * scale;
}

typedef struct dt_optimiser_type {
    dt_entry is;
    bool by_layer;      /* its step of an entry depends on the whole layer */
    /* Floats of memory one worker keeps for n entries, a multiple of n; zeroed before the first step. */
    size_t (*memory)(const void *state, size_t n);
    /* out = x minus the step along the clipped g at this rate. */
    void (*step)(const void *state, const dt_move *move);
    /* Where a step is along a running mean or sum of the gradients, the first moment, scaled by a second moment or by nothing: out =
     * the first moment, one clipped g further, while memory (NULL: without momentum) stays; and out = x minus the step along g as
     * the first moment, which takes its place in memory, while the second moment stays.  NULL: it has no such moments. */
    void (*blend)(const void *state, const dt_move *move);
    void (*follow)(const void *state, const dt_move *move);
} dt_optimiser_type;

typedef struct dt_optimiser {
    const dt_optimiser_type *type;
    void           *state;
    double          lr;         /* learning rate, and those of clipping: the room's common parameters */
    double          clip_norm, clip_value;
    const dt_slice *layer;      /* [layers] that cover the vector in order */
    size_t          layers;
} dt_optimiser;

DT_DECLARE_ROOM(optimiser)     /* preset: "sgd"; common: lr (0.1), clip_norm, clip_value (0: none) */

/* Open the optimiser that config names.  layer [layers] are the layers of the vector that it will step, in order, and
 * stay the caller's; layers 0: it is one layer. */
dt_status dt_optimiser_open(dt_optimiser *o, const dt_config *config, const dt_slice *layer, size_t layers, dt_arena *run);

/* The ranges that it can step; a caller that has other ranges refuses the optimiser. */
dt_optimiser_span dt_optimiser_needs(const dt_optimiser *o);

/* Floats of memory that a range of n entries needs, zeroed before its first step; 0: none (memory may be NULL). */
size_t dt_optimiser_memory(const dt_optimiser *o, size_t n);

/* out = x minus one step along g, which is clipped before: each entry to clip_value, then all to the norm clip_norm (as
 * torch.nn.utils.clip_grad_value_ and clip_grad_norm_ do).
 *   step    from 1 since memory was zeroed
 *   range   which entries of the whole vector these are; what dt_optimiser_needs allows
 *   x, g, out [range.count]   memory [dt_optimiser_memory(o, range.count)] of this range alone */
void dt_optimiser_step(const dt_optimiser *o, double rate, long step, dt_slice range, const float *x, const float *g,
                       float *memory, float *out);

/* For workers whose first moments travel in place of gradients (1-bit Adam); whole vectors, of types that have blend and follow.
 * dt_optimiser_blend: out [n] = the first moment, one gradient further, which is clipped before; memory stays.
 * dt_optimiser_follow: moment [n] becomes the first moment, out = x minus one step along it, and the second moment is that after
 * step number frozen.  Where nothing stands still, both together are a step, but for rounding. */
void dt_optimiser_blend(const dt_optimiser *o, size_t n, const float *x, const float *g, const float *memory, float *out);
void dt_optimiser_follow(const dt_optimiser *o, double rate, long step, long frozen, size_t n, const float *x, const float *moment,
                         float *memory, float *out);

/* Can first moments travel? */
static inline bool dt_optimiser_has_moments(const dt_optimiser *o) { return o->type->follow != NULL; }

/* True if each of its steps is x - rate d, with a direction d that depends on x and g alone: gradient descent without momentum. */
bool dt_optimiser_is_plain(const dt_optimiser *o);

/* out [range.count] = that direction, clipped as in a step; out may be g.  A momentum of the optimiser is left out. */
void dt_optimiser_direction(const dt_optimiser *o, dt_slice range, const float *x, const float *g, float *out);

#endif
