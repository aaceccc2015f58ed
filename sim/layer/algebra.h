/* algebra.h - what layers with weights share; only for files of this room. */
#ifndef DT_LAYER_ALGEBRA_H
#define DT_LAYER_ALGEBRA_H

#include "layer/layer.h"

/* weight [in * out] followed by bias [out]: uniform in +-sqrt(6 / in) if start is "he" (He et al. 2015, eq. 10), in
 * +-sqrt(6 / (in + out)) if it is "glorot" (Glorot, Bengio 2010, eq. 16); the biases are 0.
 *   count   weights in all
 *   biases  how many follow */
void dt_layer_draw(const char *start, size_t in, size_t out, size_t count, size_t biases, dt_rng *rng, float *x);

/* Every row of a [rows * columns] becomes v; v becomes v plus the sum of the rows of a. */
void dt_layer_rows_set(float *a, size_t rows, size_t columns, const float *v);
void dt_layer_rows_add(const float *a, size_t rows, size_t columns, float *v);

#endif
