/* mlp.c - dense layers with an activation between them, then softmax.
 * Source: standard; widths 200, 200 with relu on 784 inputs and 10 classes are the 2NN of McMahan et al. 2017
 * (199,210 parameters). */
#include "model/net.h"
#include <string.h>

typedef struct mlp {
    dt_model_net net;
    dt_list      widths;
    const char  *activation;
} mlp;

static dt_status mlp_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    mlp *s = state;
    (void)shape;
    const char *start = strcmp(s->activation, "relu") == 0 ? "he" : "glorot";
    DT_TRY(dt_model_net_open(&s->net, m, false, 2 * s->widths.count, run));
    for (size_t i = 0, units; i < s->widths.count; i++) {
        DT_TRY(dt_model_net_size(&s->widths, i, "model.widths", &units));
        DT_TRY(dt_model_net_dense(&s->net, units, start, run));
        DT_TRY(dt_model_net_plain(&s->net, s->activation, run));
    }
    return dt_model_net_close(&s->net, m, run);
}

static const dt_param mlp_params[] = {
    DT_LIST_PARAM(mlp, widths, "200 200", 1, 1e6, "1", "units of each hidden layer"),
    DT_CHOICE_PARAM(mlp, activation, "relu", "relu|tanh", "what follows each hidden layer"),
    { 0 }
};

const dt_model_type dt_model_mlp = {
    .is = { "mlp", "Multilayer perceptron: dense hidden layers, then softmax.", "McMahan et al. 2017, section 3 (2NN)",
            mlp_params, sizeof(mlp) },
    .classifies = true,
    .init = mlp_init, .start = dt_model_net_start, .scratch = dt_model_net_scratch,
    .gradient = dt_model_net_gradient, .hand_out = dt_model_net_hand_out, .score = dt_model_net_score,
};
