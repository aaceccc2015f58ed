/* logistic.c - logistic regression of two classes.
 * Source: standard; loss log(1 + exp(-y (w . x + b))), where class 0 is y = -1 and class 1 is y = 1. */
#include "model/margin.h"
#include <math.h>

typedef struct logistic { dt_model_margin margin; } logistic;

/* Written so that no exponential of a large number is added to 1. */
static double logistic_loss(double z, double class, double *slope) {
    double y = 2 * class - 1, v = y * z;
    *slope = -y / (1 + exp(v));
    return v > 0 ? log1p(exp(-v)) : log1p(exp(v)) - v;
}

static dt_status logistic_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    return dt_model_margin_init(state, logistic_loss, 2, "\"softmax\" takes any number of classes", shape, m, run);
}

static const dt_param logistic_params[] = { DT_MODEL_BIAS(logistic), { 0 } };

const dt_model_type dt_model_logistic = {
    .is = { "logistic", "Logistic regression of two classes.", "standard", logistic_params, sizeof(logistic) },
    .classifies = true,
    .init = logistic_init, .start = dt_model_margin_start, .scratch = dt_model_margin_scratch,
    .gradient = dt_model_margin_gradient, .predict = dt_model_margin_predict, .score = dt_model_margin_score,
};
