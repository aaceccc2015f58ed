/* distances.c - squared distances of all pairs, in double, in one order whatever the threads. */
#include "aggregate/distances.h"
#include "base/wide.h"
#include <gsl/gsl_sort.h>
#include <math.h>

enum { LANES = 8, BLOCK = 2048 };

/* Sums side by side, so that they become vector code. */
DT_WIDE
static double distances_of(const float *x, const float *y, size_t n) {
    double sum[LANES] = { 0 }, whole = 0;
    size_t even = n - n % LANES;
    for (size_t e = 0; e < even; e += LANES)
        for (size_t lane = 0; lane < LANES; lane++) {
            double gap = (double)x[e + lane] - y[e + lane];
            sum[lane] += gap * gap;
        }
    for (size_t e = even; e < n; e++) sum[e - even] += ((double)x[e] - y[e]) * ((double)x[e] - y[e]);
    for (size_t lane = 0; lane < LANES; lane++) whole += sum[lane];
    return whole;
}

double dt_aggregate_distance(const float *x, const float *y, size_t n) { return distances_of(x, y, n); }

typedef struct measuring { dt_aggregate_distances *s; const dt_inputs *in; } measuring;

/* The distances of input i from itself and from those before it.  The distance from itself tells whether a vector is finite: it
 * is NaN for one with an infinite entry. */
static void measure_row(void *arg, size_t i, int thread) {
    const measuring *m = arg;
    size_t count = m->in->count, n = m->in->n;
    double *row = m->s->d + i * count;
    (void)thread;
    for (size_t k = 0; k <= i; k++) row[k] = 0;
    for (size_t first = 0; first < n; first += BLOCK)           /* x_i stays in the cache while the others stream by */
        for (size_t k = 0; k <= i; k++)
            row[k] += distances_of(m->in->x[i] + first, m->in->x[k] + first, n - first < BLOCK ? n - first : BLOCK);
}

void dt_aggregate_measure(dt_aggregate_distances *s, const dt_inputs *in, dt_pool *pool) {
    size_t count = in->count;
    if (s->room < count) {
        s->room = 2 * count;
        s->d = dt_arena_take(s->run, s->room * s->room, sizeof *s->d);
        s->finite = dt_arena_take(s->run, s->room, sizeof *s->finite);
        s->row = dt_arena_take(s->run, s->room, sizeof *s->row);
    }
    dt_pool_each(pool, count, measure_row, &(measuring){ s, in });
    for (size_t i = 0; i < count; i++) s->finite[i] = s->d[i * count + i] == 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) {
            double *d = &s->d[i * count + k];
            if (!s->finite[i] || !s->finite[k]) *d = HUGE_VAL;
            s->d[k * count + i] = *d;
        }
}

static size_t score_closest(size_t present, size_t f) {
    size_t most = present > 3 ? (present - 3) / 2 : 0, bears = f < most ? f : most;
    return present > bears + 2 ? present - bears - 2 : present > 1;
}

double dt_aggregate_score(const dt_aggregate_distances *s, size_t count, const bool *absent, size_t i, size_t f) {
    size_t others = 0;
    double sum = 0;
    for (size_t j = 0; j < count; j++)
        if (j != i && (absent == NULL || !absent[j])) s->row[others++] = s->d[i * count + j];
    gsl_sort(s->row, 1, others);
    for (size_t j = 0, closest = score_closest(others + 1, f); j < closest; j++) sum += s->row[j];
    return sum;
}

double dt_aggregate_measure_flops(size_t count, size_t n) {
    return 3 * (double)n * (double)count * ((double)count - 1) / 2;
}
