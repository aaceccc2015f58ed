/* dense.c - every output is a weighted sum of every input.
 * Source: standard; out = in W + b, W [in * units] followed by b [units]. */
#include "layer/algebra.h"

typedef struct dense {
    long        units;
    bool        bias;
    const char *start;
} dense;

static dt_status dense_init(void *state, dt_layer *l) {
    const dense *d = state;
    size_t in = dt_extent_size(l->in), units = (size_t)d->units;
    l->out = (dt_extent){ units, 1, 1 };
    l->params = in * units + (d->bias ? units : 0);
    l->forward_flops = 2 * (double)in * (double)units;
    l->backward_flops = 4 * (double)in * (double)units;
    return DT_OK;
}

static void dense_start(const dt_layer *l, dt_rng *rng, float *x) {
    const dense *d = l->state;
    size_t in = dt_extent_size(l->in), units = l->out.channels;
    dt_layer_draw(d->start, in, units, in * units, l->params - in * units, rng, x);
}

static void dense_forward(const dt_layer *l, const dt_layer_pass *p) {
    const dense *d = l->state;
    size_t in = dt_extent_size(l->in), units = l->out.channels;
    if (d->bias) dt_layer_rows_set(p->out, p->m, units, p->x + in * units);
    dt_layer_multiply(DT_PLAIN, DT_PLAIN, p->m, units, in, p->in, p->x, d->bias ? 1 : 0, p->out);
}

/* dW = in^T d_out, db = sum of d_out over the samples, d_in = d_out W^T. */
static void dense_backward(const dt_layer *l, const dt_layer_pass *p) {
    const dense *d = l->state;
    size_t in = dt_extent_size(l->in), units = l->out.channels;
    dt_layer_multiply(DT_TURNED, DT_PLAIN, in, units, p->m, p->in, p->d_out, 1, p->g);
    if (d->bias) dt_layer_rows_add(p->d_out, p->m, units, p->g + in * units);
    if (p->d_in != NULL) dt_layer_multiply(DT_PLAIN, DT_TURNED, p->m, in, units, p->d_out, p->x, 0, p->d_in);
}

static const dt_param dense_params[] = {
    { "units", DT_INT, offsetof(dense, units), 10, 1, 1e6, "1", "outputs", NULL, NULL },
    { "bias", DT_BOOL, offsetof(dense, bias), 1, 0, 1, "", "add a learned constant to every output", NULL, NULL },
    { "start", DT_TEXT, offsetof(dense, start), 0, 0, 0, "", "range of the first weights: he before a relu", "glorot",
      "he|glorot" },
    { 0 }
};

const dt_layer_type dt_layer_dense = {
    .is = { "dense", "Every output is a weighted sum of all inputs.", "standard", dense_params, sizeof(dense) },
    .init = dense_init, .start = dense_start, .forward = dense_forward, .backward = dense_backward,
};
