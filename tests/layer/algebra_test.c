/* algebra_test.c - products in every orientation, the range of first weights, and whose CBLAS is linked. */
#include "tests/test.h"
#include "layer/algebra.h"
#include <cblas.h>
#include <dlfcn.h>
#include <math.h>

static void product(dt_side a_side, dt_side b_side, size_t rows, size_t columns, size_t inner, float keep) {
    float a[64], b[64], c[64], before[64];
    for (int i = 0; i < 64; i++) {
        a[i] = (float)(i % 7) - 2;
        b[i] = (float)(i % 5) - 1;
        c[i] = before[i] = keep == 0 ? NAN : (float)i;
    }
    dt_layer_multiply(a_side, b_side, rows, columns, inner, a, b, keep, c);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            double sum = keep == 0 ? 0 : keep * before[i * columns + j];
            for (size_t k = 0; k < inner; k++)
                sum += (double)a[a_side == DT_TURNED ? k * rows + i : i * inner + k]
                       * b[b_side == DT_TURNED ? j * inner + k : k * columns + j];
            assert_near(c[i * columns + j], sum, 1e-6);
        }
}

static void products_are_right_in_every_orientation(void **fixture) {
    (void)fixture;
    for (int sides = 0; sides < 4; sides++)
        for (size_t columns = 1; columns <= 3; columns += 2)
            for (float keep = 0; keep <= 1; keep++)
                for (size_t inner = 1; inner <= 4; inner += 3)
                    product(sides & 1 ? DT_TURNED : DT_PLAIN, sides & 2 ? DT_TURNED : DT_PLAIN, 5, columns, inner,
                            keep);
}

/* GSL brings a CBLAS of its own, twenty times slower; the linker takes the first one it meets. */
static void products_are_those_of_openblas(void **fixture) {
    (void)fixture;
    Dl_info info;
    void *function;
    __typeof__(cblas_sgemm) *multiply = cblas_sgemm;
    memcpy(&function, &multiply, sizeof function);
    assert_true(dladdr(function, &info) != 0);
    if (strstr(info.dli_fname, "openblas") == NULL)
        fail_msg("cblas_sgemm comes from %s: name openblas before gsl when linking", info.dli_fname);
}

static void first_weights_keep_to_their_range(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    enum { IN = 60, OUT = 40, COUNT = IN * OUT };
    float *x = dt_arena_take(run, COUNT + OUT, sizeof *x);
    const struct { const char *start; double limit; } row[] = { { "he", sqrt(6.0 / 60) }, { "glorot", sqrt(0.06) } };
    for (int r = 0; r < 2; r++) {
        double most = 0, sum = 0;
        for (size_t i = 0; i < COUNT + OUT; i++) x[i] = 9;
        dt_layer_draw(row[r].start, IN, OUT, COUNT, OUT, dt_rng_stream(run, 1, 0, "model"), x);
        for (size_t i = 0; i < COUNT; i++) {
            most = fmax(most, fabsf(x[i]));
            sum += (double)x[i] * x[i];
        }
        for (size_t i = COUNT; i < COUNT + OUT; i++) assert_float_equal(x[i], 0, 0);
        assert_true(most <= row[r].limit * (1 + 1e-6) && most > 0.99 * row[r].limit);
        assert_near(sum / COUNT / (row[r].limit * row[r].limit / 3), 1, 0.1);
    }
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_right_in_every_orientation),
        cmocka_unit_test(products_are_those_of_openblas),
        cmocka_unit_test(first_weights_keep_to_their_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
