/* adamw.c - Adam whose weight decay does not go through the moments: every entry shrinks by the same share.
 * When: wherever Adam is, with weight decay; Adam with decay in the gradient hardly decays entries with large gradients.
 * Source: Loshchilov, Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2 (arXiv 1711.05101), with the decay
 * multiplied by the learning rate, as in torch.optim.AdamW. */
#include "optimiser/moments.h"
#include "base/wide.h"
#include <math.h>

typedef struct adamw { double beta1, beta2, eps, weight_decay; } adamw;

static size_t adamw_memory(const void *state, size_t n) {
    (void)state;
    return 2 * n;
}

/* m and v [n] are the moments.  Inlined for out = x and for out elsewhere, as in sgd. */
static inline void adamw_sweep(const adamw *a, const dt_move *s, const float *x, const float *restrict g, float *restrict m,
                               float *restrict v, float *out) {
    float rate = (float)s->rate, bound = s->bound, scale = s->scale, keep = (float)(1 - s->rate * a->weight_decay);
    float b1 = (float)a->beta1, b2 = (float)a->beta2, eps = (float)a->eps;
    float c1 = (float)(1 - a->beta1), c2 = (float)(1 - a->beta2);
    float by_m = dt_moments_correction(a->beta1, s->step), by_v = dt_moments_correction(a->beta2, s->step);
    for (size_t i = 0; i < s->n; i++) {
        float own = dt_move_gradient(g[i], bound, scale);
        m[i] = b1 * m[i] + c1 * own;
        v[i] = b2 * v[i] + c2 * own * own;
        out[i] = keep * x[i] - rate * (m[i] * by_m) / (sqrtf(v[i] * by_v) + eps);
    }
}

DT_WIDE
static void adamw_step(const void *state, const dt_move *s) {
    float *v = s->memory + s->n;
    if (s->x == s->out) adamw_sweep(state, s, s->out, s->g, s->memory, v, s->out);
    else adamw_sweep(state, s, s->x, s->g, s->memory, v, s->out);
}

static void adamw_blend(const void *state, const dt_move *s) { dt_moments_blend(((const adamw *)state)->beta1, s); }

static void adamw_follow(const void *state, const dt_move *s) {
    const adamw *a = state;
    dt_moments_follow(s, (float)(1 - s->rate * a->weight_decay), dt_moments_correction(a->beta1, s->step),
                      dt_moments_correction(a->beta2, s->frozen), (float)a->eps);
}

static const dt_param adamw_params[] = {
    DT_REAL_PARAM(adamw, beta1, 0.9, 0, 0.999999, "1", "decay of the running mean of the gradient (first moment)"),
    DT_REAL_PARAM(adamw, beta2, 0.999, 0, 0.999999, "1", "decay of the running mean of its square (second moment)"),
    DT_REAL_PARAM(adamw, eps, 1e-8, 1e-30, 1, "1", "added to the root of the mean square"),
    DT_REAL_PARAM(adamw, weight_decay, 0.01, 0, 1e6, "1", "weight decay: a step takes this share of x, times the rate"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_adamw = {
    .is = { "adamw", "Adam with weight decay beside the moments, not through them.", "Loshchilov, Hutter 2019, algorithm 2",
            adamw_params, sizeof(adamw) },
    .memory = adamw_memory, .step = adamw_step, .blend = adamw_blend, .follow = adamw_follow,
};
