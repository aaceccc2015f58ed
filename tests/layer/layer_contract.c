/* layer_contract.c - what every layer promises: its derivatives, its sizes, and that it keeps to its own memory. */
#include "tests/test.h"
#include "layer/layer.h"
#include <math.h>

enum { SAMPLES = 3, GUARD = 8 };
static const dt_extent image = { 3, 7, 6 };

typedef struct bench {
    dt_layer l;
    dt_layer_pass p;
    float *in, *x;
    size_t ins, outs;
    const float *weight;    /* [m * out] the loss is the sum of weight * out */
} bench;

static float *bench_draw(dt_arena *run, size_t n, dt_rng *rng) {
    float *v = dt_arena_take(run, n + GUARD, sizeof *v);
    for (size_t i = 0; i < n; i++) v[i] = (float)(2 * gsl_rng_uniform(rng) - 1);
    for (size_t i = 0; i < GUARD; i++) v[n + i] = 77;
    return v;
}

static void guarded(const float *v, size_t n) {
    for (size_t i = 0; i < GUARD; i++) assert_float_equal(v[n + i], 77, 0);
}

static bench bench_of(const dt_config *config, dt_arena *run) {
    bench b = { 0 };
    dt_rng *rng = dt_rng_stream(run, 5, 0, "test");
    assert_ok(dt_layer_open(&b.l, config, image, run));
    b.ins = SAMPLES * dt_extent_size(b.l.in);
    b.outs = SAMPLES * dt_extent_size(b.l.out);
    b.in = bench_draw(run, b.ins, rng);
    b.x = bench_draw(run, b.l.params, rng);
    b.weight = bench_draw(run, b.outs, rng);
    b.p = (dt_layer_pass){ SAMPLES, b.x, b.in, bench_draw(run, b.outs, rng), bench_draw(run, b.l.work, rng),
                           bench_draw(run, b.outs, rng), bench_draw(run, b.l.params, rng),
                           bench_draw(run, b.ins, rng), false, NULL };
    return b;
}

static bench bench_open(const dt_entry *entry, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, entry->name, run);
    return bench_of(config, run);
}

static double bench_loss(bench *b) {
    double loss = 0;
    b->l.type->forward(&b->l, &b->p);
    for (size_t i = 0; i < b->outs; i++) loss += (double)b->weight[i] * b->p.out[i];
    return loss;
}

static void bench_back(bench *b) {
    bench_loss(b);
    for (size_t i = 0; i < b->l.params; i++) b->p.g[i] = NAN;
    memcpy(b->p.d_out, b->weight, b->outs * sizeof *b->weight);
    b->l.type->backward(&b->l, &b->p);
}

static void bench_compare(bench *b, float *v, const float *derivative, size_t n, const char *name) {
    for (size_t i = 0; i < n; i += 1 + n / 97) {
        float was = v[i];
        v[i] = was + 1e-3f;
        double up = bench_loss(b);
        v[i] = was - 1e-3f;
        double down = bench_loss(b), slope = (up - down) / 2e-3;
        v[i] = was;
        if (!(fabs(slope - derivative[i]) < 1e-2))
            fail_msg("%s: entry %zu has the slope %g, backward says %g", name, i, slope, (double)derivative[i]);
    }
}

static void each(void (*check)(const dt_entry *, dt_arena *)) {
    for (size_t i = 0; i < dt_layer_room.count; i++) {
        dt_arena *run = dt_arena_new(1 << 16);
        check(dt_layer_room.entries[i], run);
        dt_arena_free(run);
    }
}

static void check_derivatives(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    bench_back(&b);
    bench_compare(&b, b.in, b.p.d_in, b.ins, entry->name);
    bench_compare(&b, b.x, b.p.g, b.l.params, entry->name);
}

static void check_memory(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    bench_back(&b);
    guarded(b.in, b.ins);
    guarded(b.p.out, b.outs);
    guarded(b.p.d_out, b.outs);
    guarded(b.p.d_in, b.ins);
    guarded(b.p.work, b.l.work);
    guarded(b.p.g, b.l.params);
}

static void check_added(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    float *once = dt_arena_take(run, b.l.params + 1, sizeof *once);
    bench_back(&b);
    memcpy(once, b.p.g, b.l.params * sizeof *once);
    memcpy(b.p.d_out, b.weight, b.outs * sizeof *b.weight);
    b.p.d_in = NULL;
    b.p.add = true;
    b.l.type->backward(&b.l, &b.p);
    for (size_t i = 0; i < b.l.params; i++) assert_near(b.p.g[i], 2 * once[i], 1e-5);
}

/* Pieces as a sink sees them: in order, and x changes under each of them. */
typedef struct pieces { float *g, *x; size_t next; } pieces;

static void pieces_take(void *owner, dt_slice range, float *g) {
    pieces *p = owner;
    assert_int_equal(range.first, p->next);
    p->next += range.count;
    memcpy(p->g + range.first, g, range.count * sizeof *g);
    for (size_t i = 0; i < range.count; i++) g[i] = p->x[range.first + i] = NAN;
}

