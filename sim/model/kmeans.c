/* kmeans.c - K-means as a loss: min over k of ||x - w_k||^2, gradient 2 (w_k - x) on the nearest centre alone.
 * Source: Bottou, Bengio 1995, "Convergence Properties of the K-Means Algorithms", eq. 1 (without its 1/2). */
#include "model/model.h"
#include "layer/layer.h"
#include <gsl/gsl_randist.h>
#include <string.h>

enum { GROUP = 128 };

typedef struct kmeans {
    long   clusters;
    double spread;
} kmeans;

static dt_status kmeans_init(void *state, const dt_shape *shape, dt_model *m, dt_arena *run) {
    const kmeans *s = state;
    dt_model_layer *layer = dt_arena_take(run, 1, sizeof *layer);
    double d = (double)shape->features, clusters = (double)s->clusters;
    m->n = (size_t)s->clusters * shape->features;
    *layer = (dt_model_layer){ "centres", 0, m->n, 2 * d * clusters, 2 * d, sizeof(float) * clusters, shape->features, NULL, 0 };
    m->layer = layer;
    m->layers = 1;
    m->outs = (size_t)s->clusters;
    return DT_OK;
}

static void kmeans_start(const dt_model *m, dt_rng *rng, float *x) {
    const kmeans *s = m->state;
    for (size_t i = 0; i < m->n; i++) x[i] = (float)gsl_ran_gaussian_ziggurat(rng, s->spread);
}

/* Sums [n] in double, products of samples and centres [GROUP * clusters], squared norms of the centres, and room for samples that
 * come as bytes. */
static size_t kmeans_scratch(const dt_model *m, size_t batch) {
    const kmeans *s = m->state;
    (void)batch;
    return 2 * m->n + (GROUP + 1) * (size_t)s->clusters + GROUP * m->shape.features;
}

/* norm [clusters] = ||w_k||^2 */
static void kmeans_norms(const dt_model *m, const float *x, float *norm) {
    size_t clusters = (size_t)((const kmeans *)m->state)->clusters, d = m->shape.features;
    for (size_t k = 0; k < clusters; k++) {
        double sum = 0;
        for (size_t j = 0; j < d; j++) sum += (double)x[k * d + j] * x[k * d + j];
        norm[k] = (float)sum;
    }
}

/* The nearest centre of a sample has the least ||w_k||^2 - 2 w_k . x; the first of equals. */
static size_t kmeans_nearest(const float *product, const float *norm, size_t clusters) {
    size_t best = 0;
    for (size_t k = 1; k < clusters; k++)
        if (norm[k] - 2 * product[k] < norm[best] - 2 * product[best]) best = k;
    return best;
}

/* Sum of the losses; sum [n], unless NULL, gains w_k - x of every sample.  products: scratch behind the sums. */
static double kmeans_pass(const dt_model *m, const float *x, const dt_batch *batch, double *sum, float *products) {
    size_t clusters = (size_t)((const kmeans *)m->state)->clusters, d = m->shape.features;
    float *norm = products + GROUP * clusters, *room = norm + clusters;
    double loss = 0;
    kmeans_norms(m, x, norm);
    for (size_t first = 0, rows; first < batch->m; first += rows) {
        rows = batch->m - first < GROUP ? batch->m - first : GROUP;
        const float *sample = dt_data_samples(batch, d, first, rows, room);
        dt_layer_multiply(DT_PLAIN, DT_TURNED, rows, clusters, d, sample, x, 0, products);
        for (size_t i = 0; i < rows; i++, sample += d) {
            size_t k = kmeans_nearest(products + i * clusters, norm, clusters);
            for (size_t j = 0; j < d; j++) {
                double gap = (double)x[k * d + j] - sample[j];
                loss += gap * gap;
                if (sum != NULL) sum[k * d + j] += gap;
            }
        }
    }
    return loss;
}

static double kmeans_gradient(const dt_model *m, const float *x, const dt_batch *batch, float *g, float *scratch) {
    double *sum = (double *)(void *)scratch;
    memset(sum, 0, m->n * sizeof *sum);
    double loss = kmeans_pass(m, x, batch, sum, scratch + 2 * m->n);
    for (size_t i = 0; i < m->n; i++) g[i] = (float)(2 * sum[i] / (double)batch->m);
    return loss / (double)batch->m;
}

static void kmeans_predict(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, float *out) {
    size_t d = m->shape.features;
    for (size_t i = 0; i < batch->m; i++) {
        const float *sample = dt_data_samples(batch, d, i, 1, scratch);
        for (size_t k = 0; k < m->outs; k++, out++) {
            double distance = 0;
            for (size_t j = 0; j < d; j++) distance += ((double)x[k * d + j] - sample[j]) * ((double)x[k * d + j] - sample[j]);
            *out = (float)-distance;
        }
    }
}

static void kmeans_score(const dt_model *m, const float *x, const dt_batch *batch, float *scratch, double *loss,
                         size_t *right) {
    if (loss != NULL) *loss = kmeans_pass(m, x, batch, NULL, scratch + 2 * m->n);
    *right = 0;
}

static const dt_param kmeans_params[] = {
    DT_INT_PARAM(kmeans, clusters, 10, 1, 1e6, "centres"),
    DT_REAL_PARAM(kmeans, spread, 1, 0, 1e6, "1", "standard deviation of the first centres, around 0"),
    { 0 }
};

const dt_model_type dt_model_kmeans = {
    .is = { "kmeans", "Squared distance to the nearest of several centres; labels are not used.",
            "Bottou, Bengio 1995, eq. 1", kmeans_params, sizeof(kmeans) },
    .init = kmeans_init, .start = kmeans_start, .scratch = kmeans_scratch, .gradient = kmeans_gradient,
    .predict = kmeans_predict, .score = kmeans_score,
};
