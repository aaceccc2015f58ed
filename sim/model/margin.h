/* margin.h - models whose loss depends on one linear score: loss(z, y) of z = w . x + b.  Private to this room.
 * x of the model is w [features], followed by b if there is a bias; both start at 0. */
#ifndef DT_MODEL_MARGIN_H
#define DT_MODEL_MARGIN_H

#include "model/model.h"

/* The first member of such a model's state.  loss returns the loss of one sample and its slope d loss / d z. */
typedef double dt_model_slope(double z, double y, double *slope);
typedef struct dt_model_margin { dt_model_slope *loss; bool bias; } dt_model_margin;

#define DT_MODEL_BIAS(state) DT_BOOL_NAMED("bias", state, margin.bias, true, "learn a constant besides the weights")

/* The functions of such a model's type.  init checks that the data has so many classes (0: a real target).
 * Errors: DT_EINVAL if not; advice says which model to take. */
dt_status dt_model_margin_init(dt_model_margin *s, dt_model_slope *loss, size_t classes, const char *advice,
                               const dt_shape *shape, dt_model *m, dt_arena *run);
void   dt_model_margin_start(const dt_model *m, dt_rng *rng, float *x);
size_t dt_model_margin_scratch(const dt_model *m, size_t batch);
double dt_model_margin_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch);
void   dt_model_margin_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out);
void   dt_model_margin_score(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, double *loss,
                             size_t *right);

#endif
