/* tanh.c - the hyperbolic tangent, entry by entry.
 * Source: standard; its derivative is 1 - out^2. */
#include "layer/layer.h"
#include <math.h>

static dt_status tanh_init(void *state, dt_layer *l) {
    (void)state;
    l->out = l->in;
    l->forward_flops = l->backward_flops = (double)dt_extent_size(l->in);
    return DT_OK;
}

static void tanh_forward(const dt_layer *l, const dt_layer_pass *p) {
    size_t n = p->m * dt_extent_size(l->in);
    for (size_t i = 0; i < n; i++) p->out[i] = tanhf(p->in[i]);
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
