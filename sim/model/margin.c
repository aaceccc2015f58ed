/* margin.c - gradient and score of a loss of w . x + b: mean of slope_i (x_i, 1), as two products with the samples.
 * Source: the chain rule.  Samples are taken GROUP at a time in float, groups are added in double, so that a full
 * batch of many thousand samples loses no digits. */
#include "model/margin.h"
#include "layer/layer.h"
#include <string.h>

enum { GROUP = 128 };

static const char *margin_classes(size_t classes, dt_arena *arena) {
    if (classes == 0) return "a real number";
    return classes == 1 ? "a single class" : dt_arena_text(arena, "%zu classes", classes);
}

dt_status dt_model_margin_init(dt_model_margin *s, dt_model_slope *loss, size_t classes, const char *advice,
                               const dt_shape *shape, dt_model *m, dt_arena *run) {
    if (shape->classes != classes)
        return dt_fail_at(DT_EINVAL, "model", "\"%s\": expected %s as target, got %s; %s", m->type->is.name,
                          classes == 0 ? "a real number" : "2 classes", margin_classes(shape->classes, run), advice);
    dt_model_layer *layer = dt_arena_take(run, 1, sizeof *layer);
    double flops = 2 * (double)shape->features;
    s->loss = loss;
    m->n = shape->features + (s->bias ? 1 : 0);
    *layer = (dt_model_layer){ "weights", 0, m->n, flops, flops, sizeof(float), 0, NULL, 0 };
    m->layer = layer;
    m->layers = m->outs = 1;
    return DT_OK;
}

void dt_model_margin_start(const dt_model *m, dt_rng *rng, float *x) {
    (void)rng;
    memset(x, 0, m->n * sizeof *x);
}

/* Sums [n] in double, then scores or slopes [GROUP], a group's gradient [n], and room for samples that come as bytes. */
size_t dt_model_margin_scratch(const dt_model *m, size_t batch) {
    (void)batch;
    return 2 * m->n + GROUP + m->n + GROUP * m->shape.features;
}

/* z [rows] of the samples from row first on; returns how many there are, and sets *sample to them. */
static size_t margin_group(const dt_model *m, const float *x, const dt_batch *batch, size_t first, float *z, const float **sample) {
    const dt_model_margin *s = m->state;
    size_t d = m->shape.features, rows = batch->m - first < GROUP ? batch->m - first : GROUP;
    *sample = dt_data_samples(batch, d, first, rows, z + GROUP + m->n);
    dt_layer_multiply(DT_PLAIN, DT_PLAIN, rows, 1, d, *sample, x, 0, z);
    for (size_t i = 0; s->bias && i < rows; i++) z[i] += x[d];
    return rows;
}

double dt_model_margin_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch) {
    const dt_model_margin *s = m->state;
    size_t d = m->shape.features;
    double loss = 0, slope, *sum = (double *)(void *)scratch;
    float *z = scratch + 2 * m->n, *part = z + GROUP;
    const float *sample;
    memset(sum, 0, m->n * sizeof *sum);
    for (size_t first = 0, rows; first < batch->m; first += rows) {
        rows = margin_group(m, x, batch, first, z, &sample);
        for (size_t i = 0; i < rows; i++) {
            loss += s->loss(z[i], batch->y[first + i], &slope);
            z[i] = (float)slope;
            if (s->bias) sum[d] += slope;
        }
        dt_layer_multiply(DT_TURNED, DT_PLAIN, d, 1, rows, sample, z, 0, part);
        for (size_t j = 0; j < d; j++) sum[j] += part[j];
    }
    for (size_t j = 0; j < m->n; j++) g[j] = (float)(sum[j] / (double)batch->m);
    return loss / (double)batch->m;
}

void dt_model_margin_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out) {
    float *z = scratch + 2 * m->n;
    const float *sample;
    for (size_t first = 0, rows; first < batch->m; first += rows) {
        rows = margin_group(m, x, batch, first, z, &sample);
        memcpy(out + first, z, rows * sizeof *out);
    }
}

void dt_model_margin_score(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, double *loss,
                           size_t *right) {
    const dt_model_margin *s = m->state;
    float *z = scratch + 2 * m->n;
    const float *sample;
    double sum = 0, slope;
    *right = 0;
    for (size_t first = 0, rows; first < batch->m; first += rows) {
        rows = margin_group(m, x, batch, first, z, &sample);
        for (size_t i = 0; i < rows; i++) {
            float y = batch->y[first + i];
            if (loss != NULL) sum += s->loss(z[i], y, &slope);
            if (m->type->classifies) *right += y > 0 ? z[i] > 0 : z[i] <= 0;
        }
    }
    if (loss != NULL) *loss = sum;
}
