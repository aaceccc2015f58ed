/* softmax.c - multinomial logistic regression.
 * Source: standard; loss -log p_y, p = softmax(x W + b).  It is convex and starts at 0. */
#include "model/net.h"
#include <string.h>

typedef struct softmax { dt_model_net net; } softmax;

static dt_status softmax_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    softmax *s = state;
    (void)shape;
    DT_TRY(dt_model_net_open(&s->net, m, false, 0, run));
    return dt_model_net_close(&s->net, m, run);
}

static void softmax_start(const dt_model *m, dt_rng *rng, float *x) {
    (void)rng;
    memset(x, 0, m->n * sizeof *x);
}

const dt_model_type dt_model_softmax = {
    .is = { "softmax", "Multinomial logistic regression.", "standard", NULL, sizeof(softmax) },
    .classifies = true,
    .init = softmax_init, .start = softmax_start, .scratch = dt_model_net_scratch,
    .gradient = dt_model_net_gradient, .hand_out = dt_model_net_hand_out, .predict = dt_model_net_predict,
    .score = dt_model_net_score,
};
