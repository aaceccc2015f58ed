/* lars.c - momentum with a rate for each layer, in proportion to the norm of its weights over that of its gradient.
 * When: very large batches, where one rate is too large for some layers and too small for others; it needs a warm-up, and
 * adds nothing to small batches.  A layer's weights and biases count as one; one whose weights or gradient are all zero takes
 * a plain step.
 * Source: You, Gitman, Ginsburg 2017, "Large Batch Training of Convolutional Networks", algorithm 1 (arXiv 1708.03888): local
 * rate = trust_coefficient |w| / (|g| + weight_decay |w|), v = momentum v + rate * local rate * (g + weight_decay w), w -= v. */
#include "optimiser/optimiser.h"
#include "optimiser/norm.h"
#include "base/wide.h"
#include <math.h>

typedef struct lars { double momentum, weight_decay, trust_coefficient, eps; } lars;

static size_t lars_memory(const void *state, size_t n) { return ((const lars *)state)->momentum > 0 ? n : 0; }

static double lars_local_rate(const lars *a, const dt_move *s, size_t n, const float *x, const float *g) {
    double weights = dt_optimiser_norm(n, x, INFINITY), gradient = (double)s->scale * dt_optimiser_norm(n, g, s->bound);
    if (weights == 0 || gradient == 0) return 1;
    return a->trust_coefficient * weights / (gradient + a->weight_decay * weights + a->eps);
}

/* v NULL: there is no momentum. */
static inline void lars_sweep(const lars *a, const dt_move *s, float rate, size_t n, const float *x, const float *restrict g,
                              float *restrict v, float *out) {
    float decay = (float)a->weight_decay, momentum = (float)a->momentum, bound = s->bound, scale = s->scale;
    if (v == NULL) {
        for (size_t i = 0; i < n; i++) out[i] = x[i] - rate * (dt_move_gradient(g[i], bound, scale) + decay * x[i]);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        v[i] = momentum * v[i] + rate * (dt_move_gradient(g[i], bound, scale) + decay * x[i]);
        out[i] = x[i] - v[i];
    }
}

DT_WIDE
static void lars_layer(const lars *a, const dt_move *s, float rate, size_t first, size_t n) {
    float *v = a->momentum > 0 ? s->memory + first : NULL;
    if (s->x == s->out) lars_sweep(a, s, rate, n, s->out + first, s->g + first, v, s->out + first);
    else lars_sweep(a, s, rate, n, s->x + first, s->g + first, v, s->out + first);
}

static void lars_step(const void *state, const dt_move *s) {
    const lars *a = state;
    for (size_t l = 0; l < s->layers; l++) {
        size_t first = s->layer[l].first - s->offset, n = s->layer[l].count;
        double rate = s->rate * lars_local_rate(a, s, n, s->x + first, s->g + first);
        lars_layer(a, s, (float)rate, first, n);
    }
}

static const dt_param lars_params[] = {
    DT_REAL_PARAM(lars, momentum, 0.9, 0, 0.999999, "1", "share of the last step that is kept"),
    DT_REAL_PARAM(lars, weight_decay, 0, 0, 1e6, "1", "weight decay: this times x is added to the gradient"),
    DT_REAL_PARAM(lars, trust_coefficient, 0.001, 1e-12, 1e6, "1",
                  "how far a layer may go at rate 1, as a share of the norm of its weights (eta)"),
    DT_REAL_PARAM(lars, eps, 1e-8, 0, 1, "1", "added to what the norm of the weights is divided by"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_lars = {
    .is = { "lars", "Momentum with a rate for each layer, by the norms of weights and gradient.",
            "You, Gitman, Ginsburg 2017, algorithm 1", lars_params, sizeof(lars) },
    .by_layer = true, .memory = lars_memory, .step = lars_step,
};
