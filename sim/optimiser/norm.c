/* norm.c - the 2-norm of a vector. */
#include "optimiser/norm.h"
#include "base/wide.h"

enum { LANES = 8 };     /* sums side by side: as many as the widest registers hold, and the same for narrower ones */

DT_WIDE
static void norm_add(size_t n, const float *v, float bound, double *sum) {
    for (size_t i = 0; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            float size = fabsf(v[i + k]);
            double entry = (double)(size > bound ? bound : size);
            sum[k] += entry * entry;
        }
    for (size_t i = n - n % LANES; i < n; i++) {
        float size = fabsf(v[i]);
        double entry = (double)(size > bound ? bound : size);
        sum[i % LANES] += entry * entry;
    }
}

double dt_optimiser_squares(size_t n, const float *v, float bound) {
    double sum[LANES] = { 0 }, all = 0;
    norm_add(n, v, bound, sum);
    for (size_t k = 0; k < LANES; k++) all += sum[k];
    return all;
}
