/* product_test.c - every kernel this processor can run forms the products that plain loops form. */
#include "tests/test.h"
#include "layer/product.h"
#include <math.h>
#include <stdlib.h>

static const float guard = 77;

/* The naive twin, in double. */
static double entry(const dt_layer_product *p, const float *before, size_t r, size_t j) {
    double sum = p->start == NULL ? 0 : p->start == p->c ? before[r * p->columns + j] : p->start[j];
    for (size_t q = 0; q < p->outer * p->inner; q++)
        sum += (double)p->a[r * p->a_row + q / p->inner * p->a_jump + q % p->inner * p->a_step]
               * p->b[q * p->columns + j];
    return sum;
}

/* Both matrices end where their memory ends, so that a sanitizer sees a step beyond. */
static void compare(void (*form)(const dt_layer_product *), dt_layer_product p, size_t a_size, bool add, bool bias) {
    size_t b_size = p.outer * p.inner * p.columns, c_size = p.rows * p.columns;
    float *a = malloc(a_size * sizeof *a), *b = malloc(b_size * sizeof *b), *before = malloc(c_size * sizeof *before);
    float *c = malloc((c_size + 1) * sizeof *c), *start = malloc(p.columns * sizeof *start);
    for (size_t i = 0; i < a_size; i++) a[i] = (float)(i * 7 % 13) / 4 - 1;
    for (size_t i = 0; i < b_size; i++) b[i] = (float)(i * 5 % 11) / 4 - 1;
    for (size_t i = 0; i < c_size; i++) c[i] = before[i] = add ? (float)(i % 9) : NAN;
    for (size_t i = 0; i < p.columns; i++) start[i] = (float)i / 2;
    c[c_size] = guard;
    p.a = a;
    p.b = b;
    p.c = c;
    p.start = add ? c : bias ? start : NULL;
    form(&p);
    for (size_t r = 0; r < p.rows; r++)
        for (size_t j = 0; j < p.columns; j++) {
            double right = entry(&p, before, r, j);
            if (!(fabs(c[r * p.columns + j] - right) <= 1e-6 * (fabs(right) + 1)))
                fail_msg("%zu x %zu of %zu: entry (%zu, %zu) is %g instead of %g", p.rows, p.columns,
                         p.outer * p.inner, r, j, (double)c[r * p.columns + j], right);
        }
    assert_float_equal(c[c_size], guard, 0);
    free(a); free(b); free(before); free(c); free(start);
}

static void each_kernel(void (*check)(void (*form)(const dt_layer_product *))) {
    for (const dt_layer_kernel *k = dt_layer_kernels; k->name != NULL; k++)
        if (k->fits()) check(k->form);
    check(dt_layer_product_form);
}

static void check_sides(void (*form)(const dt_layer_product *)) {
    for (size_t rows = 1; rows <= 30; rows++)
        for (size_t columns = 1; columns <= 70; columns += columns < 36 ? 1 : 11)
            for (size_t inner = 1; inner <= 9; inner += 4) {
                dt_layer_product plain = { .rows = rows, .columns = columns, .outer = 1, .inner = inner,
                                           .a_row = inner, .a_step = 1 };
                dt_layer_product turned = plain;
                turned.a_row = 1;
                turned.a_step = rows;
                compare(form, plain, rows * inner, rows % 2 == 0, rows % 3 == 0);
                compare(form, turned, rows * inner, rows % 2 == 0, rows % 3 == 0);
            }
}

/* Rows that overlap, of pieces: patches of an image of 7 x 9 pixels and 3 channels, with kernels of 1 to 4. */
static void check_patches(void (*form)(const dt_layer_product *)) {
    for (size_t k = 1; k <= 4; k++)
        for (size_t filters = 1; filters <= 40; filters += 13) {
            size_t line = 9 * 3, wide = 9 - k + 1, high = 7 - k + 1;
            compare(form, (dt_layer_product){ .rows = wide, .columns = filters, .outer = k, .inner = 3 * k, .a_row = 3,
                                              .a_jump = line, .a_step = 1 }, 7 * line, false, true);
            compare(form, (dt_layer_product){ .rows = 3 * k, .columns = filters, .outer = high, .inner = wide,
                                              .a_row = 1, .a_jump = line, .a_step = 3 }, 7 * line, true, false);
        }
}

static void products_are_those_of_plain_loops(void **f) { (void)f; each_kernel(check_sides); }
static void patches_need_not_be_copied_out(void **f) { (void)f; each_kernel(check_patches); }

/* More than one strip: the sum goes on where it stood. */
static void a_matrix_that_fits_no_cache_is_summed_in_strips(void **f) {
    (void)f;
    dt_layer_product p = { .rows = 3, .columns = 700, .outer = 1, .inner = 400, .a_row = 400, .a_step = 1 };
    compare(dt_layer_product_form, p, 3 * 400, false, true);
    compare(dt_layer_product_form, p, 3 * 400, true, false);
}

static void a_row_does_not_depend_on_the_rows_beside_it(void **f) {
    (void)f;
    enum { ROWS = 23, COLUMNS = 37, INNER = 50 };
    static float a[ROWS * INNER], b[INNER * COLUMNS], all[ROWS * COLUMNS], one[COLUMNS];
    for (int i = 0; i < ROWS * INNER; i++) a[i] = sinf((float)i);
    for (int i = 0; i < INNER * COLUMNS; i++) b[i] = cosf((float)i);
    dt_layer_product p = { ROWS, COLUMNS, 1, INNER, a, INNER, 0, 1, b, all, NULL };
    dt_layer_product_form(&p);
    for (size_t r = 0; r < ROWS; r++) {
        dt_layer_product_form(&(dt_layer_product){ 1, COLUMNS, 1, INNER, a + r * INNER, INNER, 0, 1, b, one, NULL });
        assert_memory_equal(one, all + r * COLUMNS, sizeof one);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_those_of_plain_loops),
        cmocka_unit_test(patches_need_not_be_copied_out),
        cmocka_unit_test(a_matrix_that_fits_no_cache_is_summed_in_strips),
        cmocka_unit_test(a_row_does_not_depend_on_the_rows_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
