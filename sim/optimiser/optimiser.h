/* optimiser.h - one step downhill from a gradient.
 * n = entries.  x and out may be the same vector, or x a shared one that nobody may write. */
#ifndef DT_OPTIMISER_OPTIMISER_H
#define DT_OPTIMISER_OPTIMISER_H

#include "base/room.h"

typedef struct dt_optimiser_type {
    dt_entry is;
    /* Floats of memory one worker keeps for n entries; zeroed before the first step. */
    size_t (*memory)(const void *state, size_t n);
    /* out = x minus the step along g at this rate; step counts from 1 since memory was zeroed. */
    void (*step)(const void *state, double rate, long step, size_t n, const float *x, const float *g, float *memory,
                 float *out);
} dt_optimiser_type;

typedef struct dt_optimiser {
    const dt_optimiser_type *type;
    void  *state;
    double lr;          /* learning rate; the room's common parameter */
} dt_optimiser;

DT_DECLARE_ROOM(optimiser)     /* preset: "sgd"; common: lr (0.1) */

dt_status dt_optimiser_open(dt_optimiser *o, const dt_config *config, dt_arena *run);

#endif
