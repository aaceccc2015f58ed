/* inside.h - what the files of code/ share. */
#ifndef DT_CODE_INSIDE_H
#define DT_CODE_INSIDE_H

#include "code/code.h"

/* Cut the workers into groups of `size`, whose members all compute the same parts, those with the numbers of the group's members,
 * and add them.  Errors: DT_EINVAL at path if size does not divide the number of workers. */
dt_status dt_code_groups(dt_code *c, size_t size, const char *path, dt_arena *run);

/* Give worker w the parts w, w + 1, .. w + count - 1, modulo the number of workers; weight is the caller's. */
void dt_code_cycle(dt_code *c, size_t count, dt_arena *run);

/* How many words have come. */
size_t dt_code_come(const dt_code *c, const bool *come);

/* x [columns] = the shortest of the vectors for which ||A x - b|| is least; A [rows * columns] by rows. */
void dt_code_least(size_t rows, size_t columns, const double *A, const double *b, double *x, dt_arena *scratch);

/* The cyclic code of the matrix H [s * n] by rows, whose columns add up to 0 in every row: B [n * n], where row i has its entries
 * at i, i + 1, .. i + s modulo n, and H B_i = 0. */
void dt_code_cyclic_rows(size_t n, size_t s, const double *H, double *B, dt_arena *scratch);

/* a [workers]: the sum is sum_i a_i word_i over the words of a cyclic code that have come.  Returns the largest difference of
 * sum_i a_i B_ip from 1 over the parts p. */
double dt_code_cyclic_weights(const dt_code *c, const bool *come, double *a, dt_arena *scratch);

#endif
