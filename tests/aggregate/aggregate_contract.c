/* aggregate_contract.c - what every way of merging promises. */
#include "tests/test.h"
#include "aggregate/aggregate.h"
#include "base/rng.h"
#include <gsl/gsl_randist.h>
#include <math.h>

enum { COUNT = 7, N = 20011 };
#define EACH_TYPE(i) (size_t i = 0; i < dt_aggregate_room.count; i++)

typedef struct inputs {
    const float *x[COUNT];
    double size[COUNT], weight[COUNT];
    dt_inputs in;
} inputs;

static void open_one(dt_aggregate *a, size_t i, dt_arena *run) {
    dt_config *list = dt_config_new(run);
    assert_ok(dt_aggregate_open(a, dt_config_set_text(list, NULL, dt_aggregate_room.entries[i]->name, run), run));
    assert_ptr_equal(&a->type->is, dt_aggregate_room.entries[i]);
}

static void draw(inputs *s, size_t count, size_t n, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, 1, 0, "inputs");
    for (size_t i = 0; i < count; i++) {
        float *x = dt_arena_take(run, n, sizeof *x);
        for (size_t e = 0; e < n; e++) x[e] = (float)gsl_ran_gaussian(rng, 1);
        s->x[i] = x;
        s->size[i] = 1 + (double)gsl_rng_uniform_int(rng, 1000);
    }
    s->in = (dt_inputs){ count, n, s->x, s->size };
}

static void weights_are_shares_of_one(void **fixture) {
    inputs s;
    dt_pool *pool = dt_pool_new(1, *fixture);
    for EACH_TYPE(i)
        for (size_t count = 1; count <= COUNT; count++) {
            dt_aggregate a;
            double sum = 0;
            open_one(&a, i, *fixture);
            draw(&s, count, 10, *fixture);
            a.type->weigh(a.state, &s.in, s.weight, pool);
            for (size_t k = 0; k < count; k++) {
                assert_true(s.weight[k] >= 0);
                sum += s.weight[k];
            }
            assert_near(sum, 1, 1e-14);
        }
    dt_pool_free(pool);
}

static void equal_vectors_give_that_vector(void **fixture) {
    inputs s;
    dt_arena *run = *fixture;
    float out[100];
    dt_pool *pool = dt_pool_new(1, run);
    draw(&s, COUNT, 100, run);
    for (size_t k = 1; k < COUNT; k++) s.x[k] = s.x[0];
    for EACH_TYPE(i) {
        dt_aggregate a;
        open_one(&a, i, run);
        dt_aggregate_form(&a, &s.in, s.weight, out, pool);
        assert_memory_equal(out, s.x[0], sizeof out);
    }
    dt_pool_free(pool);
}

static void result_lies_among_the_inputs(void **fixture) {
    inputs s;
    dt_arena *run = *fixture;
    float *out = dt_arena_take(run, N, sizeof *out);
    dt_pool *pool = dt_pool_new(2, run);
    draw(&s, COUNT, N, run);
    for EACH_TYPE(i) {
        dt_aggregate a;
        open_one(&a, i, run);
        dt_aggregate_form(&a, &s.in, s.weight, out, pool);
        for (size_t e = 0; e < N; e++) {
            float low = s.x[0][e], high = low;
            for (size_t k = 1; k < COUNT; k++) {
                low = fminf(low, s.x[k][e]);
                high = fmaxf(high, s.x[k][e]);
            }
            assert_true(out[e] >= low && out[e] <= high);
        }
    }
    dt_pool_free(pool);
}

static void threads_do_not_change_the_result(void **fixture) {
    inputs s;
    dt_arena *run = *fixture;
    float *first = dt_arena_take(run, N, sizeof *first), *other = dt_arena_take(run, N, sizeof *other);
    draw(&s, COUNT, N, run);
    for EACH_TYPE(i) {
        dt_aggregate a;
        open_one(&a, i, run);
        for (int threads = 1; threads <= 5; threads += 2) {
            dt_pool *pool = dt_pool_new(threads, run);
            dt_aggregate_form(&a, &s.in, s.weight, threads == 1 ? first : other, pool);
            dt_pool_free(pool);
            if (threads > 1) assert_memory_equal(first, other, N * sizeof *first);
        }
    }
}

static void output_may_be_an_input(void **fixture) {
    inputs s;
    dt_arena *run = *fixture;
    float *out = dt_arena_take(run, N, sizeof *out), *own = dt_arena_take(run, N, sizeof *own);
    dt_pool *pool = dt_pool_new(2, run);
    draw(&s, COUNT, N, run);
    for EACH_TYPE(i) {
        dt_aggregate a;
        open_one(&a, i, run);
        dt_aggregate_form(&a, &s.in, s.weight, out, pool);
        const float *kept = s.x[3];
        memcpy(own, kept, N * sizeof *own);
        s.x[3] = own;
        dt_aggregate_form(&a, &s.in, s.weight, own, pool);
        assert_memory_equal(out, own, N * sizeof *own);
        s.x[3] = kept;
    }
    dt_pool_free(pool);
}

