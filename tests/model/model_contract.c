/* model_contract.c - what every model promises: its gradient, its layer table, its scores, its scratch. */
#include "tests/test.h"
#include "model/model.h"
#include <math.h>

enum { ROWS = 150, GUARD = 16 };

/* One kind of data for every kind of model: the first that a model takes is used. */
static const dt_shape shapes[] = {
    { .features = 72, .classes = 3, .channels = 2, .height = 6, .width = 6 },
    { .features = 6, .classes = 2 },
    { .features = 6 },
};

typedef struct bench {
    dt_model m;
    dt_batch batch;
    float *x, *g, *scratch;
    dt_rng *rng;
} bench;

static dt_config *bench_config(const char *name, dt_arena *run) {
    dt_config *config = dt_config_new(run);
    dt_config_set_text(config, NULL, name, run);
    return config;
}

static bench bench_open(const dt_entry *entry, size_t rows, dt_arena *run) {
    bench b = { 0 };
    dt_status status = DT_EINVAL;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && status != DT_OK; i++) {
        status = dt_model_open(&b.m, bench_config(entry->name, run), &shapes[i], run);
        if (status != DT_OK) assert_refused(status, DT_EINVAL, entry->name);
    }
    assert_ok(status);
    size_t d = b.m.shape.features;
    float *x = dt_arena_take(run, rows * d, 4), *y = dt_arena_take(run, rows, 4);
    b.rng = dt_rng_stream(run, 11, 0, "test");
    for (size_t i = 0; i < rows * d; i++) x[i] = (float)(2 * gsl_rng_uniform(b.rng) - 1);
    for (size_t i = 0; i < rows; i++)
        y[i] = b.m.shape.classes == 0 ? x[i * d] : (float)gsl_rng_uniform_int(b.rng, b.m.shape.classes);
    b.batch = (dt_batch){ rows, x, y, NULL };
    b.x = dt_arena_take(run, b.m.n + GUARD, 4);
    b.g = dt_arena_take(run, b.m.n + GUARD, 4);
    b.scratch = dt_arena_take(run, dt_model_scratch(&b.m, rows) + GUARD, 4);
    dt_model_start(&b.m, 3, b.x);
    for (size_t i = 0; i < b.m.n; i++) b.x[i] += (float)(0.1 * (gsl_rng_uniform(b.rng) - 0.5));
    return b;
}

static double bench_gradient(bench *b) { return dt_model_gradient(&b->m, b->x, &b->batch, b->g, b->scratch); }

static void each(void (*check)(const dt_entry *, dt_arena *)) {
    for (size_t i = 0; i < dt_model_room.count; i++) {
        const dt_model_type *type = dt_model_of(dt_model_room.entries[i]);
        if (type->gradient == NULL) continue;       /* only its sizes are known */
        dt_arena *run = dt_arena_new(1 << 20);
        check(&type->is, run);
        dt_arena_free(run);
    }
}

/* The loss along direction at both sides of x. */
static double bench_slope(bench *b, const float *direction, double h, dt_arena *run) {
    float *here = dt_arena_take(run, b->m.n, 4), *g = b->g;
    double loss[2];
    memcpy(here, b->x, b->m.n * 4);
    b->g = dt_arena_take(run, b->m.n, 4);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < b->m.n; i++) b->x[i] = here[i] + (float)(side == 0 ? -h : h) * direction[i];
        loss[side] = bench_gradient(b);
    }
    memcpy(b->x, here, b->m.n * 4);
    b->g = g;
    return (loss[1] - loss[0]) / (2 * h);
}

/* Layer by layer: along the gradient's own direction, with and without random signs. */
static void check_gradient(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, 12, run);
    float *direction = dt_arena_take(run, b.m.n, 4);
    bench_gradient(&b);
    for (size_t l = 0; l < b.m.layers; l++) {
        const dt_model_layer *layer = &b.m.layer[l];
        for (int signs = 0; signs < 2 && layer->params > 0; signs++) {
            double norm = 0, wanted = 0;
            for (size_t i = 0; i < layer->params; i++) norm += (double)b.g[layer->first + i] * b.g[layer->first + i];
            norm = sqrt(norm);
            assert_true(norm > 1e-3);
            memset(direction, 0, b.m.n * 4);
            for (size_t i = layer->first; i < layer->first + layer->params; i++) {
                double sign = signs == 1 && gsl_rng_uniform(b.rng) < 0.3 ? -1 : 1;
                direction[i] = (float)(sign * b.g[i] / norm);
                wanted += direction[i] * (double)b.g[i];
            }
            double slope = bench_slope(&b, direction, 2e-3, run);
            if (!(fabs(slope - wanted) <= 3e-3 * norm))
                fail_msg("%s, %s: the slope is %g, the gradient says %g", entry->name, layer->name, slope, wanted);
        }
    }
}

