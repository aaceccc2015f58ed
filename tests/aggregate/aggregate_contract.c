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
    for EACH_TYPE(i)
        for (size_t count = 1; count <= COUNT; count++) {
            dt_aggregate a;
            double sum = 0;
            open_one(&a, i, *fixture);
            draw(&s, count, 10, *fixture);
            a.type->weigh(a.state, &s.in, s.weight);
            for (size_t k = 0; k < count; k++) {
                assert_true(s.weight[k] >= 0);
                sum += s.weight[k];
            }
            assert_near(sum, 1, 1e-14);
        }
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
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
