/* svm.c - soft-margin support vector machine of two classes, in the two forms that are in use.
 * Sources: hinge: mean max(0, 1 - y z) + lambda ||w||, as Tuor et al. 2018 print it (the norm is not squared);
 * squared: mean max(0, 1 - y z)^2 / 2 + lambda ||w||^2 / 2, as Wang et al. 2019, "Adaptive Federated Learning in
 * Resource Constrained Edge Computing Systems", table I.  Here z = w . x + b, y = -1 for class 0 and 1 for class 1;
 * at a kink (y z = 1, w = 0) the subgradient is 0.  b is not penalised. */
#include "model/margin.h"
#include <math.h>
#include <string.h>

typedef struct svm {
    dt_model_margin margin;
    const char     *form;
    double          lambda;
} svm;

static double svm_hinge(double z, double class, double *slope) {
    double y = 2 * class - 1, gap = 1 - y * z;
    *slope = gap <= 0 ? 0 : -y;
    return gap <= 0 ? 0 : gap;
}

static double svm_squared(double z, double class, double *slope) {
    double y = 2 * class - 1, gap = 1 - y * z;
    *slope = gap <= 0 ? 0 : -y * gap;
    return gap <= 0 ? 0 : 0.5 * gap * gap;
}

static bool svm_is_hinge(const svm *s) { return strcmp(s->form, "hinge") == 0; }

static dt_status svm_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    svm *s = state;
    return dt_model_margin_init(&s->margin, svm_is_hinge(s) ? svm_hinge : svm_squared, 2,
                                "\"softmax\" takes any number of classes", shape, m, run);
}

static double svm_norm2(const dt_model *m, const float *x) {
    double sum = 0;
    for (size_t j = 0; j < m->shape.features; j++) sum += (double)x[j] * x[j];
    return sum;
}

static double svm_penalty(const dt_model *m, const float *x) {
    const svm *s = m->state;
    return svm_is_hinge(s) ? s->lambda * sqrt(svm_norm2(m, x)) : 0.5 * s->lambda * svm_norm2(m, x);
}

static double svm_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch) {
    const svm *s = m->state;
    double loss = dt_model_margin_gradient(m, x, batch, g, scratch), norm = sqrt(svm_norm2(m, x));
    double pull = !svm_is_hinge(s) ? s->lambda : norm == 0 ? 0 : s->lambda / norm;
    for (size_t j = 0; j < m->shape.features; j++) g[j] += (float)(pull * x[j]);
    return loss + svm_penalty(m, x);
}

static const dt_param svm_params[] = {
    DT_CHOICE_PARAM(svm, form, "squared", "hinge|squared", "hinge has a kink at the margin, squared is smooth"),
    DT_REAL_PARAM(svm, lambda, 0.1, 0, 1e6, "1", "weight of the penalty on large w"),
    DT_MODEL_BIAS(svm),
    { 0 }
};

const dt_model_type dt_model_svm = {
    .is = { "svm", "Soft-margin support vector machine of two classes.", "Tuor et al. 2018; Wang et al. 2019, table I",
            svm_params, sizeof(svm) },
    .classifies = true,
    .init = svm_init, .start = dt_model_margin_start, .scratch = dt_model_margin_scratch,
    .gradient = svm_gradient, .predict = dt_model_margin_predict, .score = dt_model_margin_score, .penalty = svm_penalty,
};