/* Entries 8000 .. 8999 of a layer alone, and 9000 .. 9010, which are a layer. */
static void a_range_is_formed_of_what_of_each_layer_is_there(const dt_aggregate *a, const inputs *s, const float *whole,
                                                             float *out, dt_pool *pool) {
    enum { FIRST = 8000, LENGTH = 1011, LAST = 11 };
    inputs part = *s;
    for (size_t k = 0; k < COUNT; k++) part.x[k] = s->x[k] + FIRST;
    part.in = (dt_inputs){ COUNT, LENGTH, part.x, part.size };
    dt_aggregate_form_range(a, &part.in, FIRST, part.weight, out, pool);
    assert_memory_equal(out + LENGTH - LAST, whole + FIRST + LENGTH - LAST, LAST * sizeof *out);
    for (size_t k = 0; k < COUNT; k++) part.x[k] = s->x[k] + FIRST;
    part.in.n = LENGTH - LAST;
    float *alone = out + LENGTH;
    dt_aggregate_form_range(a, &part.in, 0, part.weight, alone, pool);      /* all of it in the first layer */
    assert_memory_equal(out, alone, (LENGTH - LAST) * sizeof *out);
}

/* All that it needs to know of a layer is in it: formed by layers, each is what its entries alone give. */
static void by_layer_each_is_formed_by_itself(void **fixture) {
    enum { LAYERS = 3 };
    static const dt_slice layer[LAYERS] = { { 0, 9000 }, { 9000, 11 }, { 9011, N - 9011 } };
    inputs s, part;
    dt_arena *run = *fixture;
    float *out = dt_arena_take(run, N, sizeof *out), *alone = dt_arena_take(run, N, sizeof *alone);
    dt_pool *pool = dt_pool_new(2, run);
    draw(&s, COUNT, N, run);
    for EACH_TYPE(i) {
        dt_aggregate a, whole;
        double sum = 0;
        dt_config *node = dt_config_new(run);
        dt_config_set_text(node, NULL, dt_aggregate_room.entries[i]->name, run);
        dt_config_set_text(node, "by", "layer", run);
        assert_ok(dt_aggregate_open(&a, node, run));
        dt_aggregate_divide(&a, layer, LAYERS);
        open_one(&whole, i, run);
        dt_aggregate_divide(&whole, layer, LAYERS);
        assert_int_equal(whole.layers, 0);
        dt_aggregate_form(&a, &s.in, s.weight, out, pool);
        double flops = 0;
        for (size_t l = 0; l < LAYERS; l++) {
            part = s;
            for (size_t k = 0; k < COUNT; k++) part.x[k] = s.x[k] + layer[l].first;
            part.in = (dt_inputs){ COUNT, layer[l].count, part.x, part.size };
            dt_aggregate_form(&whole, &part.in, part.weight, alone + layer[l].first, pool);
            flops += dt_aggregate_flops(&whole, COUNT, layer[l].count);
        }
        assert_memory_equal(out, alone, N * sizeof *out);
        a_range_is_formed_of_what_of_each_layer_is_there(&a, &s, out, alone, pool);
        assert_near(dt_aggregate_flops(&a, COUNT, N), flops, 1e-6 * flops);
        for (size_t k = 0; k < COUNT; k++) sum += s.weight[k];
        assert_near(sum, 1, 1e-14);
    }
    dt_pool_free(pool);
}

/* One that takes more than a sum needs all vectors in one place, and says what it takes; the user's own come on top. */
static void flops_are_those_of_the_type_and_of_the_user(void **fixture) {
    dt_arena *run = *fixture;
    for EACH_TYPE(i) {
        dt_aggregate a, b;
        open_one(&a, i, run);
        double own = dt_aggregate_flops(&a, COUNT, 100);
        assert_true(own >= 0 && (own > 0) == (a.type->flops != NULL) && !(a.type->partial && own > 0));
        dt_config *node = dt_config_new(run);
        dt_config_set_text(node, NULL, dt_aggregate_room.entries[i]->name, run);
        dt_config_set_number(node, "flops", 3, run);
        assert_ok(dt_aggregate_open(&b, node, run));
        assert_near(dt_aggregate_flops(&b, COUNT, 100), own + 3 * COUNT * 100, 1e-6);
    }
}

/* What is learnt hangs on no unit and no origin: scaled and moved inputs give the scaled and moved result. */
static void scaling_and_moving_the_inputs_does_so_to_the_result(void **fixture) {
    inputs s;
    dt_arena *run = *fixture;
    enum { FEW = 501 };
    float out[FEW], image[FEW];
    dt_pool *pool = dt_pool_new(1, run);
    draw(&s, COUNT, FEW, run);
    for EACH_TYPE(i) {
        dt_aggregate a;
        inputs moved = s;
        open_one(&a, i, run);
        dt_aggregate_form(&a, &s.in, s.weight, out, pool);
        for (size_t k = 0; k < COUNT; k++) {
            float *x = dt_arena_take(run, FEW, sizeof *x);
            for (size_t e = 0; e < FEW; e++) x[e] = -8 * s.x[k][e] + (float)(e % 7);
            moved.x[k] = x;
        }
        moved.in.x = moved.x;
        dt_aggregate_form(&a, &moved.in, moved.weight, image, pool);
        for (size_t e = 0; e < FEW; e++) assert_near(image[e], -8 * (double)out[e] + (double)(e % 7), 2e-5);
    }
    dt_pool_free(pool);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_shares_of_one),
        cmocka_unit_test(equal_vectors_give_that_vector),
        cmocka_unit_test(result_lies_among_the_inputs),
        cmocka_unit_test(threads_do_not_change_the_result),
        cmocka_unit_test(output_may_be_an_input),
        cmocka_unit_test(by_layer_each_is_formed_by_itself),
        cmocka_unit_test(flops_are_those_of_the_type_and_of_the_user),
        cmocka_unit_test(scaling_and_moving_the_inputs_does_so_to_the_result),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
