/* lamb.c - Adam's step, of which each layer takes as much as its weights are long.
 * When: large batches of models that are trained with Adam, such as transformers; it needs a warm-up, and adds nothing to
 * small batches.  A layer's weights and biases count as one; one whose weights or step are all zero takes Adam's step.
 * Source: You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 Minutes", algorithm 2 with phi(z) = z
 * (arXiv 1904.00962): r = m' / (sqrt(v') + eps), w -= rate |w| / |r + weight_decay w| (r + weight_decay w). */
#include "optimiser/optimiser.h"
#include "optimiser/norm.h"
#include "base/wide.h"
#include <math.h>

typedef struct lamb { double beta1, beta2, eps, weight_decay; } lamb;

static size_t lamb_memory(const void *state, size_t n) {
    (void)state;
    return 2 * n;
}

/* The scalars of a step. */
typedef struct lamb_scales { float by_m, by_v, eps, decay; } lamb_scales;

static inline float lamb_direction(const lamb_scales *k, float x, float m, float v) {
    return m * k->by_m / (sqrtf(v * k->by_v) + k->eps) + k->decay * x;
}

DT_WIDE
static void lamb_moments(const lamb *a, const dt_move *s, float *restrict m, float *restrict v) {
    float b1 = (float)a->beta1, b2 = (float)a->beta2, c1 = (float)(1 - a->beta1), c2 = (float)(1 - a->beta2);
    float bound = s->bound, scale = s->scale;
    const float *restrict g = s->g;
    for (size_t i = 0; i < s->n; i++) {
        float own = dt_move_gradient(g[i], bound, scale);
        m[i] = b1 * m[i] + c1 * own;
        v[i] = b2 * v[i] + c2 * own * own;
    }
}

/* |r + weight_decay w| of a layer, block by block: out may be x, so there is no memory for the whole vector. */
DT_WIDE
static double lamb_length(const lamb_scales *k, size_t n, const float *x, const float *m, const float *v) {
    enum { BLOCK = 256 };
    float block[BLOCK];
    double sum = 0;
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t count = n - at < BLOCK ? n - at : BLOCK;
        for (size_t i = 0; i < count; i++) block[i] = lamb_direction(k, x[at + i], m[at + i], v[at + i]);
        sum += dt_optimiser_squares(count, block, INFINITY);
    }
    return sqrt(sum);
}

/* Inlined for out = x and for out elsewhere, as in sgd. */
static inline void lamb_sweep(const lamb_scales *k, float rate, size_t n, const float *x, const float *restrict m,
                              const float *restrict v, float *out) {
    lamb_scales own = *k;
    for (size_t i = 0; i < n; i++) out[i] = x[i] - rate * lamb_direction(&own, x[i], m[i], v[i]);
}

DT_WIDE
static void lamb_layer(const lamb_scales *k, float rate, size_t n, const float *x, const float *m, const float *v, float *out) {
    if (x == out) lamb_sweep(k, rate, n, out, m, v, out);
    else lamb_sweep(k, rate, n, x, m, v, out);
}

static void lamb_step(const void *state, const dt_move *s) {
    const lamb *a = state;
    float *m = s->memory, *v = s->memory + s->n;
    lamb_scales k = { (float)(1 / (1 - pow(a->beta1, (double)s->step))), (float)(1 / (1 - pow(a->beta2, (double)s->step))),
                      (float)a->eps, (float)a->weight_decay };
    lamb_moments(a, s, m, v);
    for (size_t l = 0; l < s->layers; l++) {
        size_t at = s->layer[l].first - s->offset, n = s->layer[l].count;
        double weights = dt_optimiser_norm(n, s->x + at, INFINITY), length = lamb_length(&k, n, s->x + at, m + at, v + at);
        double trust = weights == 0 || length == 0 ? 1 : weights / length;
        lamb_layer(&k, (float)(s->rate * trust), n, s->x + at, m + at, v + at, s->out + at);
    }
}

static const dt_param lamb_params[] = {
    DT_REAL_PARAM(lamb, beta1, 0.9, 0, 0.999999, "1", "decay of the running mean of the gradient (first moment)"),
    DT_REAL_PARAM(lamb, beta2, 0.999, 0, 0.999999, "1", "decay of the running mean of its square (second moment)"),
    DT_REAL_PARAM(lamb, eps, 1e-6, 1e-30, 1, "1", "added to the root of the mean square"),
    DT_REAL_PARAM(lamb, weight_decay, 0.01, 0, 1e6, "1", "weight decay: this times x is added to Adam's direction"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_lamb = {
    .is = { "lamb", "Adam's direction, of which each layer takes as much as its weights are long.", "You et al. 2020, algorithm 2",
            lamb_params, sizeof(lamb) },
    .by_layer = true, .memory = lamb_memory, .step = lamb_step,
};
