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

static dt_config *node_of(size_t i, dt_arena *run) {
    return dt_config_set_text(dt_config_new(run), NULL, dt_compress_room.entries[i]->name, run);
}

static void open_one(dt_compress *c, size_t i, size_t n, uint64_t seed, dt_arena *run) {
    dt_block plain = { n, n, 1, 1, NULL };
    assert_ok(dt_compress_open(c, node_of(i, run), &plain, 1, dt_rng_stream(run, seed, 0, "compress"), run));
    assert_string_equal(c->type->is.name, type_of(i)->is.name);
}

/* With by and twice. */
static void open_as(dt_compress *c, size_t i, const char *by, bool twice, const dt_block *block, size_t blocks, uint64_t seed,
                    dt_arena *run) {
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, dt_compress_room.entries[i]->name, run);
    dt_config_set_text(node, "by", by, run);
    dt_config_set_bool(node, "twice", twice, run);
    assert_ok(dt_compress_open(c, node, block, blocks, dt_rng_stream(run, seed, 0, "compress"), run));
}

static void fill(float *x, size_t n, uint64_t seed, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, seed, 1, "vector");
    for (size_t i = 0; i < n; i++) x[i] = (float)gsl_ran_gaussian(rng, 3);
}

static void bytes_are_whole_and_known_before(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], out[MOST];
    dt_compress c;
    dt_packet p = { 0 };
    for EACH_TYPE(i)
        for EACH_SIZE(n) {
            open_one(&c, i, n, 1, run);
            fill(x, n, i, run);
            double bytes = dt_compress_wire_bytes(&c);
            assert_true(bytes >= 1 && bytes == floor(bytes) && bytes <= fmax(8.0 * (double)n + 4, 20));
            for (int zero = 0; zero < 2; zero++) {
                p = (dt_packet){ 0 };
                c.type->encode(c.part->state, x, NULL, &p);
                assert_true(p.wire_bytes == bytes || (c.type->varies && p.wire_bytes == floor(p.wire_bytes)));
                assert_true(p.wire_bytes >= 0 && p.wire_bytes <= fmax(8.0 * (double)n + 4, 20));
                double sent = dt_compress_pass(&c, x, NULL, out);
                assert_true(sent == p.wire_bytes || (c.type->varies && (zero || c.type->unbiased)));
                size_t left = 0;
                for (size_t e = 0; e < n; e++) left += out[e] != 0;
                assert_true((double)left <= dt_compress_entries(&c) || c.type->varies);
                memset(x, 0, sizeof x);
            }
        }
}

static void pass_is_decode_of_encode(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], out[MOST], same[MOST];
    dt_compress a, b;
    dt_packet p = { 0 };
    for EACH_TYPE(i)
        for EACH_SIZE(n) {
            open_one(&a, i, n, 1, run);
            open_one(&b, i, n, 1, run);
            fill(x, n, i, run);
            dt_compress_pass(&a, x, NULL, out);
            b.type->encode(b.part->state, x, NULL, &p);
            b.type->decode(b.part->state, &p, same);
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
            dt_compress_pass(&a, x, NULL, first);
            dt_compress_pass(&b, x, NULL, second);
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
            dt_compress_pass(&a, x, NULL, out);
            dt_compress_pass(&b, x, NULL, x);
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
        assert_int_equal(c.memory != NULL, c.type->lossy && !c.type->unbiased && !c.type->joint && !c.type->drops);
        if (c.memory == NULL || c.type->gather != NULL) continue;       /* what they gather is more than what is given: their own tests */
        memset(given, 0, sizeof given);
        memset(sent, 0, sizeof sent);
        for (uint64_t round = 0; round < 20; round++) {
            fill(x, MOST, round, run);
            dt_compress_pass(&c, x, NULL, out);
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
        assert_ok(dt_compress_open(&c, node, &(dt_block){ MOST, MOST, 1, 1, NULL }, 1, dt_rng_stream(run, 1, 0, "compress"), run));
        assert_null(c.memory);
        if (c.type->unbiased) continue;         /* it draws anew */
        fill(x, MOST, 3, run);
        dt_compress_pass(&c, x, NULL, first);
        c.turn = 0;
        dt_compress_pass(&c, x, NULL, second);
        assert_memory_equal(first, second, sizeof first);
    }
}

