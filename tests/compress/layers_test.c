/* layers_test.c - a compressor of named layers: the others travel beside them as they are. */
#include "tests/compress/opened.h"

enum { N = 24 };

/* An embedding of 4 rows, two dense layers. */
static const dt_block blocks[] = {
    { 8, 4, 2, 9, "embedding1" }, { 6, 3, 2, 9, "dense1" }, { 10, 5, 2, 9, "dense2" },
};

static dt_compress of(const char *text, dt_arena *run) {
    dt_compress c;
    dt_config *node;
    assert_ok(dt_config_parse(text, &node, run));
    assert_ok(dt_compress_open(&c, node, blocks, 3, dt_rng_stream(run, 1, 0, "compress"), run));
    return c;
}

static void fill(float *x, int times) {
    for (int i = 0; i < N; i++) x[i] = (float)(times * (i % 5 - 2) * (i + 1));
}

static void what_is_not_named_travels_as_it_is(void **fixture) {
    float x[N], out[N];
    dt_compress c = of("{\"name\": \"topk\", \"ratio\": 0.125, \"layers\": \"embedding\"}", *fixture);
    fill(x, 1);
    assert_near(dt_compress_pass(&c, x, NULL, out), 8 + 4 * 16, 0);
    assert_memory_equal(out + 8, x + 8, 16 * sizeof *x);
    int left = 0;
    for (int i = 0; i < 8; i++) left += out[i] != 0;
    assert_int_equal(left, 1);
    assert_near(dt_compress_wire_bytes(&c), 72, 0);
    assert_near(dt_compress_plain_bytes(&c), 64, 0);
    assert_near(dt_compress_entries(&c), 17, 0);
    for (int i = 8; i < N; i++) assert_near(c.memory[i], 0, 0);
}

static void a_layer_alone_keeps_its_shape_and_neighbours_are_one_vector(void **fixture) {
    dt_compress one = of("{\"name\": \"toprows\", \"layers\": \"embedding1\"}", *fixture);
    assert_int_equal(one.parts, 2);
    assert_int_equal(one.part[0].block.columns, 2);
    dt_compress two = of("{\"name\": \"topk\", \"layers\": \"dense\"}", *fixture);
    assert_int_equal(two.parts, 2);
    assert_int_equal(two.part[1].first, 8);
    assert_int_equal(two.part[1].block.n, 16);
    assert_int_equal(two.part[1].block.columns, 1);
    dt_compress apart = of("{\"name\": \"topk\", \"layers\": [\"dense1\", \"dense2\"], \"by\": \"layer\"}", *fixture);
    assert_int_equal(apart.parts, 3);
    assert_int_equal(apart.part[2].block.columns, 2);
}

static void all_layers_by_name_are_all_layers(void **fixture) {
    float x[N], named[N], plain[N];
    dt_compress a = of("{\"name\": \"topk\", \"ratio\": 0.2, \"layers\": [\"embedding\", \"dense\"]}", *fixture);
    dt_compress b = of("{\"name\": \"topk\", \"ratio\": 0.2}", *fixture);
    for (int round = 1; round < 4; round++) {
        fill(x, round);
        assert_near(dt_compress_pass(&a, x, NULL, named), dt_compress_pass(&b, x, NULL, plain), 0);
        assert_memory_equal(named, plain, sizeof plain);
    }
}

/* Whole numbers: no sum is rounded.  Of two senders, the plain layers are as large as one's, topk's packets are both there. */
static void sums_hold_both_and_plain_layers_are_counted_once(void **fixture) {
    static const char *const text[] = { "{\"name\": \"topk\", \"ratio\": 0.125, \"layers\": \"dense1\"}",
                                        "{\"name\": \"randomk\", \"ratio\": 0.5, \"layers\": \"dense1\"}" };
    const double weight[2] = { 1, 2 }, bytes[2] = { 2 * 8 + 4 * 18, 4 * 3 + 4 * 18 };
    for (int t = 0; t < 2; t++) {
        dt_compress c[2] = { of(text[t], *fixture), of(text[t], *fixture) }, m = of(text[t], *fixture);
        const dt_compress *from[2] = { &c[0], &c[1] };
        float x[N], out[2][N], sum[N];
        for (int k = 0; k < 2; k++) {
            fill(x, k + 1);
            dt_compress_pass(&c[k], x, NULL, out[k]);
        }
        assert_near(dt_compress_merge(&m, from, weight, 2, sum), bytes[t], 0);
        for (int i = 0; i < N; i++) assert_near(sum[i], out[0][i] + 2 * out[1][i], 0);
    }
}

static void flops_are_those_of_named_layers(void **fixture) {
    dt_compress c = of("{\"name\": \"toprows\", \"layers\": \"dense2\", \"flops\": 3}", *fixture);
    assert_near(dt_compress_flops(&c), 2 * 10 + 3 * 10, 0);
}

static void a_layer_that_is_not_there_is_refused(void **fixture) {
    dt_config *node;
    assert_ok(dt_config_parse("{\"name\": \"topk\", \"layers\": \"embeding1\"}", &node, *fixture));
    assert_refused(dt_compress_check_layers(node, blocks, 3), DT_ENOTFOUND, "did you mean \"embedding1\"");
    assert_ok(dt_config_parse("{\"name\": \"topk\", \"layers\": [\"dense\", \"embedding1\"]}", &node, *fixture));
    assert_ok(dt_compress_check_layers(node, blocks, 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_not_named_travels_as_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(a_layer_alone_keeps_its_shape_and_neighbours_are_one_vector, setup, teardown),
        cmocka_unit_test_setup_teardown(all_layers_by_name_are_all_layers, setup, teardown),
        cmocka_unit_test_setup_teardown(sums_hold_both_and_plain_layers_are_counted_once, setup, teardown),
        cmocka_unit_test_setup_teardown(flops_are_those_of_named_layers, setup, teardown),
        cmocka_unit_test_setup_teardown(a_layer_that_is_not_there_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
