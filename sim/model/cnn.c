/* cnn.c - convolutions with pooling, a dense layer, then softmax.
 * Source: McMahan et al. 2017, section 3: two 5x5 convolutions of 32 and 64 filters, each followed by 2x2 max pooling,
 * 512 units with relu (1,663,370 parameters on 28x28 images of 10 classes). */
#include "model/net.h"

typedef struct cnn {
    dt_model_net net;
    dt_list      filters;
    long         kernel, units;
} cnn;

/* relu comes after the pooling: both are monotone, so the numbers are the same, at a quarter of the work. */
static dt_status cnn_block(cnn *s, size_t i, dt_arena *run) {
    size_t filters;
    DT_TRY(dt_model_net_size(&s->filters, i, "model.filters", &filters));
    DT_TRY(dt_model_net_conv(&s->net, filters, (size_t)s->kernel, run));
    DT_TRY(dt_model_net_plain(&s->net, "maxpool", run));
    return dt_model_net_plain(&s->net, "relu", run);
}

static dt_status cnn_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    cnn *s = state;
    (void)shape;
    DT_TRY(dt_model_net_open(&s->net, m, true, 3 * s->filters.count + 2, run));
    for (size_t i = 0; i < s->filters.count; i++) DT_TRY(cnn_block(s, i, run));
    DT_TRY(dt_model_net_dense(&s->net, (size_t)s->units, "he", run));
    DT_TRY(dt_model_net_plain(&s->net, "relu", run));
    return dt_model_net_close(&s->net, m, run);
}

static const dt_param cnn_params[] = {
    DT_LIST_PARAM(cnn, filters, "32 64", 1, 1e5, "1", "filters of each convolution"),
    DT_INT_PARAM(cnn, kernel, 5, 1, 1000, "height and width of the patch a filter sees"),
    DT_INT_PARAM(cnn, units, 512, 1, 1e6, "units of the hidden dense layer"),
    { 0 }
};

const dt_model_type dt_model_cnn = {
    .is = { "cnn", "Convolutional network: convolutions with pooling, a dense layer, then softmax.",
            "McMahan et al. 2017, section 3 (CNN)", cnn_params, sizeof(cnn) },
    .classifies = true,
    .init = cnn_init, .start = dt_model_net_start, .scratch = dt_model_net_scratch,
    .gradient = dt_model_net_gradient, .hand_out = dt_model_net_hand_out, .predict = dt_model_net_predict,
    .score = dt_model_net_score,
};