static void zero_stays_zero_and_nan_shows(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST] = { 0 }, out[MOST];
    for EACH_TYPE(i) {
        dt_compress c;
        open_one(&c, i, MOST, 5, run);
        dt_compress_pass(&c, x, NULL, out);
        for (size_t e = 0; e < MOST; e++) assert_true(out[e] == 0);
    }
    x[17] = NAN;
    for EACH_TYPE(i) {
        dt_compress c;
        bool shows = false;
        open_one(&c, i, MOST, 5, run);
        for (int pass = 0; pass < 2000 && !shows; pass++) {         /* sooner or later, where entries are drawn */
            dt_compress_pass(&c, x, NULL, out);
            for (size_t e = 0; e < MOST; e++) shows |= isnan(out[e]);
        }
        if (!shows) fail_msg("%s hides NaN", c.type->is.name);
    }
}

/* Two matrices and a vector, as the layers of a model are. */
static const dt_block layers[] = { { 480, 24, 20, 9, NULL }, { 20, 20, 1, 9, NULL }, { 500, 25, 20, 9, NULL } };
enum { LAYERS = sizeof layers / sizeof *layers, SENDERS = 3 };

static void by_layer_each_block_is_compressed_by_itself(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], at[MOST], out[MOST], alone[MOST];
    for EACH_TYPE(i) {
        dt_compress all, one;
        double bytes = 0, known = 0;
        open_as(&all, i, "layer", false, layers, LAYERS, 5, run);
        if (type_of(i)->unbiased) continue;         /* one stream serves all */
        assert_int_equal(all.n, MOST);
        fill(x, MOST, i, run);
        fill(at, MOST, i + 100, run);
        double sent = dt_compress_pass(&all, x, at, out);
        for (size_t l = 0; l < LAYERS; l++) {
            size_t first = all.part[l].first;
            open_as(&one, i, "layer", false, &all.part[l].block, 1, 5, run);
            assert_int_equal(one.part->block.columns, layers[l].columns);
            bytes += dt_compress_pass(&one, x + first, at + first, alone + first);
            known += dt_compress_wire_bytes(&one);
        }
        assert_true(sent == bytes && dt_compress_wire_bytes(&all) == known);
        assert_memory_equal(out, alone, sizeof out);
    }
}

static void blocks_make_one_plain_vector(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], out[MOST], plain[MOST];
    for EACH_TYPE(i) {
        dt_compress a, b;
        open_as(&a, i, "whole", false, layers, LAYERS, 5, run);
        open_as(&b, i, "whole", false, &(dt_block){ MOST, MOST, 1, 9, NULL }, 1, 5, run);
        fill(x, MOST, i, run);
        assert_true(dt_compress_pass(&a, x, NULL, out) == dt_compress_pass(&b, x, NULL, plain));
        assert_memory_equal(out, plain, sizeof out);
    }
}

/* What SENDERS instances send of vectors drawn for that round, their outputs and the weights they are summed with. */
typedef struct senders {
    dt_compress        c[SENDERS];
    const dt_compress *from[SENDERS];
    float              out[SENDERS][MOST];
    double             bytes[SENDERS];
} senders;
static const double shares[SENDERS] = { 0.5, 0.2, 0.3 };

static void senders_open(senders *s, size_t i, const char *by, bool twice, dt_arena *run) {
    for (size_t k = 0; k < SENDERS; k++) {
        open_as(&s->c[k], i, by, twice, layers, LAYERS, 5 + k, run);
        s->from[k] = &s->c[k];
    }
}

static void senders_send(senders *s, uint64_t round, dt_arena *run) {
    float x[MOST];
    for (size_t k = 0; k < SENDERS; k++) {
        fill(x, MOST, 10 * round + k, run);
        s->c[k].turn = round;
        s->bytes[k] = dt_compress_pass(&s->c[k], x, NULL, s->out[k]);
    }
}

static void a_sum_of_packets_is_the_sum_of_what_they_hold(void **fixture) {
    dt_arena *run = *fixture;
    senders *s = dt_arena_take(run, 1, sizeof *s);
    float sum[MOST];
    for (int layer = 0; layer < 2; layer++)
        for EACH_TYPE(i) {
            dt_compress m;
            if (!type_of(i)->lossy || type_of(i)->joint) continue;
            const char *by = layer ? "layer" : "whole";
            senders_open(s, i, by, false, run);
            open_as(&m, i, by, false, layers, LAYERS, 99, run);
            for (uint64_t round = 0; round < 3; round++) {
                double all = 0, most = 0;
                senders_send(s, round, run);
                double bytes = dt_compress_merge(&m, s->from, shares, SENDERS, sum);
                for (size_t e = 0; e < MOST; e++) {
                    double wanted = 0;
                    for (size_t k = 0; k < SENDERS; k++) wanted += shares[k] * s->out[k][e];
                    assert_near(sum[e], wanted, 1e-6 * (1 + fabs(wanted)));
                }
                for (size_t k = 0; k < SENDERS; k++) {
                    all += s->bytes[k];
                    most = fmax(most, s->bytes[k]);
                }
                if (type_of(i)->merges) assert_true(bytes == most);
                else assert_true(bytes <= all && bytes <= fmax(most, 4.0 * MOST));
            }
        }
}

