/* tanh_test.c - our hyperbolic tangent is libm's within 2 units in the last place, everywhere. */
#include "tests/test.h"
#include "layer/layer.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { N = 4096, STRIDE = 509 };        /* every 509th float: 8 million of them */

static dt_layer open_layer(dt_arena *run) {
    dt_layer l;
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, "tanh", run);
    assert_ok(dt_layer_open(&l, config, (dt_extent){ 1, 1, 1 }, run));
    return l;
}

static void forward(const dt_layer *l, size_t n, const float *in, float *out) {
    l->type->forward(l, &(dt_layer_pass){ .m = n, .in = in, .out = out });
}

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void the_error_is_at_most_2_units_in_the_last_place(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(1 << 16);
    const dt_layer l = open_layer(run);
    float *in = dt_arena_take(run, N, sizeof *in), *out = dt_arena_take(run, N, sizeof *out);
    uint32_t worst = 0, infinity = bits_of(INFINITY);
    float at = 0;
    for (uint32_t bits = 0; bits <= infinity;) {
        size_t n = 0;
        for (; n < N && bits <= infinity; bits += STRIDE) memcpy(&in[n++], &bits, sizeof bits);
        forward(&l, n, in, out);
        for (size_t i = 0; i < n; i++) {
            uint32_t a = bits_of(out[i]), b = bits_of((float)tanh((double)in[i])), off = a > b ? a - b : b - a;
            if (off > worst) worst = off, at = in[i];
        }
    }
    if (worst > 2) fail_msg("tanh(%.9g) is off by %u units in the last place", (double)at, worst);
    dt_arena_free(run);
}

static void it_is_odd_and_keeps_what_is_no_number(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(1 << 16);
    const dt_layer l = open_layer(run);
    float in[] = { 0.0f, -0.0f, 0.3f, -0.3f, 2, -2, 9.5f, -9.5f, INFINITY, -INFINITY, 1e-40f, -1e-40f, NAN }, out[13];
    forward(&l, 13, in, out);
    for (size_t i = 0; i < 12; i += 2) assert_int_equal(bits_of(out[i]) | 0x80000000u, bits_of(out[i + 1]));
    assert_true(out[6] == 1 && out[8] == 1 && out[0] == 0 && out[10] == 1e-40f);
    assert_true(isnan(out[12]));
    dt_arena_free(run);
}

/* Vectors and what is left over after them. */
static void an_entry_does_not_depend_on_its_place(void **fixture) {
    (void)fixture;
    dt_arena *run = dt_arena_new(1 << 16);
    const dt_layer l = open_layer(run);
    float in[67], out[67], alone;
    for (int i = 0; i < 67; i++) in[i] = 0.07f * (float)(i - 30);
    for (size_t n = 1; n <= 67; n++) {
        forward(&l, n, in, out);
        for (size_t i = 0; i < n; i++) {
            forward(&l, 1, in + i, &alone);
            assert_int_equal(bits_of(out[i]), bits_of(alone));
        }
    }
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_error_is_at_most_2_units_in_the_last_place),
        cmocka_unit_test(it_is_odd_and_keeps_what_is_no_number),
        cmocka_unit_test(an_entry_does_not_depend_on_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
