/* moments.h - the two moments of Adam and its relatives, where the first has been averaged over workers.  Private to this room.
 * Memory holds the first moment [n], then the second [n]. */
#ifndef DT_OPTIMISER_MOMENTS_H
#define DT_OPTIMISER_MOMENTS_H

#include "optimiser/optimiser.h"
#include <math.h>

/* out = the first moment, one gradient further; memory stays. */
static inline void dt_moments_blend(double beta1, const dt_move *s) {
    float b1 = (float)beta1, c1 = (float)(1 - beta1);
    for (size_t i = 0; i < s->n; i++) s->out[i] = b1 * s->memory[i] + c1 * dt_move_gradient(s->g[i], s->bound, s->scale);
}

/* g becomes the first moment, and out = keep x - rate by_m m / (sqrt(by_v v) + eps).  An entry whose second moment is 0 has had no
 * gradient: what arrives for it is what the compressor has made of a 0, and a step along that, divided by eps, would be huge.  So
 * it does not move, as DeepSpeed's momentum masks have it. */
static inline void dt_moments_follow(const dt_move *s, float keep, float by_m, float by_v, float eps) {
    float rate = (float)s->rate, *m = s->memory;
    const float *v = s->memory + s->n;
    for (size_t i = 0; i < s->n; i++) {
        m[i] = v[i] > 0 ? s->g[i] : 0;
        s->out[i] = keep * s->x[i] - rate * (m[i] * by_m) / (sqrtf(v[i] * by_v) + eps);
    }
}

/* What a moment lacks after so many steps, because it began at 0, as a factor. */
static inline float dt_moments_correction(double beta, long step) { return (float)(1 / (1 - pow(beta, (double)step))); }

#endif
