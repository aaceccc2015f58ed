/* relu.c - max(0, in), entry by entry.
 * Source: Nair, Hinton 2010, "Rectified Linear Units Improve Restricted Boltzmann Machines". */
#include "layer/layer.h"
#include "base/wide.h"

static dt_status relu_init(void *state, dt_layer *l, dt_arena *run) {
    (void)state;
    (void)run;
    l->out = l->in;
    l->forward_flops = l->backward_flops = (double)dt_extent_size(l->in);
    return DT_OK;
}

/* With this order of the comparison a NaN stays a NaN, so that a diverged model is detected. */
DT_WIDE
static void relu_forward(const dt_layer *l, const dt_layer_pass *p) {
    size_t n = p->m * dt_extent_size(l->in);
    const float *restrict in = p->in;
    float *restrict out = p->out;
    for (size_t i = 0; i < n; i++) out[i] = in[i] < 0 ? 0.0f : in[i];
}

DT_WIDE
static void relu_backward(const dt_layer *l, const dt_layer_pass *p) {
    if (p->d_in == NULL) return;
    size_t n = p->m * dt_extent_size(l->in);
    const float *restrict out = p->out, *restrict d_out = p->d_out;
    float *restrict d_in = p->d_in;
    for (size_t i = 0; i < n; i++) {
        float d = d_out[i];     /* read in any case, so that no branch is needed */
        d_in[i] = out[i] > 0 ? d : 0.0f;
    }
}

const dt_layer_type dt_layer_relu = {
    .is = { "relu", "Set what is negative to zero.", "Nair, Hinton 2010", NULL, 0 },
    .init = relu_init, .forward = relu_forward, .backward = relu_backward,
};
