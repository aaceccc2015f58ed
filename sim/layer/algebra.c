/* algebra.c - products by CBLAS, biases, and the first weights. */
#include "layer/algebra.h"
#include "base/wide.h"
#include <cblas.h>
#include <math.h>
#include <string.h>

void dt_layer_single_thread(void) { openblas_set_num_threads(1); }

void dt_layer_multiply(dt_side a_side, dt_side b_side, size_t rows, size_t columns, size_t inner, const float *a,
                       const float *b, float keep, float *c) {
    CBLAS_TRANSPOSE at = a_side == DT_TURNED ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE bt = b_side == DT_TURNED ? CblasTrans : CblasNoTrans;
    int r = (int)rows, n = (int)columns, k = (int)inner;
    int a_row = a_side == DT_TURNED ? r : k, b_row = b_side == DT_TURNED ? k : n;
    if (columns == 1)       /* a vector: without the packing of sgemm */
        cblas_sgemv(CblasRowMajor, at, a_side == DT_TURNED ? k : r, a_row, 1.0f, a, a_row, b, 1, keep, c, 1);
    else
        cblas_sgemm(CblasRowMajor, at, bt, r, n, k, 1.0f, a, a_row, b, b_row, keep, c, n);
}

void dt_layer_draw(const char *start, size_t in, size_t out, size_t count, size_t biases, dt_rng *rng, float *x) {
    double fans = strcmp(start, "he") == 0 ? (double)in : (double)in + (double)out, limit = sqrt(6.0 / fans);
    for (size_t i = 0; i < count; i++) x[i] = (float)(limit * (2 * gsl_rng_uniform(rng) - 1));
    memset(x + count, 0, biases * sizeof *x);
}

DT_WIDE
static void rows_add(const float *restrict a, size_t rows, size_t columns, float *restrict sum) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) sum[j] += a[i * columns + j];
}

void dt_layer_bias(const float *d_out, size_t rows, size_t columns, bool add, float *g) {
    if (!add) memset(g, 0, columns * sizeof *g);
    rows_add(d_out, rows, columns, g);
}

void dt_layer_turn(const float *restrict a, size_t rows, size_t columns, float *restrict turned) {
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < rows; i++) turned[j * rows + i] = a[i * columns + j];
}