static void hands_out(bench b, dt_arena *run) {
    float *whole = dt_arena_take(run, b.l.params + 1, sizeof *whole), *below = dt_arena_take(run, b.ins, sizeof *below);
    pieces p = { dt_arena_take(run, b.l.params + 1, sizeof *p.g), b.x, 0 };
    const dt_sink sink = { pieces_take, &p };
    bench_back(&b);
    memcpy(whole, b.p.g, b.l.params * sizeof *whole);
    memcpy(below, b.p.d_in, b.ins * sizeof *below);
    memcpy(b.p.d_out, b.weight, b.outs * sizeof *b.weight);
    b.p.sink = &sink;
    b.l.type->backward(&b.l, &b.p);
    assert_int_equal(p.next, b.l.params);
    assert_memory_equal(p.g, whole, b.l.params * sizeof *whole);
    assert_memory_equal(b.p.d_in, below, b.ins * sizeof *below);
    guarded(b.p.work, b.l.work);
}

static void check_pieces(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    if (b.l.type->pieces) hands_out(b, run);
}

/* Of so many units that a piece has one row of weights, or a few; without a bias, too. */
static void pieces_of_a_dense_layer_are_some_rows(void **f) {
    (void)f;
    for (int i = 0; i < 4; i++) {
        dt_arena *run = dt_arena_new(1 << 16);
        dt_config *config = dt_config_new(run);
        dt_config_set_text(config, NULL, "dense", run);
        dt_config_set_number(config, "units", i < 2 ? 300 : 5000, run);
        dt_config_set_bool(config, "bias", i % 2 == 0, run);
        hands_out(bench_of(config, run), run);
        dt_arena_free(run);
    }
}

static void check_samples_apart(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    float *all = dt_arena_take(run, b.outs, sizeof *all);
    bench_loss(&b);
    memcpy(all, b.p.out, b.outs * sizeof *all);
    b.p.m = 1;
    b.p.in = b.in + b.ins / SAMPLES;
    b.l.type->forward(&b.l, &b.p);
    for (size_t i = 0; i < b.outs / SAMPLES; i++) assert_near(b.p.out[i], all[b.outs / SAMPLES + i], 1e-5);
}

static void check_nan(const dt_entry *entry, dt_arena *run) {
    for (size_t pixel = 0; pixel < 2; pixel++) {
        bench b = bench_open(entry, run);
        b.in[pixel * image.channels] = NAN;
        assert_true(isnan(bench_loss(&b)));
    }
}

static void check_facts(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    assert_true(b.l.forward_flops > 0 && b.l.backward_flops > 0);
    assert_int_equal(b.l.params > 0, b.l.type->start != NULL);
    assert_true(dt_extent_size(b.l.out) > 0);
}

static void check_start(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, run);
    if (b.l.type->start == NULL) return;
    float *again = dt_arena_take(run, b.l.params, sizeof *again);
    double sum = 0;
    for (size_t i = 0; i < b.l.params; i++) b.x[i] = again[i] = NAN;
    b.l.type->start(&b.l, dt_rng_stream(run, 1, 0, "model"), b.x);
    b.l.type->start(&b.l, dt_rng_stream(run, 1, 0, "model"), again);
    assert_memory_equal(b.x, again, b.l.params * sizeof *again);
    guarded(b.x, b.l.params);
    for (size_t i = 0; i < b.l.params; i++) sum += fabsf(b.x[i]);
    assert_true(sum > 0);
}

static void derivatives_are_those_of_forward(void **f) { (void)f; each(check_derivatives); }
static void only_its_own_memory_is_written(void **f) { (void)f; each(check_memory); }
static void the_gradient_is_added_and_d_in_may_be_absent(void **f) { (void)f; each(check_added); }
static void pieces_are_the_gradient(void **f) { (void)f; each(check_pieces); }
static void samples_do_not_touch_each_other(void **f) { (void)f; each(check_samples_apart); }
static void not_a_number_is_never_lost(void **f) { (void)f; each(check_nan); }
static void sizes_and_flops_are_said(void **f) { (void)f; each(check_facts); }
static void the_start_follows_its_stream(void **f) { (void)f; each(check_start); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derivatives_are_those_of_forward),
        cmocka_unit_test(only_its_own_memory_is_written),
        cmocka_unit_test(the_gradient_is_added_and_d_in_may_be_absent),
        cmocka_unit_test(pieces_are_the_gradient),
        cmocka_unit_test(pieces_of_a_dense_layer_are_some_rows),
        cmocka_unit_test(samples_do_not_touch_each_other),
        cmocka_unit_test(not_a_number_is_never_lost),
        cmocka_unit_test(sizes_and_flops_are_said),
        cmocka_unit_test(the_start_follows_its_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
