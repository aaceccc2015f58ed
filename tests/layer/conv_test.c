/* conv_test.c - a convolution equals the sum written out, for both paddings and odd and even kernels. */
#include "tests/test.h"
#include "layer/layer.h"

static dt_status conv_open(dt_layer *l, long filters, long kernel, const char *padding, dt_extent in, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "conv", run);
    dt_config_set_number(config, "filters", (double)filters, run);
    dt_config_set_number(config, "kernel", (double)kernel, run);
    dt_config_set_text(config, "padding", padding, run);
    return dt_layer_open(l, config, in, run);
}

/* out(i, j, f) = b_f + sum over a, b, c of in(i + a - border, j + b - border, c) W(a, b, c, f) */
static double direct(const dt_layer *l, long k, long border, const float *x, const float *in, long i, long j,
                     size_t f) {
    size_t channels = l->in.channels, filters = l->out.channels;
    double sum = x[(size_t)(k * k) * channels * filters + f];
    for (long a = 0; a < k; a++)
        for (long b = 0; b < k; b++)
            for (size_t c = 0; c < channels; c++) {
                long row = i + a - border, column = j + b - border;
                if (row < 0 || column < 0 || row >= (long)l->in.height || column >= (long)l->in.width) continue;
                sum += (double)in[(size_t)(row * (long)l->in.width + column) * channels + c]
                       * x[((size_t)(a * k + b) * channels + c) * filters + f];
            }
    return sum;
}

static void compare(long kernel, const char *padding, size_t height, size_t width) {
    dt_arena *run = dt_arena_new(1 << 16);
    dt_layer l;
    assert_ok(conv_open(&l, 4, kernel, padding, (dt_extent){ 3, 7, 6 }, run));
    assert_int_equal(l.out.channels, 4);
    assert_int_equal(l.out.height, height);
    assert_int_equal(l.out.width, width);
    dt_rng *rng = dt_rng_stream(run, 1, 0, "test");
    size_t m = 2, ins = dt_extent_size(l.in), outs = dt_extent_size(l.out);
    float *x = dt_arena_take(run, l.params, 4), *in = dt_arena_take(run, m * ins, 4);
    float *out = dt_arena_take(run, m * outs, 4), *work = dt_arena_take(run, l.work, 4);
    for (size_t i = 0; i < l.params; i++) x[i] = (float)gsl_rng_uniform(rng);
    for (size_t i = 0; i < m * ins; i++) in[i] = (float)gsl_rng_uniform(rng);
    l.type->forward(&l, &(dt_layer_pass){ .m = m, .x = x, .in = in, .out = out, .work = work });
    long border = strcmp(padding, "same") == 0 ? (kernel - 1) / 2 : 0;
    for (size_t s = 0, at = 0; s < m; s++)
        for (size_t i = 0; i < height; i++)
            for (size_t j = 0; j < width; j++)
                for (size_t f = 0; f < 4; f++, at++)
                    assert_near(out[at], direct(&l, kernel, border, x, in + s * ins, (long)i, (long)j, f), 1e-5);
    dt_arena_free(run);
}

static void same_padding_keeps_the_size(void **fixture) {
    (void)fixture;
    compare(5, "same", 7, 6);
    compare(2, "same", 7, 6);
    compare(1, "same", 7, 6);
}

static void valid_padding_adds_nothing(void **fixture) {
    (void)fixture;
    compare(3, "valid", 5, 4);
    compare(6, "valid", 2, 1);
}

static void a_kernel_larger_than_the_image_is_refused(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_layer l;
    assert_refused(conv_open(&l, 4, 7, "valid", (dt_extent){ 3, 7, 6 }, run), DT_EINVAL, "at least 7 x 7");
    dt_arena_free(run);
}

static void costs_are_those_of_the_product(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(0);
    dt_layer l;
    assert_ok(conv_open(&l, 64, 5, "same", (dt_extent){ 32, 14, 14 }, run));
    assert_int_equal(l.params, 51264);
    assert_near(l.forward_flops, 2.0 * 25 * 32 * 64 * 196, 0);
    assert_near(l.backward_flops, 4.0 * 25 * 32 * 64 * 196, 0);
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_padding_keeps_the_size),
        cmocka_unit_test(valid_padding_adds_nothing),
        cmocka_unit_test(a_kernel_larger_than_the_image_is_refused),
        cmocka_unit_test(costs_are_those_of_the_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
