/* compress_test.c - known values of each compressor, and the laws of their papers. */
#include "tests/test.h"
#include "compress/compress.h"
#include <float.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort_float.h>
#include <math.h>

/* Open name with one number parameter (key NULL: none). */
static void open_with(dt_compress *c, const char *name, const char *key, double value, size_t n, dt_arena *run) {
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, name, run);
    if (key != NULL) dt_config_set_number(node, key, value, run);
    assert_ok(dt_compress_open(c, node, &(dt_block){ n, n, 1, 1, NULL }, 1, dt_rng_stream(run, 7, 0, "compress"), run));
}

static float half_of(float x, dt_arena *run) {
    dt_compress c;
    float out;
    open_with(&c, "float16", NULL, 0, 1, run);
    dt_compress_pass(&c, &x, NULL, &out);
    return out;
}

static void halves_are_rounded_to_nearest_even(void **fixture) {
    dt_arena *run = *fixture;
    const float pairs[][2] = {
        { 1, 1 }, { -2.5f, -2.5f }, { 65504, 65504 }, { 1 + 0x1p-11f, 1 }, { 1 + 3 * 0x1p-11f, 1 + 4 * 0x1p-11f },
        { 1 + 0x1.1p-11f, 1 + 0x1p-10f }, { 0.1f, 0x1.998p-4f }, { 0x1p-14f, 0x1p-14f }, { 0x1p-24f, 0x1p-24f },
        { 0x1p-25f, 0 }, { 0x1.1p-25f, 0x1p-24f }, { 3 * 0x1p-25f, 0x1p-23f }, { 0x1.ffep-15f, 0x1p-14f },
        { FLT_MIN / 4, 0 }, { 65519, 65504 }, { 65520, 65504 }, { 1e30f, 65504 }, { -1e30f, -65504 },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(half_of(pairs[i][0], run) == pairs[i][1]);
        assert_true(half_of(-pairs[i][0], run) == -pairs[i][1]);
    }
    assert_true(isinf(half_of(INFINITY, run)) && half_of(-INFINITY, run) < 0 && isnan(half_of(NAN, run)));
}

static void every_half_comes_back_as_itself(void **fixture) {
    dt_arena *run = *fixture;
    enum { N = 1 << 16 };
    dt_compress c;
    dt_packet p = { 0 };
    uint16_t *code = dt_arena_take(run, N, sizeof *code);
    float *x = dt_arena_take(run, N, sizeof *x);
    for (unsigned i = 0; i < N; i++) code[i] = (uint16_t)i;
    open_with(&c, "float16", NULL, 0, N, run);
    c.type->decode(c.part->state, &(dt_packet){ code, N, 2.0 * N, 0 }, x);
    c.type->encode(c.part->state, x, NULL, &p);
    const uint16_t *back = p.body;
    for (unsigned i = 0; i < N; i++)
        if (!isnan(x[i])) assert_int_equal(back[i], i);
    assert_true(p.wire_bytes == 2.0 * N);
}

static void topk_follows_the_worked_example(void **fixture) {
    dt_compress c;
    const float g[3] = { 1, 0.6f, 0.3f };
    const float sent[6][2] = { { 1, 0 }, { 1.2f, 1 }, { 2, 0 }, { 1.2f, 1 }, { 2, 0 }, { 1.8f, 2 } };
    float out[3];
    open_with(&c, "topk", "ratio", 0.34, 3, *fixture);
    for (int round = 0; round < 6; round++) {
        dt_compress_pass(&c, g, NULL, out);
        for (int i = 0; i < 3; i++) assert_near(out[i], i == (int)sent[round][1] ? sent[round][0] : 0, 1e-6);
    }
    assert_true(dt_compress_wire_bytes(&c) == 8);
}

