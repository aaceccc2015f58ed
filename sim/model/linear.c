/* linear.c - linear regression.
 * Source: standard; loss (y - w . x - b)^2 / 2. */
#include "model/margin.h"

typedef struct linear { dt_model_margin margin; } linear;

static double linear_loss(double z, double y, double *slope) {
    *slope = z - y;
    return 0.5 * (z - y) * (z - y);
}

static dt_status linear_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    return dt_model_margin_init(state, linear_loss, 0, "\"softmax\" learns classes", shape, m, run);
}

static const dt_param linear_params[] = { DT_MODEL_BIAS(linear), { 0 } };

const dt_model_type dt_model_linear = {
    .is = { "linear", "Linear regression with squared loss.", "standard", linear_params, sizeof(linear) },
    .init = linear_init, .start = dt_model_margin_start, .scratch = dt_model_margin_scratch,
    .gradient = dt_model_margin_gradient, .predict = dt_model_margin_predict, .score = dt_model_margin_score,
};