/* A sink that keeps what it takes, counts how often it took each entry, and changes x there. */
typedef struct taken { float *g, *x; int *times; } taken;

static void taken_take(void *owner, dt_slice range, float *g) {
    taken *t = owner;
    for (size_t i = 0; i < range.count; i++) {
        t->g[range.first + i] = g[i];
        t->times[range.first + i]++;
        g[i] = t->x[range.first + i] = NAN;
    }
}

/* 40 samples are one group of a net, ROWS are several. */
static void check_pieces(const dt_entry *entry, dt_arena *run) {
    for (size_t rows = 40; rows <= ROWS; rows += ROWS - 40) {
        bench b = bench_open(entry, rows, run);
        double loss = bench_gradient(&b);
        taken t = { dt_arena_take(run, b.m.n, 4), b.x, dt_arena_take(run, b.m.n, sizeof(int)) };
        float *g = dt_arena_take(run, b.m.n, 4);
        assert_true(dt_model_hand_out(&b.m, b.x, &b.batch, &(dt_sink){ taken_take, &t }, g, b.scratch) == loss);
        for (size_t i = 0; i < b.m.n; i++) assert_int_equal(t.times[i], 1);
        assert_memory_equal(t.g, b.g, b.m.n * 4);
    }
}

static void check_bytes(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, ROWS, run);
    size_t n = ROWS * b.m.shape.features, right[2];
    uint8_t *pixel = dt_arena_take(run, n, 1);
    float *x = dt_arena_take(run, n, 4), *g = dt_arena_take(run, b.m.n, 4);
    double loss[2];
    for (size_t i = 0; i < n; i++) {
        pixel[i] = (uint8_t)gsl_rng_uniform_int(b.rng, 256);
        x[i] = (float)pixel[i] / 255.0f;
    }
    b.batch.x = x;
    double mean = bench_gradient(&b);
    memcpy(g, b.g, b.m.n * 4);
    b.m.type->score(&b.m, b.x, &b.batch, b.scratch, &loss[0], &right[0]);
    b.batch.x = NULL;
    b.batch.pixel = pixel;
    assert_true(bench_gradient(&b) == mean);
    assert_memory_equal(g, b.g, b.m.n * 4);
    b.m.type->score(&b.m, b.x, &b.batch, b.scratch, &loss[1], &right[1]);
    assert_true(loss[0] == loss[1] && right[0] == right[1]);
}

static void check_table(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, 1, run);
    size_t next = 0;
    double forward = 0, backward = 0;
    for (size_t i = 0; i < b.m.layers; i++) {
        const dt_model_layer *l = &b.m.layer[i];
        assert_int_equal(l->first, next);
        assert_true(l->forward_flops > 0 && l->backward_flops > 0 && l->activation_bytes >= 4);
        for (size_t j = 0; j < i; j++) assert_string_not_equal(l->name, b.m.layer[j].name);
        next += l->params;
        forward += l->forward_flops;
        backward += l->backward_flops;
    }
    assert_int_equal(next, b.m.n);
    assert_near(b.m.forward_flops, forward, 1e-12);
    assert_near(b.m.backward_flops, backward, 1e-12);
}

static void check_start(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, 1, run);
    for (size_t i = 0; i < b.m.n; i++) b.x[i] = b.g[i] = NAN;
    dt_model_start(&b.m, 3, b.x);
    dt_model_start(&b.m, 3, b.g);
    assert_memory_equal(b.x, b.g, b.m.n * 4);
    for (size_t i = 0; i < b.m.n; i++) assert_true(isfinite(b.x[i]));
}

/* g and scratch may hold anything before, and nothing behind them is written. */
static void check_memory(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, ROWS, run);
    size_t scratch = dt_model_scratch(&b.m, ROWS);
    float *clean = dt_arena_take(run, b.m.n, 4);
    double loss = bench_gradient(&b);
    memcpy(clean, b.g, b.m.n * 4);
    memset(b.g, 0xff, (b.m.n + GUARD) * 4);
    memset(b.scratch, 0xff, (scratch + GUARD) * 4);
    assert_true(bench_gradient(&b) == loss);
    assert_memory_equal(b.g, clean, b.m.n * 4);
    for (size_t i = 0; i < GUARD; i++) assert_true(isnan(b.g[b.m.n + i]) && isnan(b.scratch[scratch + i]));
}

