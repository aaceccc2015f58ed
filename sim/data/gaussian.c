/* gaussian.c - one Gaussian cloud a class: x = mean of the class + noise, the means themselves drawn at random.
 * Source: standard; the presets are the set of the experiments with AdaComm (10 classes, means 0.6 N(0, I)). */
#include "data/table.h"
#include <gsl/gsl_randist.h>

typedef struct gaussian {
    long   rows, test, columns, classes;
    double spread, noise;
} gaussian;

static dt_status gaussian_draw(const gaussian *g, dt_rng *rng, const double *mean, size_t rows, dt_dataset *set,
                               dt_arena *run) {
    size_t n = (size_t)g->columns;
    float *x, *y;
    DT_TRY(dt_data_take(rows, n, set, &x, &y, run));
    for (size_t i = 0; i < rows; i++) {
        unsigned long class = gsl_rng_uniform_int(rng, (unsigned long)g->classes);
        y[i] = (float)class;
        for (size_t j = 0; j < n; j++)
            x[i * n + j] = (float)(mean[class * n + j] + gsl_ran_gaussian_ziggurat(rng, g->noise));
    }
    return DT_OK;
}

static dt_status gaussian_load(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run) {
    const gaussian *g = state;
    (void)workers;
    size_t n = (size_t)g->columns, classes = (size_t)g->classes;
    double *mean = dt_arena_take(run, classes * n, sizeof *mean);
    dt_rng *rng = dt_rng_stream(run, seed, 0, "data.means");
    out->shape = (dt_shape){ .features = n, .classes = classes };
    for (size_t i = 0; i < classes * n; i++) mean[i] = gsl_ran_gaussian_ziggurat(rng, g->spread);
    dt_rng_restart(rng, seed, 0, "data.train");
    DT_TRY(gaussian_draw(g, rng, mean, (size_t)g->rows, &out->train, run));
    dt_rng_restart(rng, seed, 0, "data.test");
    return gaussian_draw(g, rng, mean, (size_t)g->test, &out->test, run);
}

static const dt_param gaussian_params[] = {
    DT_INT_PARAM(gaussian, rows, 4096, 1, 4e9, "training samples"),
    DT_INT_PARAM(gaussian, test, 1024, 0, 4e9, "test samples"),
    DT_INT_PARAM(gaussian, columns, 20, 1, 1e5, "features of a sample"),
    DT_INT_PARAM(gaussian, classes, 10, 2, 1e3, "classes, equally likely"),
    DT_REAL_PARAM(gaussian, spread, 0.6, 0, 1e6, "1", "standard deviation of the class means"),
    DT_REAL_PARAM(gaussian, noise, 1, 0, 1e6, "1", "standard deviation around the class mean"),
    { 0 }
};

const dt_data_type dt_data_gaussian = {
    .is = { "gaussian", "Gaussian clouds, one a class.", "standard", gaussian_params, sizeof(gaussian) },
    .by_seed = true, .load = gaussian_load,
};
