/* mlp.c - dense layers with an activation between them, then softmax.
 * Source: standard; widths 200, 200 with relu on 784 inputs and 10 classes are the 2NN of McMahan et al. 2017
 * (199,210 parameters).
 * Groups: Yu et al. 2021, "Fed2: Feature-Aligned Federated Learning", KDD 2021, arXiv:2111.14248 (decoupled logits). */
#include "model/net.h"
#include <string.h>

typedef struct mlp {
    dt_model_net net;
    dt_list      widths;
    const char  *activation;
    long         groups, shared;
} mlp;

/* With groups of classes, hidden layers after the shared ones are cut into as many blocks, and the first of those has all outputs of
 * the shared layers: what tells the classes of a group apart passes through its own blocks alone. */
static dt_status mlp_grouped(const mlp *s, const dt_shape *shape) {
    size_t groups = (size_t)s->groups;
    if (groups == 1 && s->shared > 0)
        return dt_fail_at(DT_EINVAL, "model.shared", "without groups all layers are shared: expected 0, or model.groups above 1, got %ld",
                          s->shared);
    if (groups == 1) return DT_OK;
    if (groups > shape->classes)
        return dt_fail_at(DT_EINVAL, "model.groups", "expected at most %zu groups, one for each class, got %zu", shape->classes, groups);
    if ((size_t)s->shared >= s->widths.count)
        return dt_fail_at(DT_EINVAL, "model.shared", "expected fewer shared layers than the %zu hidden layers of widths, since a group of "
                          "classes has a block in one of them at least, got %ld", s->widths.count, s->shared);
    for (size_t i = (size_t)s->shared, units; i < s->widths.count; i++) {
        DT_TRY(dt_model_net_size(&s->widths, i, "model.widths", &units));
        if (units % groups != 0)
            return dt_fail_at(DT_EINVAL, "model.widths", "expected multiples of the %zu groups after the shared layers, got %zu", groups, units);
    }
    return DT_OK;
}

static dt_status mlp_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    mlp *s = state;
    const char *start = strcmp(s->activation, "relu") == 0 ? "he" : "glorot";
    DT_TRY(dt_model_net_open(&s->net, m, false, 2 * s->widths.count, run));
    DT_TRY(mlp_grouped(s, shape));
    s->net.groups = (size_t)s->groups;
    for (size_t i = 0, units; i < s->widths.count; i++) {
        DT_TRY(dt_model_net_size(&s->widths, i, "model.widths", &units));
        if (s->groups > 1 && i >= (size_t)s->shared) DT_TRY(dt_model_net_grouped(&s->net, units, i == (size_t)s->shared, start, run));
        else DT_TRY(dt_model_net_dense(&s->net, units, start, run));
        DT_TRY(dt_model_net_plain(&s->net, s->activation, run));
    }
    return dt_model_net_close(&s->net, m, run);
}

static const dt_param mlp_params[] = {
    DT_LIST_PARAM(mlp, widths, "200 200", 1, 1e6, "1", "units of each hidden layer"),
    DT_CHOICE_PARAM(mlp, activation, "relu", "relu|tanh", "what follows each hidden layer"),
    DT_INT_PARAM(mlp, groups, 1, 1, 1e6, "groups of classes, in order and of equal size where they divide the classes, whose scores come from "
                                        "a block of units of their own (Fed2); 1: none"),
    DT_INT_PARAM(mlp, shared, 0, 0, 1e6, "with groups: the first so many hidden layers have no blocks"),
    { 0 }
};

const dt_model_type dt_model_mlp = {
    .is = { "mlp", "Multilayer perceptron: dense hidden layers, then softmax.", "McMahan et al. 2017, section 3 (2NN)",
            mlp_params, sizeof(mlp) },
    .classifies = true,
    .init = mlp_init, .start = dt_model_net_start, .scratch = dt_model_net_scratch,
    .gradient = dt_model_net_gradient, .hand_out = dt_model_net_hand_out, .predict = dt_model_net_predict,
    .score = dt_model_net_score,
};