static void check_batch_is_mean(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, ROWS, run);
    double *mean = dt_arena_take(run, b.m.n, sizeof *mean), loss = 0;
    dt_batch whole = b.batch;
    for (size_t i = 0; i < ROWS; i++) {
        b.batch = (dt_batch){ 1, whole.x + i * b.m.shape.features, whole.y + i, NULL };
        loss += bench_gradient(&b) / ROWS;
        for (size_t j = 0; j < b.m.n; j++) mean[j] += b.g[j] / (double)ROWS;
    }
    b.batch = whole;
    assert_near(bench_gradient(&b), loss, 1e-5);
    for (size_t j = 0; j < b.m.n; j++) assert_near(b.g[j], mean[j], 1e-5);
}

static void check_score(const dt_entry *entry, dt_arena *run) {
    enum { MANY = 5 * DT_SCORE_BATCH + 7 };
    bench b = bench_open(entry, MANY, run);
    dt_dataset set = { MANY, b.batch.x, b.batch.y, NULL, NULL };
    dt_score score[2];
    for (int i = 0; i < 2; i++) {
        dt_pool *pool = dt_pool_new(i == 0 ? 1 : 3, run);
        size_t threads = (size_t)dt_pool_threads(pool), held = dt_arena_bytes(run);
        float *scratch = dt_arena_take(run, threads * dt_model_scratch(&b.m, DT_SCORE_BATCH), 4);
        held = dt_arena_bytes(run);
        score[i] = dt_model_evaluate(&b.m, b.x, &set, MANY, pool, scratch, run);
        double alone = dt_model_accuracy(&b.m, b.x, &set, MANY, pool, scratch, run);
        assert_true(alone == score[i].accuracy || (isnan(alone) && isnan(score[i].accuracy)));
        assert_int_equal(dt_arena_bytes(run), held);
        dt_pool_free(pool);
    }
    assert_memory_equal(&score[0].loss, &score[1].loss, sizeof(double));
    assert_near(score[0].loss, bench_gradient(&b), 1e-5);
    assert_int_equal(isnan(score[0].accuracy), !dt_model_classifies(&b.m));
    if (dt_model_classifies(&b.m)) {
        assert_true(score[0].accuracy > 0 && score[0].accuracy < 1);
        assert_true(score[0].accuracy == score[1].accuracy);
    }
}

/* Does the sample's prediction name its class?  The first of equal scores does. */
static bool predicted(const dt_model *m, const float *out, float y) {
    size_t best = 0;
    if (m->outs == 1) return y > 0 ? out[0] > 0 : out[0] <= 0;
    for (size_t k = 1; k < m->outs; k++) best = out[k] > out[best] ? k : best;
    return best == (size_t)y;
}

static void check_predictions(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, ROWS, run);
    size_t right, found = 0, n = ROWS * b.m.outs;
    float *out = dt_arena_take(run, n + GUARD, 4), *alone = dt_arena_take(run, b.m.outs, 4);
    assert_true(b.m.outs > 0);
    memset(out, 0xff, (n + GUARD) * 4);
    dt_model_predict(&b.m, b.x, &b.batch, b.scratch, out);
    for (size_t i = 0; i < GUARD; i++) assert_true(isnan(out[n + i]));
    for (size_t i = 0; i < n; i++) assert_true(isfinite(out[i]));
    b.m.type->score(&b.m, b.x, &b.batch, b.scratch, NULL, &right);
    for (size_t i = 0; i < ROWS; i++) found += predicted(&b.m, out + i * b.m.outs, b.batch.y[i]);
    if (dt_model_classifies(&b.m)) assert_int_equal(found, right);
    dt_batch last = { 1, b.batch.x + (ROWS - 1) * b.m.shape.features, b.batch.y + ROWS - 1, NULL };
    dt_model_predict(&b.m, b.x, &last, b.scratch, alone);
    for (size_t k = 0; k < b.m.outs; k++) assert_near(alone[k], out[n - b.m.outs + k], 1e-5);
}

/* Of models without classes the loss follows from what they predict. */
static void predictions_have_the_loss(void **f) {
    (void)f;
    dt_arena *run = dt_arena_new(1 << 16);
    bench line = bench_open(dt_room_find(&dt_model_room, "linear"), ROWS, run), means = bench_open(dt_room_find(&dt_model_room, "kmeans"), ROWS, run);
    float *z = dt_arena_take(run, ROWS, 4), *d = dt_arena_take(run, ROWS * means.m.outs, 4);
    double of_line = 0, of_means = 0;
    dt_model_predict(&line.m, line.x, &line.batch, line.scratch, z);
    dt_model_predict(&means.m, means.x, &means.batch, means.scratch, d);
    for (size_t i = 0; i < ROWS; i++) {
        double nearest = -INFINITY;
        for (size_t k = 0; k < means.m.outs; k++) nearest = fmax(nearest, (double)d[i * means.m.outs + k]);
        of_means -= nearest / ROWS;
        of_line += ((double)z[i] - line.batch.y[i]) * ((double)z[i] - line.batch.y[i]) / 2 / ROWS;
    }
    assert_near(of_line, bench_gradient(&line), 1e-5);
    assert_near(of_means, bench_gradient(&means), 1e-5);
    dt_arena_free(run);
}

