/* adagrad.c - a step whose size falls, entry by entry, with the sum of all squared gradients so far.
 * When: sparse features, whose entries are stepped seldom and then far; the server optimiser of FedAdagrad.  What breaks: the sum only
 * grows, so that long trainings come to a halt.
 * Source: Duchi, Hazan, Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, section
 * 1.1 with the diagonal of G; eps outside the root and beta1 as in Reddi et al. 2021, arXiv 2003.00295, algorithm 2. */
#include "optimiser/optimiser.h"
#include "base/wide.h"
#include <math.h>

typedef struct adagrad { double beta1, initial, eps; } adagrad;

static size_t adagrad_memory(const void *state, size_t n) { return ((const adagrad *)state)->beta1 > 0 ? 2 * n : n; }

/* v [n] is the sum of squares, m [n] the running mean of the gradient (NULL: the gradient itself).
 * Inlined for out = x and for out elsewhere, as in sgd. */
static inline void adagrad_sweep(const adagrad *a, const dt_move *s, const float *x, const float *restrict g, float *restrict v,
                                 float *restrict m, float *out) {
    float rate = (float)s->rate, bound = s->bound, scale = s->scale, eps = (float)a->eps;
    float b1 = (float)a->beta1, c1 = (float)(1 - a->beta1);
    if (s->step == 1)
        for (size_t i = 0; i < s->n; i++) v[i] = (float)a->initial;
    for (size_t i = 0; i < s->n; i++) {
        float own = dt_move_gradient(g[i], bound, scale), mean = own;
        if (m != NULL) mean = m[i] = b1 * m[i] + c1 * own;
        v[i] += own * own;
        out[i] = x[i] - (mean == 0.0f ? 0.0f : rate * mean / (sqrtf(v[i]) + eps));
    }
}

DT_WIDE
static void adagrad_step(const void *state, const dt_move *s) {
    float *m = ((const adagrad *)state)->beta1 > 0 ? s->memory + s->n : NULL;
    if (s->x == s->out) adagrad_sweep(state, s, s->out, s->g, s->memory, m, s->out);
    else adagrad_sweep(state, s, s->x, s->g, s->memory, m, s->out);
}

static const dt_param adagrad_params[] = {
    DT_REAL_PARAM(adagrad, beta1, 0, 0, 0.999999, "1", "decay of the running mean of the gradient, which takes the gradient's place; 0: none"),
    DT_REAL_PARAM(adagrad, initial, 0, 0, 1e6, "1", "what the sum of squares begins with; above 0 the first steps are smaller"),
    DT_REAL_PARAM(adagrad, eps, 1e-10, 1e-30, 1, "1", "added to the root of the sum of squares; FedAdagrad takes 1e-3"),
    { 0 }
};

const dt_optimiser_type dt_optimiser_adagrad = {
    .is = { "adagrad", "Steps sized entry by entry by the sum of squared gradients so far.", "Duchi, Hazan, Singer 2011, section 1.1",
            adagrad_params, sizeof(adagrad) },
    .memory = adagrad_memory, .step = adagrad_step,
};
