/* maxpool.c - the largest value of each square of pixels, channel by channel; what is left over at the edge is dropped.
 * Source: Ranzato et al. 2007, "Unsupervised Learning of Invariant Feature Hierarchies", section 2. */
#include "layer/layer.h"
#include "base/wide.h"
#include <string.h>

typedef struct maxpool { long size; } maxpool;

static dt_status maxpool_init(void *state, dt_layer *l, dt_arena *run) {
    size_t size = (size_t)((const maxpool *)state)->size;
    (void)run;
    if (size > l->in.height || size > l->in.width)
        return dt_fail(DT_EINVAL, "max-pooling: expected an image of at least %zu x %zu, got %zu x %zu: take a larger image or "
                       "fewer layers", size, size, l->in.height, l->in.width);
    l->out = (dt_extent){ l->in.channels, l->in.height / size, l->in.width / size };
    l->forward_flops = l->backward_flops = (double)dt_extent_size(l->in);
    return DT_OK;
}

/* most = max(most, v) [n], where NaN counts as larger than any number so that it is never lost. */
static void maxpool_raise(const float *restrict v, size_t n, float *restrict most) {
    for (size_t c = 0; c < n; c++) most[c] = v[c] > most[c] || v[c] != v[c] ? v[c] : most[c];
}

DT_WIDE
static void maxpool_forward(const dt_layer *l, const dt_layer_pass *p) {
    size_t size = (size_t)((const maxpool *)l->state)->size, channels = l->in.channels, line = l->in.width * channels;
    float *out = p->out;
    for (size_t s = 0; s < p->m; s++)
        for (size_t i = 0; i < l->out.height; i++)
            for (size_t j = 0; j < l->out.width; j++, out += channels) {
                const float *square = p->in + s * dt_extent_size(l->in) + i * size * line + j * size * channels;
                memcpy(out, square, channels * sizeof *out);
                for (size_t a = 0; a < size; a++)
                    for (size_t b = a == 0; b < size; b++) maxpool_raise(square + a * line + b * channels, channels, out);
            }
}

/* The gradient goes to the first pixel that equals the maximum; it is cleared from d_out then, so that no other gets it. */
static void maxpool_give(const float *restrict v, const float *restrict most, size_t channels, float *restrict d_out,
                         float *restrict d_in) {
    for (size_t c = 0; c < channels; c++) {
        float d = d_out[c];
        d_in[c] = v[c] == most[c] ? d : 0.0f;
        d_out[c] = v[c] == most[c] ? 0.0f : d;
    }
}

DT_WIDE
static void maxpool_backward(const dt_layer *l, const dt_layer_pass *p) {
    size_t size = (size_t)((const maxpool *)l->state)->size, channels = l->in.channels, line = l->in.width * channels;
    const float *out = p->out;
    float *d_out = p->d_out;
    if (p->d_in == NULL) return;
    if (l->in.height % size != 0 || l->in.width % size != 0)
        memset(p->d_in, 0, p->m * dt_extent_size(l->in) * sizeof *p->d_in);
    for (size_t s = 0; s < p->m; s++)
        for (size_t i = 0; i < l->out.height; i++)
            for (size_t j = 0; j < l->out.width; j++, out += channels, d_out += channels) {
                size_t corner = s * dt_extent_size(l->in) + i * size * line + j * size * channels;
                for (size_t a = 0; a < size; a++)
                    for (size_t b = 0; b < size; b++) {
                        size_t at = corner + a * line + b * channels;
                        maxpool_give(p->in + at, out, channels, d_out, p->d_in + at);
                    }
            }
}

static const dt_param maxpool_params[] = {
    DT_INT_PARAM(maxpool, size, 2, 1, 1000, "height and width of a square"),
    { 0 }
};

const dt_layer_type dt_layer_maxpool = {
    .is = { "maxpool", "Keep the largest value of each square of pixels.", "Ranzato et al. 2007, section 2",
            maxpool_params, sizeof(maxpool) },
    .init = maxpool_init, .forward = maxpool_forward, .backward = maxpool_backward,
};
