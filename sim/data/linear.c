/* linear.c - a real target that is linear in the features: y = <w, x> + noise, w ~ N(0, I / columns).
 * Source: standard; column j has the standard deviation condition^(-j / (2 (columns - 1))), so that the
 * Hessian of least squares has the condition number asked for. */
#include "data/table.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct linear {
    long   rows, test, columns;
    double noise, condition;
} linear;

static dt_status linear_draw(const linear *l, dt_rng *rng, const double *w, size_t rows, dt_dataset *set,
                             dt_arena *run) {
    size_t n = (size_t)l->columns;
    float *x, *y;
    DT_TRY(dt_data_take(rows, n, set, &x, &y, run));
    for (size_t i = 0; i < rows; i++) {
        double sum = gsl_ran_gaussian_ziggurat(rng, l->noise);
        for (size_t j = 0; j < n; j++) {
            double sd = n == 1 ? 1 : pow(l->condition, -0.5 * (double)j / (double)(n - 1));
            x[i * n + j] = (float)gsl_ran_gaussian_ziggurat(rng, sd);
            sum += w[j] * (double)x[i * n + j];
        }
        y[i] = (float)sum;
    }
    return DT_OK;
}

static dt_status linear_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    const linear *l = state;
    (void)workers;
    size_t n = (size_t)l->columns;
    double *w = dt_arena_take(run, n, sizeof *w);
    dt_rng *rng = dt_rng_stream(run, seed, 0, "data.weights");
    out->shape = (dt_shape){ .features = n };
    for (size_t j = 0; j < n; j++) w[j] = gsl_ran_gaussian_ziggurat(rng, 1 / sqrt((double)n));
    dt_rng_restart(rng, seed, 0, "data.train");
    DT_TRY(linear_draw(l, rng, w, (size_t)l->rows, &out->train, run));
    dt_rng_restart(rng, seed, 0, "data.test");
    return linear_draw(l, rng, w, (size_t)l->test, &out->test, run);
}

static const dt_param linear_params[] = {
    DT_INT_PARAM(linear, rows, 4096, 1, 4e9, "training samples"),
    DT_INT_PARAM(linear, test, 1024, 0, 4e9, "test samples"),
    DT_INT_PARAM(linear, columns, 20, 1, 1e6, "features of a sample"),
    DT_REAL_PARAM(linear, noise, 0.1, 0, 1e6, "1", "standard deviation of the target's noise"),
    DT_REAL_PARAM(linear, condition, 1, 1, 1e12, "1", "greatest over least variance of a column"),
    { 0 }
};

const dt_data_type dt_data_linear = {
    .is = { "linear", "A real target, linear in Gaussian features.", "standard", linear_params, sizeof(linear) },
    .by_seed = true, .load = linear_load,
};