/* Whole numbers, so that no sum is rounded, and none of them 0 in one sum and not in another. */
static void sums_in_a_packets_own_terms_are_those_of_the_vectors(void **fixture) {
    dt_arena *run = *fixture;
    float x[SENDERS][MOST], out[MOST], sum[MOST], whole[MOST], none[MOST];
    const double weight[SENDERS] = { 1, 2, 4 };
    for EACH_TYPE(i) {
        dt_compress c[SENDERS], m, one;
        const dt_compress *from[SENDERS];
        if (type_of(i)->add == NULL) continue;
        for (uint64_t round = 0; round < 3; round++) {
            memset(whole, 0, sizeof whole);
            for (size_t k = 0; k < SENDERS; k++) {
                open_as(&c[k], i, "layer", false, layers, LAYERS, 5 + k, run);
                c[k].error_feedback = false;
                fill(x[k], MOST, 10 * round + k, run);
                for (size_t e = 0; e < MOST; e++) {
                    x[k][e] = (fabsf(rintf(x[k][e])) + 1) * (e % 3 == 0 ? -1.0f : 1.0f);
                    whole[e] += (float)weight[k] * x[k][e];
                }
                c[k].turn = round;
                dt_compress_pass(&c[k], x[k], NULL, none);
                from[k] = &c[k];
            }
            open_as(&m, i, "layer", false, layers, LAYERS, 99, run);
            open_as(&one, i, "layer", false, layers, LAYERS, 98, run);
            one.error_feedback = m.error_feedback = false;
            one.turn = round;
            double bytes = dt_compress_merge(&m, from, weight, SENDERS, sum);
            assert_true(bytes == dt_compress_pass(&one, whole, NULL, out) && m.type->merges);
            assert_memory_equal(sum, out, sizeof sum);
        }
    }
}

/* What was read off the sums, and what stays in them, is what was put in. */
static void a_joint_sum_loses_nothing(void **fixture) {
    dt_arena *run = *fixture;
    senders *s = dt_arena_take(run, 1, sizeof *s);
    float x[MOST], sum[MOST], given[MOST], sent[MOST];
    for EACH_TYPE(i) {
        dt_compress m, probe;
        if (!type_of(i)->joint || type_of(i)->unbiased) continue;      /* what is unbiased keeps no memory */
        senders_open(s, i, "whole", false, run);
        open_as(&m, i, "whole", false, layers, LAYERS, 99, run);
        open_as(&probe, i, "whole", false, layers, LAYERS, 98, run);
        assert_null(s->c->memory);
        memset(given, 0, sizeof given);
        memset(sent, 0, sizeof sent);
        for (uint64_t round = 0; round < 4; round++) {
            senders_send(s, round, run);
            dt_compress_merge(&m, s->from, shares, SENDERS, sum);
            for (size_t k = 0; k < SENDERS; k++) {
                fill(x, MOST, 10 * round + k, run);
                for (size_t e = 0; e < MOST; e++) given[e] += (float)shares[k] * x[e];
            }
            for (size_t e = 0; e < MOST; e++) sent[e] += sum[e];
        }
        for (size_t e = 0; e < MOST; e++) given[e] -= sent[e];
        dt_packet p = { 0 };
        probe.type->encode(probe.part->state, given, NULL, &p);
        const float *put = p.body, *left = m.part->sum.body;
        for (size_t e = 0; e < p.count; e++) assert_near(left[e], put[e], 1e-3);
    }
}

