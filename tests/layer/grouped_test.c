/* grouped_test.c - units in groups are a dense layer whose weights between groups are 0, and cost what is left. */
#include "tests/test.h"
#include "layer/layer.h"
#include <math.h>

enum { SAMPLES = 71 };      /* more than are copied at a time, and not a multiple of it */

typedef struct pair { dt_layer grouped, dense; float *x, *wide; dt_rng *rng; } pair;

static dt_config *sized(const char *name, size_t units, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, name, run);
    dt_config_set_number(config, "units", (double)units, run);
    return config;
}

static size_t group_of(size_t i, size_t of, size_t groups) {
    size_t j = 0;
    while (i >= (j + 1) * of / groups) j++;
    return j;
}

/* Where the weight from in to unit lies in the grouped layer's parameters; SIZE_MAX: there is none. */
static size_t place(size_t in, size_t unit, size_t ins, size_t units, size_t groups, bool whole) {
    size_t at = 0;
    for (size_t j = 0; j < groups; j++) {
        size_t from = whole ? 0 : j * ins / groups, to = whole ? ins : (j + 1) * ins / groups;
        size_t first = j * units / groups, last = (j + 1) * units / groups;
        if (unit >= first && unit < last) return in >= from && in < to ? at + (in - from) * (last - first) + unit - first : SIZE_MAX;
        at += (to - from + 1) * (last - first);
    }
    return SIZE_MAX;
}

static float *draw(size_t n, dt_rng *rng, dt_arena *run) {
    float *v = dt_arena_take(run, n, sizeof *v);
    for (size_t i = 0; i < n; i++) v[i] = (float)(2 * gsl_rng_uniform(rng) - 1);
    return v;
}

static pair pair_of(size_t ins, size_t units, size_t groups, bool whole, dt_arena *run) {
    pair p = { .rng = dt_rng_stream(run, 3, 0, "test") };
    dt_config *config = sized("grouped", units, run);
    dt_config_set_number(config, "groups", (double)groups, run);
    dt_config_set_bool(config, "whole", whole, run);
    assert_ok(dt_layer_open(&p.grouped, config, (dt_extent){ ins, 1, 1 }, run));
    assert_ok(dt_layer_open(&p.dense, sized("dense", units, run), (dt_extent){ ins, 1, 1 }, run));
    p.x = draw(p.grouped.params, p.rng, run);
    p.wide = dt_arena_take(run, p.dense.params, sizeof *p.wide);
    for (size_t i = 0; i < ins; i++)
        for (size_t u = 0; u < units; u++) {
            size_t at = place(i, u, ins, units, groups, whole);
            if (at != SIZE_MAX) p.wide[i * units + u] = p.x[at];
        }
    for (size_t u = 0; u < units; u++) {
        size_t j = group_of(u, units, groups), last = (j + 1) * units / groups;
        p.wide[ins * units + u] = p.x[p.grouped.block[j + 1] - (last - u)];
    }
    return p;
}

static dt_layer_pass pass_of(const dt_layer *l, const float *x, const float *in, const float *weight, dt_arena *run) {
    size_t ins = SAMPLES * dt_extent_size(l->in), outs = SAMPLES * dt_extent_size(l->out);
    dt_layer_pass p = { .m = SAMPLES, .x = x, .in = in, .out = dt_arena_take(run, outs, 4), .work = dt_arena_take(run, l->work, 4),
                        .d_out = dt_arena_take(run, outs, 4), .g = dt_arena_take(run, l->params, 4), .d_in = dt_arena_take(run, ins, 4) };
    memcpy(p.d_out, weight, outs * sizeof *weight);
    l->type->forward(l, &p);
    l->type->backward(l, &p);
    return p;
}