static void topk_breaks_ties_by_lowest_index(void **fixture) {
    dt_compress c;
    const float x[8] = { 1, -2, 2, 0, -2, 2, 3, -1 }, wanted[8] = { 0, -2, 2, 0, 0, 0, 3, 0 };
    float out[8];
    open_with(&c, "topk", "ratio", 0.4, 8, *fixture);
    dt_compress_pass(&c, x, NULL, out);
    assert_memory_equal(out, wanted, sizeof out);
}

static void topk_keeps_what_sorting_would(void **fixture) {
    dt_arena *run = *fixture;
    enum { N = 3000 };
    float x[N], size[N], out[N];
    dt_rng *rng = dt_rng_stream(run, 1, 0, "vector");
    for (double ratio = 0.0004; ratio <= 1; ratio *= 3) {
        dt_compress c;
        size_t k = (size_t)fmax(1, round(ratio * N)), kept = 0;
        for (size_t i = 0; i < N; i++) {
            x[i] = (float)(gsl_ran_gaussian(rng, 1) * exp(gsl_ran_gaussian(rng, 8)));
            size[i] = fabsf(x[i]);
        }
        open_with(&c, "topk", "ratio", ratio, N, run);
        assert_true(dt_compress_pass(&c, x, NULL, out) == 8.0 * (double)k);
        gsl_sort_float(size, 1, N);
        for (size_t i = 0; i < N; i++) {
            assert_true(out[i] == (fabsf(x[i]) >= size[N - k] ? x[i] : 0));
            kept += out[i] != 0;
        }
        assert_int_equal(kept, k);
    }
}

static void sign_follows_the_worked_example(void **fixture) {
    dt_compress c;
    const float x[3] = { 3, -1, 2 }, wanted[3] = { 2, -2, 2 }, left[3] = { 1, 1, 0 };
    float out[3];
    open_with(&c, "sign", NULL, 0, 3, *fixture);
    assert_true(dt_compress_pass(&c, x, NULL, out) == 5);
    assert_memory_equal(out, wanted, sizeof out);
    assert_memory_equal(c.memory, left, sizeof left);
}

static void signs_are_packed_eight_to_a_byte(void **fixture) {
    dt_compress c;
    dt_packet p = { 0 };
    float x[11] = { -1, 1, 1, -1, 1, 1, 1, -1, 1, -1, 0 };
    open_with(&c, "sign", NULL, 0, 11, *fixture);
    c.type->encode(c.part->state, x, NULL, &p);
    const uint8_t *byte = p.body;
    assert_int_equal(byte[4], 0x89);
    assert_int_equal(byte[5], 0x02);
    assert_true(p.wire_bytes == 4 + 2);
}

static void quantized_bytes_are_the_bits_of_all_entries(void **fixture) {
    for (int bits = 2; bits <= 16; bits++)
        for (size_t n = 1; n < 20; n++) {
            dt_compress c;
            open_with(&c, "quantize", "bits", bits, n, *fixture);
            assert_true(dt_compress_wire_bytes(&c) == 4 + ceil((double)n * bits / 8));
        }
}

static void levels_are_sent_exactly(void **fixture) {
    dt_arena *run = *fixture;
    for (int bits = 2; bits <= 16; bits++) {
        enum { N = 37 };
        int levels = (1 << (bits - 1)) - 1;
        float x[N], out[N];
        dt_compress c;
        for (int i = 0; i < N; i++) x[i] = (float)((i % 2 ? -1 : 1) * ((i * 2654435 + levels) % (levels + 1)));
        x[N - 1] = (float)-levels;
        open_with(&c, "quantize", "bits", bits, N, run);
        dt_compress_pass(&c, x, NULL, out);
        for (int i = 0; i < N; i++) assert_near(out[i], x[i], 1e-6);
    }
}

static dt_compress quantizer(const char *norm, double bits, size_t n, dt_arena *run) {
    dt_compress c;
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "quantize", run);
    dt_config_set_text(node, "norm", norm, run);
    dt_config_set_number(node, "bits", bits, run);
    assert_ok(dt_compress_open(&c, node, &(dt_block){ n, n, 1, 1, NULL }, 1, dt_rng_stream(run, 3, 0, "compress"), run));
    return c;
}

