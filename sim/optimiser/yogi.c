/* yogi.c - Adam whose mean square moves by at most a fixed share of the new square, so that it forgets large gradients slowly.
 * When: gradients that are sparse or differ much from step to step, where Adam's mean square falls too fast and steps grow; the server
 * optimiser of FedYogi.  What breaks: as Adam, and a first gradient that is very large keeps later steps small.
 * Source: Zaheer et al. 2018, "Adaptive Methods for Nonconvex Optimization", NeurIPS, algorithm 2; without bias correction, as there
 * and in Reddi et al. 2021, arXiv 2003.00295, algorithm 2. */
#include "optimiser/optimiser.h"
#include "base/wide.h"
#include <math.h>

typedef struct yogi { double beta1, beta2, initial, eps; } yogi;

static size_t yogi_memory(const void *state, size_t n) {
    (void)state;
    return 2 * n;
}

/* m and v [n] are the moments: v moves by (1 - beta2) g^2 towards g^2.  Inlined for out = x and for out elsewhere, as in sgd. */
static inline void yogi_sweep(const yogi *a, const dt_move *s, const float *x, const float *restrict g, float *restrict m,
                              float *restrict v, float *out) {
    float rate = (float)s->rate, bound = s->bound, scale = s->scale, eps = (float)a->eps;
    float b1 = (float)a->beta1, c1 = (float)(1 - a->beta1), c2 = (float)(1 - a->beta2);
    if (s->step == 1)
        for (size_t i = 0; i < s->n; i++) v[i] = (float)a->initial;
    for (size_t i = 0; i < s->n; i++) {
        float own = dt_move_gradient(g[i], bound, scale), square = own * own;
        float towards = v[i] > square ? 1.0f : v[i] < square ? -1.0f : 0.0f;
        m[i] = b1 * m[i] + c1 * own;
        v[i] = v[i] - c2 * square * towards;
        out[i] = x[i] - rate * m[i] / (sqrtf(v[i]) + eps);
    }
}

DT_WIDE
static void yogi_step(const void *state, const dt_move *s) {
    float *v = s->memory + s->n;
    if (s->x == s->out) yogi_sweep(state, s, s->out, s->g, s->memory, v, s->out);
    else yogi_sweep(state, s, s->x, s->g, s->memory, v, s->out);
}

static const dt_param yogi_params[] = {
    DT_REAL_PARAM(yogi, beta1, 0.9, 0, 0.999999, "1", "decay of the running mean of the gradient (first moment)"),
    DT_REAL_PARAM(yogi, beta2, 0.999, 0, 0.999999, "1", "1 minus the share of a new square by which the mean square moves"),
    DT_REAL_PARAM(yogi, initial, 0, 0, 1e6, "1", "what the mean square begins with; above 0 the first steps are smaller"),
    DT_REAL_PARAM(yogi, eps, 1e-3, 1e-30, 1, "1", "added to the root of the mean square"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_yogi = {
    .is = { "yogi", "Adam whose mean square forgets large gradients slowly, without bias correction.", "Zaheer et al. 2018, algorithm 2",
            yogi_params, sizeof(yogi) },
    .memory = yogi_memory, .step = yogi_step,
};
