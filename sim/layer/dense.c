/* dense.c - every output is a weighted sum of every input.
 * Source: standard; out = in W + b, W [in * units] followed by b [units]. */
#include "layer/algebra.h"
#include "layer/product.h"

typedef struct dense {
    long        units;
    bool        bias;
    const char *start;
} dense;

enum { BAND = 32, PIECE = 4096 };      /* samples that are turned at a time; floats of gradient that stay in the first cache */

/* Rows of dW that are formed at a time where they are handed out. */
static size_t dense_rows(size_t in, size_t units) {
    size_t rows = units < PIECE ? PIECE / units : 1;
    return rows < in ? rows : in;
}

static dt_status dense_init(void *state, dt_layer *l, dt_arena *run) {
    const dense *d = state;
    (void)run;
    size_t in = dt_extent_size(l->in), units = (size_t)d->units;
    l->out = (dt_extent){ units, 1, 1 };
    l->params = in * units + (d->bias ? units : 0);
    size_t below = BAND * (in + units), piece = (dense_rows(in, units) + 1) * units;
    l->work = below > piece ? below : piece;
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
    dt_layer_product_form(&(dt_layer_product){
        .rows = p->m, .columns = units, .outer = 1, .inner = in, .a = p->in, .a_row = in, .a_step = 1, .b = p->x,
        .c = p->out, .start = d->bias ? p->x + in * units : NULL });
}

/* d_in^T = W d_out^T, so that W, the largest, is read as it lies and only samples are turned; a band at a time. */
static void dense_below(size_t m, size_t in, size_t units, const dt_layer_pass *p) {
    float *above = p->work, *below = above + BAND * units;
    for (size_t bands = (m + BAND - 1) / BAND, i = 0; i < bands; i++) {
        size_t first = i * m / bands, rows = (i + 1) * m / bands - first;
        dt_layer_turn(p->d_out + first * units, rows, units, above);
        dt_layer_product_form(&(dt_layer_product){ .rows = in, .columns = rows, .outer = 1, .inner = units, .a = p->x,
                                                   .a_row = units, .a_step = 1, .b = above, .c = below });
        dt_layer_turn(below, in, rows, p->d_in + first * in);
    }
}

/* g [rows][units] = rows of dW = in^T d_out from row first on, written or added. */
static void dense_weights(const dt_layer *l, const dt_layer_pass *p, size_t first, size_t rows, float *g) {
    dt_layer_product_form(&(dt_layer_product){
        .rows = rows, .columns = l->out.channels, .outer = 1, .inner = p->m, .a = p->in + first, .a_row = 1,
        .a_step = dt_extent_size(l->in), .b = p->d_out, .c = g, .start = p->add ? g : NULL });
}

/* Pieces of the gradient are formed in p->work and handed out before the next one takes their place. */
static void dense_hand_out(const dt_layer *l, const dt_layer_pass *p, bool bias) {
    size_t in = dt_extent_size(l->in), units = l->out.channels, most = dense_rows(in, units);
    for (size_t first = 0, rows; first < in; first += rows) {
        rows = in - first < most ? in - first : most;
        dense_weights(l, p, first, rows, p->work);
        p->sink->take(p->sink->owner, (dt_slice){ first * units, rows * units }, p->work);
    }
    if (!bias) return;
    dt_layer_bias(p->d_out, p->m, units, false, p->work);
    p->sink->take(p->sink->owner, (dt_slice){ in * units, units }, p->work);
}

/* d_in = d_out W^T, dW = in^T d_out, db = sum of d_out over the samples. */
static void dense_backward(const dt_layer *l, const dt_layer_pass *p) {
    const dense *d = l->state;
    size_t in = dt_extent_size(l->in), units = l->out.channels;
    if (p->d_in != NULL) dense_below(p->m, in, units, p);
    if (p->sink != NULL) {
        dense_hand_out(l, p, d->bias);
        return;
    }
    dense_weights(l, p, 0, in, p->g);
    if (d->bias) dt_layer_bias(p->d_out, p->m, units, p->add, p->g + in * units);
}

static const dt_param dense_params[] = {
    DT_INT_PARAM(dense, units, 10, 1, 1e6, "outputs"),
    DT_BOOL_PARAM(dense, bias, true, "add a learned constant to every output"),
    DT_CHOICE_PARAM(dense, start, "glorot", "he|glorot", "range of the first weights: he before a relu"),
    { 0 }
};

const dt_layer_type dt_layer_dense = {
    .is = { "dense", "Every output is a weighted sum of all inputs.", "standard", dense_params, sizeof(dense) },
    .init = dense_init, .start = dense_start, .forward = dense_forward, .backward = dense_backward, .pieces = true,
};
