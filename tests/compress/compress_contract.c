/* compress_contract.c - what every compressor promises. */
#include "tests/test.h"
#include "compress/compress.h"
#include <gsl/gsl_randist.h>
#include <math.h>

enum { MOST = 1000 };
static const size_t sizes[] = { 1, 2, 7, 8, 9, 63, 100, 257, MOST };
enum { SIZES = sizeof sizes / sizeof *sizes };
#define EACH_SIZE(n) (size_t s_ = 0, n = sizes[0]; s_ < SIZES; n = sizes[++s_ % SIZES])
#define EACH_TYPE(i) (size_t i = 0; i < dt_compress_room.count; i++)

static const dt_compress_type *type_of(size_t i) {
    return dt_compress_of(dt_compress_room.entries[i]);
}

static void open_one(dt_compress *c, size_t i, size_t n, uint64_t seed, dt_arena *run) {
    dt_config *list = dt_config_new(run);
    dt_config *node = dt_config_set_text(list, NULL, dt_compress_room.entries[i]->name, run);
    assert_ok(dt_compress_open(c, node, n, dt_rng_stream(run, seed, 0, "compress"), run));
    assert_ptr_equal(c->type, type_of(i));
}

static void fill(float *x, size_t n, uint64_t seed, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, seed, 1, "vector");
    for (size_t i = 0; i < n; i++) x[i] = (float)gsl_ran_gaussian(rng, 3);
}

static void bytes_are_whole_and_known_before(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], out[MOST];
    dt_compress c;
    dt_packet p;
    for EACH_TYPE(i)
        for EACH_SIZE(n) {
            open_one(&c, i, n, 1, run);
            fill(x, n, i, run);
            double bytes = dt_compress_wire_bytes(&c);
            assert_true(bytes >= 1 && bytes == floor(bytes) && bytes <= 8.0 * (double)n + 4);
            c.type->encode(c.state, x, &p);
            assert_true(p.wire_bytes == bytes);
            assert_true(dt_compress_pass(&c, x, out) == bytes);
            memset(x, 0, sizeof x);
            assert_true(dt_compress_pass(&c, x, out) == bytes);
        }
}

static void pass_is_decode_of_encode(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], out[MOST], same[MOST];
    dt_compress a, b;
    dt_packet p;
    for EACH_TYPE(i)
        for EACH_SIZE(n) {
            open_one(&a, i, n, 1, run);
            open_one(&b, i, n, 1, run);
            fill(x, n, i, run);
            dt_compress_pass(&a, x, out);
            b.type->encode(b.state, x, &p);
            b.type->decode(b.state, &p, same);
            assert_memory_equal(out, same, n * sizeof *out);
            assert_int_equal(b.type->lossy || memcmp(out, x, n * sizeof *out) == 0, 1);
        }
}

static void equal_streams_give_equal_packets(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], first[MOST], second[MOST];
    dt_compress a, b;
    for EACH_TYPE(i) {
        open_one(&a, i, MOST, 5, run);
        open_one(&b, i, MOST, 5, run);
        for (uint64_t round = 0; round < 4; round++) {
            fill(x, MOST, round, run);
            dt_compress_pass(&a, x, first);
            dt_compress_pass(&b, x, second);
            assert_memory_equal(first, second, sizeof first);
        }
    }
}

static void output_may_take_the_place_of_input(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], out[MOST];
    dt_compress a, b;
    for EACH_TYPE(i) {
        open_one(&a, i, MOST, 5, run);
        open_one(&b, i, MOST, 5, run);
        for (uint64_t round = 0; round < 3; round++) {
            fill(x, MOST, round, run);
            dt_compress_pass(&a, x, out);
            dt_compress_pass(&b, x, x);
            assert_memory_equal(x, out, sizeof x);
        }
    }
}

static void nothing_is_lost(void **fixture) {               /* sent + remembered = given */
    dt_arena *run = *fixture;
    float x[MOST], out[MOST];
    double given[MOST], sent[MOST];
    dt_compress c;
    for EACH_TYPE(i) {
        open_one(&c, i, MOST, 5, run);
        assert_int_equal(c.memory != NULL, c.type->lossy && !c.type->unbiased);
        if (c.memory == NULL) continue;
        memset(given, 0, sizeof given);
        memset(sent, 0, sizeof sent);
        for (uint64_t round = 0; round < 20; round++) {
            fill(x, MOST, round, run);
            dt_compress_pass(&c, x, out);
            for (size_t e = 0; e < MOST; e++) {
                given[e] += x[e];
                sent[e] += out[e];
            }
        }
        for (size_t e = 0; e < MOST; e++) assert_near(sent[e] + c.memory[e], given[e], 1e-4);
    }
}

static void feedback_is_a_choice(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], first[MOST], second[MOST];
    for EACH_TYPE(i) {
        dt_compress c;
        dt_config *node = dt_config_new(run);
        dt_config_set_text(node, NULL, dt_compress_room.entries[i]->name, run);
        dt_config_set_bool(node, "error_feedback", false, run);
        assert_ok(dt_compress_open(&c, node, MOST, dt_rng_stream(run, 1, 0, "compress"), run));
        assert_null(c.memory);
        if (c.type->unbiased) continue;         /* draws anew */
        fill(x, MOST, 3, run);
        dt_compress_pass(&c, x, first);
        dt_compress_pass(&c, x, second);
        assert_memory_equal(first, second, sizeof first);
    }
}

static void zero_stays_zero_and_nan_shows(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST] = { 0 }, out[MOST];
    for EACH_TYPE(i) {
        dt_compress c;
        open_one(&c, i, MOST, 5, run);
        dt_compress_pass(&c, x, out);
        for (size_t e = 0; e < MOST; e++) assert_true(out[e] == 0);
    }
    x[17] = NAN;
    for EACH_TYPE(i) {
        dt_compress c;
        bool shows = false;
        open_one(&c, i, MOST, 5, run);
        dt_compress_pass(&c, x, out);
        for (size_t e = 0; e < MOST; e++) shows |= isnan(out[e]);
        if (!shows) fail_msg("%s hides NaN", c.type->is.name);
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_whole_and_known_before),
        cmocka_unit_test(pass_is_decode_of_encode),
        cmocka_unit_test(equal_streams_give_equal_packets),
        cmocka_unit_test(output_may_take_the_place_of_input),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(feedback_is_a_choice),
        cmocka_unit_test(zero_stays_zero_and_nan_shows),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
