/* tanh.c - the hyperbolic tangent, entry by entry.
 * Source: standard; its derivative is 1 - out^2. */
#include "base/wide.h"
#include "layer/layer.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

static dt_status tanh_init(void *state, dt_layer *l, dt_arena *run) {
    (void)state;
    (void)run;
    l->out = l->in;
    l->forward_flops = l->backward_flops = (double)dt_extent_size(l->in);
    return DT_OK;
}

static inline float tanh_from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint32_t tanh_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* exp(x) for 0 <= x <= 20: 2^k exp(r) with k the nearest whole number of log 2, r the rest, the polynomial fitted at
 * Chebyshev's nodes to |r| <= 0.35. */
static inline float tanh_exp(float x) {
    const float to_whole = 12582912.0f;     /* 1.5 * 2^23: what is added to it is rounded to a whole number */
    float shifted = x * 1.44269504f + to_whole, k = shifted - to_whole;
    float r = (x - k * 0.693145752f) - k * 1.42860677e-6f;      /* log 2 in two parts, the first with k exact */
    float q = 0.5f + r * (0.166665733f + r * (0.0416664556f + r * (0.00836376939f + r * 0.00139345345f)));
    return (1.0f + (r + r * r * q)) * tanh_from_bits((tanh_bits(shifted) - tanh_bits(to_whole) + 127u) << 23);
}

/* libm's goes entry by entry and took most of the time of a network's evaluation; this one has no branch and goes in
 * vectors, within 2 units in the last place of it (1 was found).  Odd, and a NaN stays one. */
static inline float tanh_one(float x) {
    float size = fabsf(x), bound = size < 9.1f ? size : 9.1f, u = bound * bound;      /* from 9.02 on it rounds to 1 */
    float near = bound + bound * u * (-0.333333284f + u * (0.133327827f + u * (-0.0538524985f
                                      + u * (0.0210036412f + u * -0.006104948f))));
    float far = 1.0f - 2.0f / (tanh_exp(2.0f * bound) + 1.0f);
    float y = copysignf(bound < 0.625f ? near : far, x);
    return x == x ? y : x;
}

DT_WIDE static void tanh_all(size_t n, const float *restrict in, float *restrict out) {
    for (size_t i = 0; i < n; i++) out[i] = tanh_one(in[i]);
}

static void tanh_forward(const dt_layer *l, const dt_layer_pass *p) {
    tanh_all(p->m * dt_extent_size(l->in), p->in, p->out);
}

static void tanh_backward(const dt_layer *l, const dt_layer_pass *p) {
    if (p->d_in == NULL) return;
    size_t n = p->m * dt_extent_size(l->in);
    const float *restrict out = p->out, *restrict d_out = p->d_out;
    float *restrict d_in = p->d_in;
    for (size_t i = 0; i < n; i++) d_in[i] = d_out[i] * (1.0f - out[i] * out[i]);
}

const dt_layer_type dt_layer_tanh = {
    .is = { "tanh", "Squash to between -1 and 1.", "standard", NULL, 0 },
    .init = tanh_init, .forward = tanh_forward, .backward = tanh_backward,
};
