/* adam.c - a step whose size is adapted entry by entry by the first two moments of the gradient.
 * When: gradients of different layers differ in size, and little tuning of the learning rate is wanted.  What breaks: each worker
 * has moments of its own, so averaging models after local steps is not the same as averaging gradients.
 * Source: Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1 (arXiv 1412.6980); without bias correction as the
 * server optimiser of FedAdam, Reddi et al. 2021, algorithm 2 (arXiv 2003.00295). */
#include "optimiser/moments.h"
#include "base/wide.h"
#include <math.h>

typedef struct adam {
    double beta1, beta2, eps;
    bool   bias_correction;
} adam;

static size_t adam_memory(const void *state, size_t n) {
    (void)state;
    return 2 * n;
}

/* m and v [n] are the moments; by_m and by_v make up for their start at 0.
 * Inlined for out = x and for out elsewhere, as in sgd. */
static inline void adam_sweep(const adam *a, const dt_move *s, const float *x, const float *restrict g, float *restrict m,
                              float *restrict v, float *out) {
    float rate = (float)s->rate, bound = s->bound, scale = s->scale;
    float b1 = (float)a->beta1, b2 = (float)a->beta2, eps = (float)a->eps;
    float c1 = (float)(1 - a->beta1), c2 = (float)(1 - a->beta2);
    float by_m = 1, by_v = 1;
    if (a->bias_correction) {
        by_m = dt_moments_correction(a->beta1, s->step);
        by_v = dt_moments_correction(a->beta2, s->step);
    }
    for (size_t i = 0; i < s->n; i++) {
        float own = dt_move_gradient(g[i], bound, scale);
        m[i] = b1 * m[i] + c1 * own;
        v[i] = b2 * v[i] + c2 * own * own;
        out[i] = x[i] - rate * (m[i] * by_m) / (sqrtf(v[i] * by_v) + eps);
    }
}

DT_WIDE
static void adam_step(const void *state, const dt_move *s) {
    float *v = s->memory + s->n;
    if (s->x == s->out) adam_sweep(state, s, s->out, s->g, s->memory, v, s->out);
    else adam_sweep(state, s, s->x, s->g, s->memory, v, s->out);
}

static void adam_blend(const void *state, const dt_move *s) { dt_moments_blend(((const adam *)state)->beta1, s); }

static void adam_follow(const void *state, const dt_move *s) {
    const adam *a = state;
    bool corrects = a->bias_correction;
    float by_m = corrects ? dt_moments_correction(a->beta1, s->step) : 1, by_v = corrects ? dt_moments_correction(a->beta2, s->frozen) : 1;
    dt_moments_follow(s, 1, by_m, by_v, (float)a->eps);
}

static const dt_param adam_params[] = {
    DT_REAL_PARAM(adam, beta1, 0.9, 0, 0.999999, "1", "decay of the running mean of the gradient (first moment)"),
    DT_REAL_PARAM(adam, beta2, 0.999, 0, 0.999999, "1", "decay of the running mean of its square (second moment)"),
    DT_REAL_PARAM(adam, eps, 1e-8, 1e-30, 1, "1", "added to the root of the mean square"),
    DT_BOOL_PARAM(adam, bias_correction, true, "divide the moments by what they lack because they begin at 0; false: the first steps "
                  "are smaller, as FedAdam's"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_adam = {
    .is = { "adam", "Steps sized entry by entry from moments of the gradient.", "Kingma, Ba 2015, algorithm 1",
            adam_params, sizeof(adam) },
    .memory = adam_memory, .step = adam_step, .blend = adam_blend, .follow = adam_follow,
};
