/* synthetic.c - synthetic(alpha, beta): every device has a model and an input distribution of its own.
 * Source: Li et al. 2020, "Federated Optimization in Heterogeneous Networks" (FedProx), section 5.1, after LEAF:
 * y = argmax softmax(W_k x + b_k), W_k, b_k ~ N(u_k, 1), u_k ~ N(0, alpha), x ~ N(v_k, S), v_k ~ N(B_k, 1),
 * B_k ~ N(0, beta), S_jj = j^-1.2.  As in the authors' generator, alpha and beta are standard deviations. */
#include "data/made.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct synthetic {
    double alpha, beta, holdout, log_mean, log_sd;
    long   columns, classes, min_samples, max_samples;
    bool   iid;
} synthetic;

/* A device: its model and the distribution of its inputs. */
typedef struct device {
    double *w, *b;      /* [columns * classes], [classes] */
    double *v, *sd;     /* [columns] */
    double *logit;      /* [classes] scratch */
    dt_rng *rng;
    float  *x;          /* [columns] scratch: a sample that nobody wants */
} device;

/* What makes the samples. */
typedef struct fleet {
    synthetic     is;
    uint64_t      seed;
    dt_data_maker maker;
} fleet;

static void device_draw_model(const synthetic *s, dt_rng *rng, double mean, device *d) {
    for (long i = 0; i < s->columns * s->classes; i++) d->w[i] = mean + gsl_ran_gaussian_ziggurat(rng, 1);
    for (long i = 0; i < s->classes; i++) d->b[i] = mean + gsl_ran_gaussian_ziggurat(rng, 1);
}

/* With iid, one model for all (it is in d already) and inputs around B_k itself. */
static void device_draw(const synthetic *s, dt_rng *rng, device *d) {
    double u = gsl_ran_gaussian_ziggurat(rng, s->alpha), centre = gsl_ran_gaussian_ziggurat(rng, s->beta);
    for (long j = 0; j < s->columns; j++) d->v[j] = centre + (s->iid ? 0 : gsl_ran_gaussian_ziggurat(rng, 1));
    if (!s->iid) device_draw_model(s, rng, u, d);
}

/* y NULL: the class is not wanted. */
static void device_sample(const synthetic *s, const device *d, float *x, float *y) {
    size_t n = (size_t)s->columns, classes = (size_t)s->classes, best = 0;
    for (size_t j = 0; j < n; j++) x[j] = (float)(d->v[j] + gsl_ran_gaussian_ziggurat(d->rng, d->sd[j]));
    if (y == NULL) return;
    for (size_t c = 0; c < classes; c++) d->logit[c] = d->b[c];
    for (size_t j = 0; j < n; j++)
        for (size_t c = 0; c < classes; c++) d->logit[c] += (double)x[j] * d->w[j * classes + c];
    for (size_t c = 1; c < classes; c++)
        if (d->logit[c] > d->logit[best]) best = c;
    *y = (float)best;
}

/* Samples of each device, and how many of them it trains on. */
static void synthetic_sizes(const synthetic *s, uint64_t seed, size_t workers, size_t *all, size_t *train,
                            dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, seed, 0, "data.size");
    for (size_t k = 0; k < workers; k++) {
        dt_rng_restart(rng, seed, (long)k, "data.size");
        double drawn = fmin(floor(gsl_ran_lognormal(rng, s->log_mean, s->log_sd)) + (double)s->min_samples, 4e9);
        if (s->max_samples > 0) drawn = fmin(drawn, (double)s->max_samples);
        all[k] = (size_t)fmax(drawn, 1);
        train[k] = (size_t)((1 - s->holdout) * (double)all[k]);
        if (train[k] == 0) train[k] = 1;
    }
}

static void *fleet_tools(const void *state, dt_arena *run) {
    const fleet *f = state;
    size_t n = (size_t)f->is.columns, classes = (size_t)f->is.classes;
    device *d = dt_arena_take(run, 1, sizeof *d);
    *d = (device){ dt_arena_take(run, n * classes, sizeof(double)), dt_arena_take(run, classes, sizeof(double)),
                   dt_arena_take(run, n, sizeof(double)), dt_arena_take(run, n, sizeof(double)),
                   dt_arena_take(run, classes, sizeof(double)), dt_rng_stream(run, f->seed, 0, "data.global"),
                   dt_arena_take(run, n, sizeof(float)) };
    for (size_t j = 0; j < n; j++) d->sd[j] = sqrt(pow((double)(j + 1), -1.2));
    if (f->is.iid) device_draw_model(&f->is, d->rng, 0, d);
    return d;
}

