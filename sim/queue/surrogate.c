/* surrogate.c - regression by a Gaussian process with the Matern 5/2 kernel, and its expected improvement.
 * Source: Rasmussen, Williams 2006, "Gaussian Processes for Machine Learning", Algorithm 2.1 and equation 4.17; expected improvement:
 * Jones, Schonlau, Welch 1998, doi:10.1023/A:1008306431147, equation 15; the kernel: Snoek, Larochelle, Adams 2012, "Practical Bayesian
 * Optimization of Machine Learning Algorithms", section 3.1, arXiv:1206.2944. */
#include "queue/surrogate.h"
#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

static double surrogate_kernel(const dt_surrogate *s, const double *a, const double *b) {
    double u = (a[0] - b[0]) / s->length[0], v = (a[1] - b[1]) / s->length[1], r = sqrt(5 * (u * u + v * v));
    return (1 + r + r * r / 3) * exp(-r);
}

/* Factor and weights with the present lengths and noise; returns the logarithm of the marginal likelihood, up to a constant. */
static double surrogate_solve(dt_surrogate *s) {
    double known[DT_SURROGATE_MOST], half = 0, fit;
    gsl_matrix_view factor = gsl_matrix_view_array(s->factor, s->count, s->count);
    gsl_vector_view value = gsl_vector_view_array(known, s->count), weight = gsl_vector_view_array(s->weight, s->count);
    for (size_t i = 0; i < s->count; i++) {
        known[i] = (s->value[i] - s->mean) / s->scale;
        for (size_t j = 0; j < s->count; j++)
            s->factor[i * s->count + j] = surrogate_kernel(s, s->at[i], s->at[j]) + (i == j ? s->noise : 0);
    }
    if (gsl_linalg_cholesky_decomp1(&factor.matrix) != 0) return -HUGE_VAL;
    gsl_linalg_cholesky_solve(&factor.matrix, &value.vector, &weight.vector);
    for (size_t i = 0; i < s->count; i++) half += log(s->factor[i * s->count + i]);
    gsl_blas_ddot(&value.vector, &weight.vector, &fit);
    return -fit / 2 - half;
}

void dt_surrogate_fit(dt_surrogate *s) {
    static const double length[] = { 0.1, 0.2, 0.4, 0.8, 1.6 }, noise[] = { 1e-6, 1e-4, 1e-2 };
    enum { LENGTHS = sizeof length / sizeof *length, ALL = LENGTHS * LENGTHS * sizeof noise / sizeof *noise };
    double best = -HUGE_VAL;
    size_t chosen = 0;
    s->mean = gsl_stats_mean(s->value, 1, s->count);
    s->scale = s->count > 1 ? gsl_stats_sd_m(s->value, 1, s->count, s->mean) : 0;
    if (!(s->scale > 0)) s->scale = 1;
    s->least = gsl_stats_min(s->value, 1, s->count);
    for (size_t i = 0; i <= ALL; i++) {                     /* the last time with what was best */
        size_t k = i < ALL ? i : chosen;
        s->length[0] = length[k % LENGTHS];
        s->length[1] = length[k / LENGTHS % LENGTHS];
        s->noise = noise[k / LENGTHS / LENGTHS];
        double likely = surrogate_solve(s);
        if (i < ALL && likely > best) best = likely, chosen = i;
    }
}

void dt_surrogate_guess(const dt_surrogate *s, const double at[2], double *mean, double *deviation) {
    double near[DT_SURROGATE_MOST], known = 0, less;
    gsl_matrix_const_view factor = gsl_matrix_const_view_array(s->factor, s->count, s->count);
    gsl_vector_view v = gsl_vector_view_array(near, s->count);
    for (size_t i = 0; i < s->count; i++) {
        near[i] = surrogate_kernel(s, at, s->at[i]);
        known += near[i] * s->weight[i];
    }
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &factor.matrix, &v.vector);
    gsl_blas_ddot(&v.vector, &v.vector, &less);
    *mean = s->mean + s->scale * known;
    *deviation = s->scale * sqrt(fmax(1 - less, 0));
}

double dt_surrogate_improvement(const dt_surrogate *s, const double at[2]) {
    double mean, deviation;
    dt_surrogate_guess(s, at, &mean, &deviation);
    double better = s->least - mean;
    if (!(deviation > 0)) return fmax(better, 0);
    return better * gsl_cdf_ugaussian_P(better / deviation) + deviation * gsl_ran_ugaussian_pdf(better / deviation);
}