static void compare(size_t ins, size_t units, size_t groups, bool whole) {
    dt_arena *run = dt_arena_new(1 << 20);
    pair p = pair_of(ins, units, groups, whole, run);
    float *in = draw(SAMPLES * ins, p.rng, run), *weight = draw(SAMPLES * units, p.rng, run);
    dt_layer_pass a = pass_of(&p.grouped, p.x, in, weight, run), b = pass_of(&p.dense, p.wide, in, weight, run);
    for (size_t i = 0; i < SAMPLES * units; i++) assert_near(a.out[i], b.out[i], 1e-5);
    for (size_t i = 0; i < SAMPLES * ins; i++) assert_near(a.d_in[i], b.d_in[i], 1e-5);
    for (size_t i = 0; i < ins; i++)
        for (size_t u = 0; u < units; u++) {
            size_t at = place(i, u, ins, units, groups, whole);
            if (at != SIZE_MAX) assert_near(a.g[at], b.g[i * units + u], 1e-4);
        }
    for (size_t u = 0; u < units; u++) {
        size_t j = group_of(u, units, groups), last = (j + 1) * units / groups;
        assert_near(a.g[p.grouped.block[j + 1] - (last - u)], b.g[ins * units + u], 1e-4);
    }
    dt_arena_free(run);
}

static void it_is_dense_with_zeros_between_groups(void **f) {
    (void)f;
    compare(12, 8, 4, false);
    compare(13, 10, 3, false);      /* groups that differ by one */
    compare(13, 10, 3, true);
    compare(7, 5, 1, false);
    compare(5, 5, 5, false);
}

/* Foreign parameters and inputs may be anything: what a group says of a sample is the same to the bit. */
static void a_group_depends_on_its_block_alone(void **f) {
    (void)f;
    dt_arena *run = dt_arena_new(1 << 20);
    pair p = pair_of(13, 10, 3, false, run);
    float *in = draw(SAMPLES * 13, p.rng, run), *weight = draw(SAMPLES * 10, p.rng, run);
    dt_layer_pass before = pass_of(&p.grouped, p.x, in, weight, run);
    for (size_t i = 0; i < p.grouped.params; i++)
        if (i < p.grouped.block[1] || i >= p.grouped.block[2]) p.x[i] = NAN;
    for (size_t i = 0; i < SAMPLES * 13; i++)
        if (group_of(i % 13, 13, 3) != 1) in[i] = 1e30f;
    dt_layer_pass after = pass_of(&p.grouped, p.x, in, weight, run);
    for (size_t s = 0; s < SAMPLES; s++)
        for (size_t u = 3; u < 6; u++) assert_memory_equal(&after.out[s * 10 + u], &before.out[s * 10 + u], sizeof(float));
    dt_arena_free(run);
}

static void sizes_and_flops_are_those_of_the_weights_that_are_left(void **f) {
    (void)f;
    dt_arena *run = dt_arena_new(1 << 20);
    pair own = pair_of(100, 100, 10, false, run), whole = pair_of(64, 100, 10, true, run);
    assert_int_equal(own.grouped.params, 100 * 100 / 10 + 100);
    assert_int_equal(own.grouped.block[3], 3 * 110);
    assert_near(own.grouped.forward_flops, own.dense.forward_flops / 10, 0);
    assert_int_equal(whole.grouped.params, whole.dense.params);
    assert_near(whole.grouped.backward_flops, whole.dense.backward_flops, 0);
    dt_arena_free(run);
}

static void more_groups_than_units_or_inputs_are_refused(void **f) {
    (void)f;
    dt_arena *run = dt_arena_new(0);
    dt_layer l;
    dt_config *config = sized("grouped", 8, run);
    dt_config_set_number(config, "groups", 9, run);
    assert_refused(dt_layer_open(&l, config, (dt_extent){ 20, 1, 1 }, run), DT_EINVAL, "at most 8 groups");
    dt_config_set_number(config, "groups", 6, run);
    assert_refused(dt_layer_open(&l, config, (dt_extent){ 5, 1, 1 }, run), DT_EINVAL, "at most 5 groups");
    dt_config_set_bool(config, "whole", true, run);
    assert_ok(dt_layer_open(&l, config, (dt_extent){ 5, 1, 1 }, run));
    dt_arena_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_dense_with_zeros_between_groups),
        cmocka_unit_test(a_group_depends_on_its_block_alone),
        cmocka_unit_test(sizes_and_flops_are_those_of_the_weights_that_are_left),
        cmocka_unit_test(more_groups_than_units_or_inputs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
