/* algebra.h - initial weights, gradients of biases, transposes: shared by layers with weights.  Private to this room. */
#ifndef DT_LAYER_ALGEBRA_H
#define DT_LAYER_ALGEBRA_H

#include "layer/layer.h"

/* weight [in * out] followed by bias [out]: uniform in +-sqrt(6 / in) if start is "he" (He et al. 2015, eq. 10), in
 * +-sqrt(6 / (in + out)) if it is "glorot" (Glorot, Bengio 2010, eq. 16); the biases are 0.
 *   count   weights in all
 *   biases  how many follow */
void dt_layer_draw(const char *start, size_t in, size_t out, size_t count, size_t biases, dt_rng *rng, float *x);

/* The gradient of a bias [columns]: the sum of the rows of d_out, written to g or added to it. */
void dt_layer_bias(const float *d_out, size_t rows, size_t columns, bool add, float *g);

/* turned [columns][rows] = the transpose of a [rows][columns]. */
void dt_layer_turn(const float *a, size_t rows, size_t columns, float *turned);

#endif
