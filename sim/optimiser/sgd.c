/* sgd.c - a step against the gradient, with momentum and weight decay.
 * When: the default.  Without clipping its steps are linear in the gradients, so averaging gradients in each step, or models
 * after each step, is the same.
 * Source: Sutskever et al. 2013, "On the Importance of Initialization and Momentum in Deep Learning", eq. 1 to 4, with
 * the rate outside the velocity: d = g + decay x, v = momentum v + d, x -= rate v, or for Nesterov's form
 * x -= rate (d + momentum v). */
#include "optimiser/optimiser.h"
#include "base/wide.h"
#include <math.h>

typedef struct sgd {
    double momentum, weight_decay;
    bool   nesterov;
} sgd;

static size_t sgd_memory(const void *state, size_t n) { return ((const sgd *)state)->momentum > 0 ? n : 0; }

/* Inlined once for out = x and once for out elsewhere, with and without clipping: only then does the compiler know that it may take
 * several entries at a time; a bound of infinity and a scale of 1 change none.  The step is own d + past v. */
static inline __attribute__((always_inline)) void sgd_sweep(const sgd *a, const dt_move *s, const float *x, const float *restrict g,
                                                            float *restrict v, float *out, bool clips) {
    float rate = (float)s->rate, bound = s->bound, scale = s->scale;
    float decay = (float)a->weight_decay, momentum = (float)a->momentum;
    float own = a->nesterov ? 1.0f : 0.0f, past = a->nesterov ? momentum : 1.0f;
    if (momentum == 0.0f) {
        for (size_t i = 0; i < s->n; i++)
            out[i] = x[i] - rate * ((clips ? dt_move_gradient(g[i], bound, scale) : g[i]) + decay * x[i]);
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        float d = (clips ? dt_move_gradient(g[i], bound, scale) : g[i]) + decay * x[i];
        v[i] = momentum * v[i] + d;
        out[i] = x[i] - rate * (own * d + past * v[i]);
    }
}

DT_WIDE
static void sgd_step(const void *state, const dt_move *s) {
    bool clips = s->bound < INFINITY || s->scale != 1;
    if (s->x == s->out && clips) sgd_sweep(state, s, s->out, s->g, s->memory, s->out, true);
    else if (s->x == s->out) sgd_sweep(state, s, s->out, s->g, s->memory, s->out, false);
    else if (clips) sgd_sweep(state, s, s->x, s->g, s->memory, s->out, true);
    else sgd_sweep(state, s, s->x, s->g, s->memory, s->out, false);
}

/* The velocity is the mean of the gradients that its step is along; without momentum that is the gradient. */
static void sgd_blend(const void *state, const dt_move *s) {
    const sgd *a = state;
    float decay = (float)a->weight_decay, momentum = (float)a->momentum;
    for (size_t i = 0; i < s->n; i++) {
        float d = dt_move_gradient(s->g[i], s->bound, s->scale) + decay * s->x[i];
        s->out[i] = momentum > 0 && s->memory != NULL ? momentum * s->memory[i] + d : d;
    }
}

/* Nesterov's step d + momentum v, with d = v - momentum u of the velocity u before. */
static void sgd_follow(const void *state, const dt_move *s) {
    const sgd *a = state;
    float rate = (float)s->rate, momentum = (float)a->momentum, ahead = a->nesterov ? momentum : 0;
    for (size_t i = 0; i < s->n; i++) {
        float v = s->g[i], step = ahead > 0 ? (1 + ahead) * v - ahead * s->memory[i] : v;
        if (momentum > 0) s->memory[i] = v;
        s->out[i] = s->x[i] - rate * step;
    }
}

static const dt_param sgd_params[] = {
    DT_REAL_PARAM(sgd, momentum, 0, 0, 0.999999, "1", "share of the last step that is kept"),
    DT_BOOL_PARAM(sgd, nesterov, false, "look ahead along the momentum"),
    DT_REAL_PARAM(sgd, weight_decay, 0, 0, 1e6, "1", "weight decay: this times x is added to the gradient"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_sgd = {
    .is = { "sgd", "Gradient descent with momentum, Nesterov momentum or neither.", "Sutskever et al. 2013, eq. 1 to 4",
            sgd_params, sizeof(sgd) },
    .memory = sgd_memory, .step = sgd_step, .blend = sgd_blend, .follow = sgd_follow,
};
