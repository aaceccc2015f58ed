/* conv.c - convolution with stride 1, as one matrix product a sample.
 * Source: Chellapilla et al. 2006, "High Performance Convolutional Neural Networks for Document Processing", sec. 4:
 * the patch of every output pixel becomes a row of a matrix C, then out = C W + b.
 * C is made for one sample at a time, so that it stays in the cache, and is made anew on the way back. */
#include "layer/algebra.h"
#include <string.h>

typedef struct conv {
    long        filters, kernel;
    const char *padding, *start;
    size_t      border;             /* zeros above and left of the image */
    size_t      height, width;      /* of the padded image */
    size_t      pixels, patch;      /* C is [pixels * patch] */
} conv;

static dt_status conv_init(void *state, dt_layer *l) {
    conv *c = state;
    size_t k = (size_t)c->kernel, filters = (size_t)c->filters;
    bool same = strcmp(c->padding, "same") == 0;
    if (!same && (k > l->in.height || k > l->in.width))
        return dt_fail(DT_EINVAL, "a convolution with a kernel of %zu x %zu does not fit an image of %zu x %zu; "
                       "padding \"same\" would", k, k, l->in.height, l->in.width);
    c->border = same ? (k - 1) / 2 : 0;
    c->height = l->in.height + (same ? k - 1 : 0);
    c->width = l->in.width + (same ? k - 1 : 0);
    l->out = (dt_extent){ filters, c->height - k + 1, c->width - k + 1 };
    c->pixels = l->out.height * l->out.width;
    c->patch = k * k * l->in.channels;
    l->params = (c->patch + 1) * filters;
    l->work = c->height * c->width * l->in.channels + c->pixels * c->patch;
    l->forward_flops = 2 * (double)c->patch * (double)filters * (double)c->pixels;
    l->backward_flops = 2 * l->forward_flops;
    return DT_OK;
}

static void conv_start(const dt_layer *l, dt_rng *rng, float *x) {
    const conv *c = l->state;
    size_t filters = l->out.channels, area = (size_t)(c->kernel * c->kernel);
    dt_layer_draw(c->start, c->patch, area * filters, c->patch * filters, filters, rng, x);
}

/* Between an image and the middle of its padded copy; the border is left as it is. */
static float *conv_row(const dt_layer *l, float *padded, size_t i) {
    const conv *c = l->state;
    return padded + ((i + c->border) * c->width + c->border) * l->in.channels;
}

static void conv_pad(const dt_layer *l, const float *image, float *padded) {
    size_t row = l->in.width * l->in.channels;
    for (size_t i = 0; i < l->in.height; i++) memcpy(conv_row(l, padded, i), image + i * row, row * sizeof *image);
}

static void conv_unpad(const dt_layer *l, float *padded, float *image) {
    size_t row = l->in.width * l->in.channels;
    for (size_t i = 0; i < l->in.height; i++) memcpy(image + i * row, conv_row(l, padded, i), row * sizeof *image);
}

/* Row (i, j) of C is the patch whose corner is (i, j): kernel runs of kernel * channels neighbours. */
static void conv_gather(const dt_layer *l, const float *padded, float *columns) {
    const conv *c = l->state;
    size_t k = (size_t)c->kernel, run = k * l->in.channels, line = c->width * l->in.channels;
    for (size_t i = 0; i < l->out.height; i++)
        for (size_t j = 0; j < l->out.width; j++)
            for (size_t a = 0; a < k; a++, columns += run)
                memcpy(columns, padded + (i + a) * line + j * l->in.channels, run * sizeof *columns);
}

/* The transpose of gather: every entry of C is added where it came from. */
static void conv_scatter(const dt_layer *l, const float *restrict columns, float *restrict padded) {
    const conv *c = l->state;
    size_t k = (size_t)c->kernel, run = k * l->in.channels, line = c->width * l->in.channels;
    for (size_t i = 0; i < l->out.height; i++)
        for (size_t j = 0; j < l->out.width; j++)
            for (size_t a = 0; a < k; a++, columns += run) {
                float *at = padded + (i + a) * line + j * l->in.channels;
                for (size_t b = 0; b < run; b++) at[b] += columns[b];
            }
}

static size_t conv_padded_size(const dt_layer *l) {
    const conv *c = l->state;
    return c->height * c->width * l->in.channels;
}

static void conv_forward(const dt_layer *l, const dt_layer_pass *p) {
    const conv *c = l->state;
    size_t filters = l->out.channels, in = dt_extent_size(l->in), out = c->pixels * filters;
    float *padded = p->work, *columns = padded + conv_padded_size(l);
    memset(padded, 0, conv_padded_size(l) * sizeof *padded);
    for (size_t s = 0; s < p->m; s++) {
        conv_pad(l, p->in + s * in, padded);
        conv_gather(l, padded, columns);
        dt_layer_rows_set(p->out + s * out, c->pixels, filters, p->x + c->patch * filters);
        dt_layer_multiply(DT_PLAIN, DT_PLAIN, c->pixels, filters, c->patch, columns, p->x, 1, p->out + s * out);
    }
}

/* dW = sum over samples of C^T d_out, db = sum of d_out over samples and pixels, dC = d_out W^T. */
static void conv_backward(const dt_layer *l, const dt_layer_pass *p) {
    const conv *c = l->state;
    size_t filters = l->out.channels, in = dt_extent_size(l->in), out = c->pixels * filters;
    float *padded = p->work, *columns = padded + conv_padded_size(l);
    for (size_t s = 0; s < p->m; s++) {
        const float *d_out = p->d_out + s * out;
        memset(padded, 0, conv_padded_size(l) * sizeof *padded);
        conv_pad(l, p->in + s * in, padded);
        conv_gather(l, padded, columns);
        dt_layer_multiply(DT_TURNED, DT_PLAIN, c->patch, filters, c->pixels, columns, d_out, 1, p->g);
        dt_layer_rows_add(d_out, c->pixels, filters, p->g + c->patch * filters);
        if (p->d_in == NULL) continue;
        dt_layer_multiply(DT_PLAIN, DT_TURNED, c->pixels, c->patch, filters, d_out, p->x, 0, columns);
        memset(padded, 0, conv_padded_size(l) * sizeof *padded);
        conv_scatter(l, columns, padded);
        conv_unpad(l, padded, p->d_in + s * in);
    }
}

static const dt_param conv_params[] = {
    { "filters", DT_INT, offsetof(conv, filters), 32, 1, 1e5, "1", "channels of the output", NULL, NULL },
    { "kernel", DT_INT, offsetof(conv, kernel), 5, 1, 1000, "1", "height and width of the patch a filter sees", NULL,
      NULL },
    { "padding", DT_TEXT, offsetof(conv, padding), 0, 0, 0, "", "same keeps height and width, valid adds no zeros",
      "same", "same|valid" },
    { "start", DT_TEXT, offsetof(conv, start), 0, 0, 0, "", "range of the first weights: he before a relu", "he",
      "he|glorot" },
    { 0 }
};

const dt_layer_type dt_layer_conv = {
    .is = { "conv", "Slide filters over an image, stride 1.", "Chellapilla et al. 2006, section 4", conv_params,
            sizeof(conv) },
    .init = conv_init, .start = conv_start, .forward = conv_forward, .backward = conv_backward,
};