/* Parts of a set are scored as each by itself, whatever the threads; one without rows or model has no score. */
static void check_parts(const dt_entry *entry, dt_arena *run) {
    enum { MANY = 2 * DT_SCORE_BATCH + 60, PARTS = 5 };
    bench b = bench_open(entry, MANY, run);
    dt_dataset set = { MANY, b.batch.x, b.batch.y, NULL, NULL };
    const size_t start[PARTS + 1] = { 0, 3, 3, DT_SCORE_BATCH + 20, DT_SCORE_BATCH + 30, MANY };
    const float *const x[PARTS] = { b.x, b.x, b.x, NULL, b.x };
    dt_score score[2][PARTS];
    for (int i = 0; i < 2; i++) {
        dt_pool *pool = dt_pool_new(i == 0 ? 1 : 3, run);
        float *scratch = dt_arena_take(run, (size_t)dt_pool_threads(pool) * dt_model_scratch(&b.m, DT_SCORE_BATCH), 4);
        dt_model_evaluate_parts(&b.m, x, &set, start, PARTS, pool, scratch, score[i], run);
        for (size_t p = 0; p < PARTS; p++) {
            size_t rows = start[p + 1] - start[p];
            dt_dataset part = { rows, set.x + start[p] * b.m.shape.features, set.y + start[p], NULL, NULL };
            if (rows == 0 || x[p] == NULL) {
                assert_true(isnan(score[i][p].loss) && isnan(score[i][p].accuracy));
                continue;
            }
            dt_score alone = dt_model_evaluate(&b.m, b.x, &part, rows, pool, scratch, run);
            assert_memory_equal(&alone.loss, &score[i][p].loss, sizeof(double));
            assert_true(alone.accuracy == score[i][p].accuracy || isnan(alone.accuracy));
        }
        dt_pool_free(pool);
    }
}

/* One NaN at the head of any layer is enough. */
static void check_diverged(const dt_entry *entry, dt_arena *run) {
    bench b = bench_open(entry, 12, run);
    for (size_t l = 0; l < b.m.layers; l++) {
        if (b.m.layer[l].params == 0) continue;
        float *at = &b.x[b.m.layer[l].first], was = *at;
        double loss;
        size_t right;
        *at = NAN;
        assert_true(!isfinite(bench_gradient(&b)));
        b.m.type->score(&b.m, b.x, &b.batch, b.scratch, &loss, &right);
        assert_true(!isfinite(loss));
        *at = was;
    }
    for (size_t i = 0; i < b.m.n; i++) b.x[i] = NAN;
    double loss;
    size_t right;
    b.m.type->score(&b.m, b.x, &b.batch, b.scratch, &loss, &right);
    assert_int_equal(right, 0);
}

static void the_gradient_is_that_of_the_loss(void **f) { (void)f; each(check_gradient); }
static void a_gradient_in_pieces_is_the_same(void **f) { (void)f; each(check_pieces); }
static void bytes_are_the_floats_that_they_become(void **f) { (void)f; each(check_bytes); }
static void slices_cover_the_parameters(void **f) { (void)f; each(check_table); }
static void the_start_follows_the_seed(void **f) { (void)f; each(check_start); }
static void only_its_own_memory_is_written(void **f) { (void)f; each(check_memory); }
static void a_batch_is_the_mean_of_its_samples(void **f) { (void)f; each(check_batch_is_mean); }
static void predictions_are_those_of_the_score(void **f) { (void)f; each(check_predictions); }
static void scores_do_not_depend_on_threads(void **f) { (void)f; each(check_score); }
static void parts_are_scored_as_each_by_itself(void **f) { (void)f; each(check_parts); }
static void a_diverged_model_is_seen(void **f) { (void)f; each(check_diverged); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_is_that_of_the_loss),
        cmocka_unit_test(a_gradient_in_pieces_is_the_same),
        cmocka_unit_test(bytes_are_the_floats_that_they_become),
        cmocka_unit_test(slices_cover_the_parameters),
        cmocka_unit_test(the_start_follows_the_seed),
        cmocka_unit_test(only_its_own_memory_is_written),
        cmocka_unit_test(a_batch_is_the_mean_of_its_samples),
        cmocka_unit_test(predictions_are_those_of_the_score),
        cmocka_unit_test(predictions_have_the_loss),
        cmocka_unit_test(scores_do_not_depend_on_threads),
        cmocka_unit_test(parts_are_scored_as_each_by_itself),
        cmocka_unit_test(a_diverged_model_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