static void quantized_mean_is_the_entry(void **fixture) {
    enum { N = 50, ROUNDS = 4000 };
    dt_arena *run = *fixture;
    const char *const norms[] = { "max", "two" };
    for (int k = 0; k < 2; k++) {
        float x[N], out[N];
        double sum[N] = { 0 }, square[N] = { 0 };
        dt_rng *rng = dt_rng_stream(run, 11, 0, "vector");
        dt_compress c = quantizer(norms[k], 3, N, run);
        for (int i = 0; i < N; i++) x[i] = (float)gsl_ran_gaussian(rng, 2);
        for (int round = 0; round < ROUNDS; round++) {
            dt_compress_pass(&c, x, NULL, out);
            for (int i = 0; i < N; i++) {
                sum[i] += out[i];
                square[i] += (double)out[i] * out[i];
            }
        }
        for (int i = 0; i < N; i++) {
            double mean = sum[i] / ROUNDS, error = sqrt(fmax(0, square[i] / ROUNDS - mean * mean) / ROUNDS);
            if (fabs(mean - x[i]) > 4 * error + 1e-6) fail_msg("entry %d: %g is not %g +- %g", i, mean, x[i], error);
        }
    }
}

static void quantized_error_stays_below_the_bound_of_qsgd(void **fixture) {
    enum { N = 100, ROUNDS = 500 };
    dt_arena *run = *fixture;
    const double expected[][2] = { { 2, 7.0 }, { 9, 2.4e-4 } };         /* s = 1 and 255 of a Gaussian vector */
    for (int k = 0; k < 2; k++) {
        float x[N], out[N];
        double whole = 0, error = 0, s = exp2(expected[k][0] - 1) - 1;
        dt_rng *rng = dt_rng_stream(run, 5, 0, "vector");
        dt_compress c = quantizer("two", expected[k][0], N, run);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < N; i++) x[i] = (float)gsl_ran_gaussian(rng, 1);
            dt_compress_pass(&c, x, NULL, out);
            for (int i = 0; i < N; i++) {
                whole += (double)x[i] * x[i];
                error += ((double)out[i] - x[i]) * ((double)out[i] - x[i]);
            }
        }
        assert_true(error / whole < fmin(N / (s * s), sqrt(N) / s));
        assert_near(error / whole / expected[k][1], 1, 0.1);
    }
}

static void unknown_names_and_values_are_refused(void **fixture) {
    dt_arena *run = *fixture;
    dt_compress c;
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "topk", run);
    dt_config_set_number(node, "ratio", 1.5, run);
    assert_refused(dt_compress_open(&c, node, &(dt_block){ 10, 10, 1, 1, NULL }, 1, NULL, run), DT_EINVAL, "1.5");
    assert_string_equal(dt_reason_path(), "compress.ratio");
    node = dt_config_new(run);
    dt_config_set_text(node, NULL, "topkk", run);
    assert_refused(dt_compress_open(&c, node, &(dt_block){ 10, 10, 1, 1, NULL }, 1, NULL, run), DT_ENOTFOUND, "did you mean \"topk\"");
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_are_rounded_to_nearest_even),
        cmocka_unit_test(every_half_comes_back_as_itself),
        cmocka_unit_test(topk_follows_the_worked_example),
        cmocka_unit_test(topk_breaks_ties_by_lowest_index),
        cmocka_unit_test(topk_keeps_what_sorting_would),
        cmocka_unit_test(sign_follows_the_worked_example),
        cmocka_unit_test(signs_are_packed_eight_to_a_byte),
        cmocka_unit_test(quantized_bytes_are_the_bits_of_all_entries),
        cmocka_unit_test(levels_are_sent_exactly),
        cmocka_unit_test(quantized_mean_is_the_entry),
        cmocka_unit_test(quantized_error_stays_below_the_bound_of_qsgd),
        cmocka_unit_test(unknown_names_and_values_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
