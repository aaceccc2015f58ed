/* optimiser.h - one step downhill from a gradient, of a whole vector or of a range of it.
 * n = entries.  x and out may be the same vector, or x a shared one that nobody may write; g is never written.
 * Everything here is pure arithmetic on the caller's memory: safe on any thread, no clock, no allocation. */
#ifndef DT_OPTIMISER_OPTIMISER_H
#define DT_OPTIMISER_OPTIMISER_H

#include "base/room.h"
#include "base/slice.h"

/* Which ranges of a vector can be stepped by themselves, with the result that the whole vector would have. */
typedef enum dt_optimiser_span {
    DT_SPAN_ANY,        /* any: every entry is stepped for itself */
    DT_SPAN_LAYERS,     /* those that begin and end where layers do (lars, lamb) */
    DT_SPAN_WHOLE       /* the whole vector alone (clip_norm) */
} dt_optimiser_span;

/* One step, as a type sees it: everything is [n], of a range that begins and ends where layers do if by_layer. */
typedef struct dt_move {
    double          rate;
    long            step;       /* from 1 since memory was zeroed */
    size_t          n;
    const float    *x, *g;      /* g as it came: a type reads it by dt_move_gradient */
    float          *memory;     /* vectors of [n], one after another */
    float          *out;
    const dt_slice *layer;      /* [layers] of the range, counted from its beginning; they cover it in order.  by_layer alone */
    size_t          layers, offset;     /* layer[l].first - offset is where layer l begins in x */
    float           bound, scale;       /* of clipping: the most of an entry; what all are multiplied by then */
} dt_move;

/* An entry of the gradient after clipping; a NaN stays one. */
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

/* Which ranges it can step; a caller that holds others refuses it. */
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

#endif