static void a_sum_encoded_again_travels_as_one_packet(void **fixture) {
    dt_arena *run = *fixture;
    senders *s = dt_arena_take(run, 1, sizeof *s);
    float sum[MOST];
    double given[MOST], sent[MOST];
    for EACH_TYPE(i) {
        dt_compress m;
        if (!type_of(i)->lossy || type_of(i)->joint) continue;
        senders_open(s, i, "whole", true, run);
        open_as(&m, i, "whole", true, layers, LAYERS, 99, run);
        memset(given, 0, sizeof given);
        memset(sent, 0, sizeof sent);
        for (uint64_t round = 0; round < 10; round++) {
            senders_send(s, round, run);
            double bytes = dt_compress_merge(&m, s->from, shares, SENDERS, sum);
            assert_true(type_of(i)->varies || bytes == dt_compress_wire_bytes(&m));
            for (size_t e = 0; e < MOST; e++) {
                sent[e] += sum[e];
                for (size_t k = 0; k < SENDERS; k++) given[e] += shares[k] * s->out[k][e];
            }
        }
        if (m.memory == NULL) continue;
        for (size_t e = 0; e < MOST; e++) assert_near(sent[e] + m.memory[e], given[e], 1e-4);
    }
}

/* In the first round no receiver has keys; in the second they are those of the first, unless they are drawn. */
static void cached_keys_leave_equal_numbers_and_fewer_bytes(void **fixture) {
    dt_arena *run = *fixture;
    float x[MOST], plain[MOST], cached[MOST];
    for EACH_TYPE(i) {
        dt_compress a, b;
        dt_config *node = dt_config_new(run);
        dt_config_set_text(node, NULL, dt_compress_room.entries[i]->name, run);
        dt_config_set_bool(node, "cache_keys", true, run);
        dt_config_set_bool(node, "error_feedback", false, run);
        dt_block plain_block = { MOST, MOST, 1, 1, NULL };
        if (dt_compress_open(&a, node, &plain_block, 1, dt_rng_stream(run, 1, 0, "compress"), run) != DT_OK) {
            assert_string_equal(dt_reason_path(), "compress.cache_keys");
            continue;
        }
        dt_config_set_bool(node, "cache_keys", false, run);
        assert_ok(dt_compress_open(&b, node, &plain_block, 1, dt_rng_stream(run, 1, 0, "compress"), run));
        assert_true(a.type->varies && a.type->keys != NULL);
        uint64_t before = 0;
        for (uint64_t round = 0; round < 3; round++) {
            double keys;
            fill(x, MOST, round / 2, run);
            for (size_t e = 0; e < MOST; e++) x[e] = e % 3 == 0 ? x[e] : 0;     /* few enough for pairs */
            double less = dt_compress_pass(&a, x, NULL, cached), all = dt_compress_pass(&b, x, NULL, plain);
            assert_memory_equal(cached, plain, sizeof plain);
            uint64_t hash = b.type->keys(b.part->state, &b.part->packet, &keys);
            bool same = round > 0 && hash == before;
            before = hash;
            assert_true(same || round != 1 || a.type->unbiased);
            assert_true(less == (same && keys > 8 ? all - keys + 8 : all) && a.part->packet.wire_bytes == less);
            assert_true(keys > 0);
        }
    }
}

static void flops_are_those_of_the_type_and_of_the_user(void **fixture) {
    dt_arena *run = *fixture;
    for EACH_TYPE(i) {
        dt_compress c;
        open_one(&c, i, 100, 1, run);
        double own = dt_compress_flops(&c);
        assert_true(own >= 0 && (type_of(i)->flops == NULL) == (own == 0));
        dt_config *node = dt_config_new(run);
        dt_config_set_text(node, NULL, dt_compress_room.entries[i]->name, run);
        dt_config_set_number(node, "flops", 3, run);
        assert_ok(dt_compress_open(&c, node, &(dt_block){ 100, 100, 1, 1, NULL }, 1, dt_rng_stream(run, 1, 0, "compress"), run));
        assert_near(dt_compress_flops(&c), own + 300, 1e-9);
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
        cmocka_unit_test(by_layer_each_block_is_compressed_by_itself),
        cmocka_unit_test(blocks_make_one_plain_vector),
        cmocka_unit_test(a_sum_of_packets_is_the_sum_of_what_they_hold),
        cmocka_unit_test(sums_in_a_packets_own_terms_are_those_of_the_vectors),
        cmocka_unit_test(a_joint_sum_loses_nothing),
        cmocka_unit_test(a_sum_encoded_again_travels_as_one_packet),
        cmocka_unit_test(cached_keys_leave_equal_numbers_and_fewer_bytes),
        cmocka_unit_test(flops_are_those_of_the_type_and_of_the_user),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
