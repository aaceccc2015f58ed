/* product.h - matrix products by kernels of our own, for the shapes of a training step: few rows, few columns or a short
 * sum, for which a general sgemm spends as much time on copying as on multiplying.  Private to this room.
 * Every entry is one sum in ascending order of p, however a product is cut into tiles. */
#ifndef DT_LAYER_PRODUCT_H
#define DT_LAYER_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

/* c [rows][columns] = start + sum over p < outer * inner of a(r, p) b(p, column); b and c are row-major and dense.
 * a(r, p) is a[r * a_row + p / inner * a_jump + p % inner * a_step]: with outer > 1 a row of a is made of pieces, as
 * a patch of an image is, and rows may share entries.  One of a_row and a_step is 1. */
typedef struct dt_layer_product {
    size_t       rows, columns, outer, inner;
    const float *a;
    size_t       a_row, a_jump, a_step;
    const float *b;
    float       *c;
    const float *start;         /* NULL: 0; [columns]: the same for every row; c itself: the product is added */
} dt_layer_product;

/* Form the product with the best kernel of this processor. */
void dt_layer_product_form(const dt_layer_product *p);

/* The kernels, best first, up to an entry without a name; the last of them fits every processor. */
typedef struct dt_layer_kernel {
    const char *name;
    bool (*fits)(void);
    void (*form)(const dt_layer_product *p);
} dt_layer_kernel;
extern const dt_layer_kernel dt_layer_kernels[];

#endif