static void fleet_make(const void *state, void *tools, size_t owner, float *x, float *y, float *test_x, float *test_y) {
    const fleet *f = state;
    const dt_data_maker *m = &f->maker;
    device *d = tools;
    size_t n = (size_t)f->is.columns, train = m->train[owner + 1] - m->train[owner], test = m->test[owner + 1] - m->test[owner];
    dt_rng_restart(d->rng, f->seed, (long)owner, "data.device");
    device_draw(&f->is, d->rng, d);
    for (size_t i = 0; i < train; i++) device_sample(&f->is, d, x == NULL ? d->x : x + i * n, y == NULL ? NULL : y + i);
    for (size_t i = 0; test_x != NULL && i < test; i++) device_sample(&f->is, d, test_x + i * n, test_y + i);
}

/* From how many samples each device has to the first row of each, and the owner of each row. */
static dt_status fleet_rows(size_t *count, size_t workers, dt_dataset *set, dt_arena *run) {
    size_t first = 0, at = 0;
    for (size_t k = 0; k <= workers; k++) {
        size_t rows = k < workers ? count[k] : 0;
        count[k] = first;
        first += rows;
    }
    if (first > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "data", "expected at most %u samples, got %zu: take fewer a device", UINT32_MAX, first);
    int32_t *owner = dt_arena_take(run, first, sizeof *owner);
    for (size_t k = 0; k < workers; k++)
        while (at < count[k + 1]) owner[at++] = (int32_t)k;
    set->rows = first;
    set->owner = owner;
    return DT_OK;
}

static dt_status synthetic_draw(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    const synthetic *s = state;
    size_t *test = dt_arena_take(run, workers + 1, sizeof *test), *train = dt_arena_take(run, workers + 1, sizeof *train);
    fleet *f = dt_arena_take(run, 1, sizeof *f);
    synthetic_sizes(s, seed, workers, test, train, run);
    for (size_t k = 0; k < workers; k++) test[k] -= train[k];
    DT_TRY(fleet_rows(train, workers, &out->train, run));
    DT_TRY(fleet_rows(test, workers, &out->test, run));
    *f = (fleet){ *s, seed, { workers, train, test, f, fleet_tools, fleet_make } };
    out->shape = (dt_shape){ .features = (size_t)s->columns, .classes = (size_t)s->classes };
    out->maker = &f->maker;
    return DT_OK;
}

static const dt_param synthetic_params[] = {
    DT_REAL_PARAM(synthetic, alpha, 1, 0, 1e3, "1", "how much the devices' models differ"),
    DT_REAL_PARAM(synthetic, beta, 1, 0, 1e3, "1", "how much the devices' inputs differ"),
    DT_BOOL_PARAM(synthetic, iid, false, "one model for all devices (alpha has no say)"),
    DT_INT_PARAM(synthetic, columns, 60, 1, 1e5, "features of a sample"),
    DT_INT_PARAM(synthetic, classes, 10, 2, 1e3, "classes"),
    DT_REAL_PARAM(synthetic, log_mean, 4, -10, 20, "1", "mean of the logarithm of a device's samples above min_samples"),
    DT_REAL_PARAM(synthetic, log_sd, 2, 0, 5, "1", "its standard deviation"),
    DT_INT_PARAM(synthetic, min_samples, 50, 0, 1e6, "samples every device has"),
    DT_INT_PARAM(synthetic, max_samples, 0, 0, 1e9, "most samples of a device; 0: no bound"),
    DT_REAL_PARAM(synthetic, holdout, 0.1, 0, 0.9, "1", "share of a device's samples kept for the test"),
    { 0 }
};

const dt_data_type dt_data_synthetic = {
    .is = { "synthetic", "synthetic(alpha, beta): devices that differ in model and in inputs.",
            "Li et al. 2020 (FedProx), section 5.1", synthetic_params, sizeof(synthetic) },
    .by_seed = true, .by_workers = true, .draw = synthetic_draw,
};
