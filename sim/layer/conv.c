/* conv.c - convolution with stride 1, as matrix products straight from the padded image.
 * Source: Zhang, Franchetti, Low 2018, "High Performance Zero-Memory Overhead Direct Convolutions": the patches of
 * neighbouring pixels overlap in memory, so a line of output is one product of patches with W; none is copied out.
 * The way back to the input is the same with d_out for the image and W turned around. */
#include "layer/algebra.h"
#include "layer/product.h"
#include <string.h>

typedef struct conv {
    long        filters, kernel;
    const char *padding, *start;
    size_t      border;             /* zeros above and left of the image */
    size_t      height, width;      /* of the padded image */
    size_t      patch;              /* entries of a patch: [kernel][kernel][channels] */
} conv;

static size_t conv_padded_size(const dt_layer *l) {
    const conv *c = l->state;
    return c->height * c->width * l->in.channels;
}

/* d_out with as many zeros around it as a patch of it needs at every pixel of the input. */
static size_t conv_padded_out_size(const dt_layer *l) {
    size_t more = (size_t)((const conv *)l->state)->kernel - 1;
    return (l->in.height + more) * (l->in.width + more) * l->out.channels;
}

static dt_status conv_init(void *state, dt_layer *l, dt_arena *run) {
    conv *c = state;
    (void)run;
    size_t k = (size_t)c->kernel, filters = (size_t)c->filters;
    bool same = strcmp(c->padding, "same") == 0;
    if (!same && (k > l->in.height || k > l->in.width))
        return dt_fail(DT_EINVAL, "convolution: expected an image of at least %zu x %zu, the size of the kernel, got %zu x %zu; "
                       "padding = \"same\" fits any image", k, k, l->in.height, l->in.width);
    c->border = same ? (k - 1) / 2 : 0;
    c->height = l->in.height + (same ? k - 1 : 0);
    c->width = l->in.width + (same ? k - 1 : 0);
    l->out = (dt_extent){ filters, c->height - k + 1, c->width - k + 1 };
    c->patch = k * k * l->in.channels;
    l->params = (c->patch + 1) * filters;
    l->work = conv_padded_size(l) + conv_padded_out_size(l) + c->patch * filters;
    l->forward_flops = 2 * (double)c->patch * (double)dt_extent_size(l->out);
    l->backward_flops = 2 * l->forward_flops;
    return DT_OK;
}

static void conv_start(const dt_layer *l, dt_rng *rng, float *x) {
    const conv *c = l->state;
    size_t filters = l->out.channels, area = (size_t)(c->kernel * c->kernel);
    dt_layer_draw(c->start, c->patch, area * filters, c->patch * filters, filters, rng, x);
}

/* Put an image into the middle of a padded one of so many pixels a line, whose border is 0 already. */
static void conv_pad(const float *image, dt_extent e, size_t border, size_t width, float *padded) {
    size_t row = e.width * e.channels;
    for (size_t i = 0; i < e.height; i++)
        memcpy(padded + ((i + border) * width + border) * e.channels, image + i * row, row * sizeof *image);
}

/* out = b + sum over kernel rows of the patches' rows times W, a line of output at a time; bias NULL: 0. */
static void conv_slide(const float *padded, dt_extent in, size_t kernel, const float *w, const float *bias, float *out,
                       dt_extent e) {
    size_t line = in.width * in.channels;
    for (size_t i = 0; i < e.height; i++)
        dt_layer_product_form(&(dt_layer_product){
            .rows = e.width, .columns = e.channels, .outer = kernel, .inner = kernel * in.channels,
            .a = padded + i * line, .a_row = in.channels, .a_jump = line, .a_step = 1, .b = w,
            .c = out + i * e.width * e.channels, .start = bias });
}

static void conv_forward(const dt_layer *l, const dt_layer_pass *p) {
    const conv *c = l->state;
    dt_extent whole = { l->in.channels, c->height, c->width };
    memset(p->work, 0, conv_padded_size(l) * sizeof *p->work);
    for (size_t s = 0; s < p->m; s++) {
        conv_pad(p->in + s * dt_extent_size(l->in), l->in, c->border, c->width, p->work);
        conv_slide(p->work, whole, (size_t)c->kernel, p->x, p->x + c->patch * l->out.channels,
                   p->out + s * dt_extent_size(l->out), l->out);
    }
}

/* One kernel row of dW at a time: sum over pixels of the patches' rows times d_out. */
static void conv_weights(const dt_layer *l, const float *padded, const float *d_out, bool add, float *g) {
    const conv *c = l->state;
    size_t k = (size_t)c->kernel, run = k * l->in.channels, line = c->width * l->in.channels;
    for (size_t a = 0; a < k; a++, g += run * l->out.channels)
        dt_layer_product_form(&(dt_layer_product){
            .rows = run, .columns = l->out.channels, .outer = l->out.height, .inner = l->out.width,
            .a = padded + a * line, .a_row = 1, .a_jump = line, .a_step = l->in.channels, .b = d_out,
            .c = g, .start = add ? g : NULL });
}

/* turned [kernel][kernel][filters][channels]: W with both sides of the kernel reversed, filters for channels. */
static void conv_turn(const dt_layer *l, const float *w, float *turned) {
    size_t area = l->out.channels * l->in.channels, k = (size_t)((const conv *)l->state)->kernel;
    for (size_t i = 0; i < k * k; i++)
        dt_layer_turn(w + (k * k - 1 - i) * area, l->in.channels, l->out.channels, turned + i * area);
}

static void conv_backward(const dt_layer *l, const dt_layer_pass *p) {
    const conv *c = l->state;
    size_t k = (size_t)c->kernel, in = dt_extent_size(l->in), out = dt_extent_size(l->out);
    dt_extent whole = { l->out.channels, l->in.height + k - 1, l->in.width + k - 1 };
    float *padded = p->work, *padded_out = padded + conv_padded_size(l), *turned = padded_out + conv_padded_out_size(l);
    memset(padded, 0, (conv_padded_size(l) + conv_padded_out_size(l)) * sizeof *padded);
    if (p->d_in != NULL) conv_turn(l, p->x, turned);
    for (size_t s = 0; s < p->m; s++) {
        const float *d_out = p->d_out + s * out;
        conv_pad(p->in + s * in, l->in, c->border, c->width, padded);
        conv_weights(l, padded, d_out, p->add || s > 0, p->g);
        if (p->d_in == NULL) continue;
        conv_pad(d_out, l->out, k - 1 - c->border, whole.width, padded_out);
        conv_slide(padded_out, whole, k, turned, NULL, p->d_in + s * in, l->in);
    }
    dt_layer_bias(p->d_out, p->m * l->out.height * l->out.width, l->out.channels, p->add, p->g + c->patch * l->out.channels);
}

static const dt_param conv_params[] = {
    DT_INT_PARAM(conv, filters, 32, 1, 1e5, "channels of the output"),
    DT_INT_PARAM(conv, kernel, 5, 1, 1000, "height and width of the patch a filter sees"),
    DT_CHOICE_PARAM(conv, padding, "same", "same|valid", "same keeps height and width, valid adds no zeros"),
    DT_CHOICE_PARAM(conv, start, "he", "he|glorot", "range of the first weights: he before a relu"),
    { 0 }
};

const dt_layer_type dt_layer_conv = {
    .is = { "conv", "Slide filters over an image, stride 1.", "Zhang et al. 2018", conv_params,
            sizeof(conv) },
    .init = conv_init, .start = conv_start, .forward = conv_forward, .backward = conv_backward,
};
