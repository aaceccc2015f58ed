/* solve.c - the linear equations of the codes: least squares, and the weights of cyclic repetition. */
#include "code/inside.h"
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

/* A complete orthogonal decomposition finds the rank, and with it the shortest solution; it takes at least as many rows as columns,
 * so that a wide matrix is filled up with rows of zeros. */
void dt_code_least(size_t rows, size_t columns, const double *A, const double *b, double *x, dt_arena *scratch) {
    dt_arena_mark mark = dt_arena_here(scratch);
    size_t m = rows < columns ? columns : rows, rank;
    gsl_matrix_view q = gsl_matrix_view_array(dt_arena_take(scratch, m * columns, sizeof(double)), m, columns);
    gsl_vector_view tau[2], right = gsl_vector_view_array(dt_arena_take(scratch, m, sizeof(double)), m);
    gsl_vector_view rest = gsl_vector_view_array(dt_arena_take(scratch, m, sizeof(double)), m);
    gsl_vector_view work = gsl_vector_view_array(dt_arena_take(scratch, columns, sizeof(double)), columns);
    gsl_vector_view solution = gsl_vector_view_array(x, columns);
    gsl_permutation order = { columns, dt_arena_take(scratch, columns, sizeof(size_t)) };
    for (int i = 0; i < 2; i++) tau[i] = gsl_vector_view_array(dt_arena_take(scratch, columns, sizeof(double)), columns);
    memcpy(q.matrix.data, A, rows * columns * sizeof *A);
    memcpy(right.vector.data, b, rows * sizeof *b);
    gsl_linalg_COD_decomp(&q.matrix, &tau[0].vector, &tau[1].vector, &order, &rank, &work.vector);
    gsl_linalg_COD_lssolve(&q.matrix, &tau[0].vector, &tau[1].vector, &order, rank, &right.vector, &solution.vector, &rest.vector);
    dt_arena_release(scratch, mark);
}

/* B_ii = 1, and its other entries solve H_J b = -H_i for J = i + 1 .. i + s. */
void dt_code_cyclic_rows(size_t n, size_t s, const double *H, double *B, dt_arena *scratch) {
    dt_arena_mark mark = dt_arena_here(scratch);
    double *A = dt_arena_take(scratch, s * s, sizeof *A), *b = dt_arena_take(scratch, s, sizeof *b), *x = dt_arena_take(scratch, s, sizeof *x);
    memset(B, 0, n * n * sizeof *B);
    for (size_t i = 0; i < n; i++) {
        B[i * n + i] = 1;
        for (size_t k = 0; k < s; k++) {
            for (size_t j = 0; j < s; j++) A[k * s + j] = H[k * n + (i + 1 + j) % n];
            b[k] = -H[k * n + i];
        }
        if (s > 0) dt_code_least(s, s, A, b, x, scratch);
        for (size_t j = 0; j < s; j++) B[i * n + (i + 1 + j) % n] = x[j];
    }
    dt_arena_release(scratch, mark);
}

double dt_code_cyclic_weights(const dt_code *c, const bool *come, double *a, dt_arena *scratch) {
    dt_arena_mark mark = dt_arena_here(scratch);
    size_t n = c->workers, count = dt_code_come(c, come), at = 0;
    double *A = dt_arena_take(scratch, n * count, sizeof *A), *one = dt_arena_take(scratch, n, sizeof *one);
    double *x = dt_arena_take(scratch, count, sizeof *x), largest = 0;
    for (size_t w = 0; w < n; w++) {
        one[w] = 1;
        for (size_t k = c->start[w]; come[w] && k < c->start[w + 1]; k++) A[c->part[k] * count + at] = c->weight[k];
        at += come[w];
    }
    dt_code_least(n, count, A, one, x, scratch);
    for (size_t w = at = 0; w < n; w++) a[w] = come[w] ? x[at++] : 0;
    for (size_t p = 0; p < n; p++) {
        double sum = -1;
        for (size_t i = 0; i < count; i++) sum += A[p * count + i] * x[i];
        largest = fmax(largest, fabs(sum));
    }
    dt_arena_release(scratch, mark);
    return largest;
}
