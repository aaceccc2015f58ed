/* geometric.c - the geometric median: the point with the least sum of distances to the vectors.
 * When: some workers may be Byzantine and the honest ones differ; unlike Krum it uses all vectors.  Fewer than half of the
 * vectors cannot move it at will.  It costs several passes over all vectors.  Each pass reduces the influence of a Byzantine
 * vector by about the ratio of Byzantine to honest ones, so that one of five at a million times the distance of the others
 * needs about ten passes.
 * Source: Weiszfeld 1937, y' = sum_i (s_i / ||y - x_i||) x_i / sum_i (s_i / ||y - x_i||) from the mean; Chen, Su, Xu 2017,
 * "Distributed Statistical Machine Learning in Adversarial Settings", section 2.2 (arXiv 1705.05491); with sizes and the
 * smallest distance: Pillutla et al. 2022, "Robust Aggregation for Federated Learning" (RFA), Algorithm 2 (arXiv 1912.13445).
 * Every y is sum_i a_i x_i with sum 1, so ||y - x_i||^2 = sum_j a_j d_ij - sum_jk a_j a_k d_jk / 2 from the squared distances
 * d of all pairs, the Gram matrix in another form: vectors are read once, O(count^2 n), and a pass is O(count^2). */
#include "aggregate/distances.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

typedef struct geometric {
    long   passes;
    bool   sizes;
    dt_aggregate_distances distances;
    double *share, *squared, *sorted;   /* [room] */
    size_t  room;
} geometric;

static void geometric_init(void *state, dt_arena *run) { ((geometric *)state)->distances.run = run; }

/* s_i: the share that a vector would have in the mean; 0 if it is not finite.  false: none is. */
static bool geometric_shares(const geometric *g, const dt_inputs *in, double *a) {
    double whole = 0;
    for (size_t i = 0; i < in->count; i++) {
        a[i] = !g->distances.finite[i] ? 0 : g->sizes ? in->size[i] : 1;
        whole += a[i];
    }
    for (size_t i = 0; i < in->count; i++) a[i] = whole > 0 ? a[i] / whole : 1 / (double)in->count;
    return whole > 0;
}

/* squared [count] = ||y - x_i||^2 for y = sum a_i x_i. */
static void geometric_distances(const geometric *g, size_t count, const double *a, double *squared) {
    double both = 0;
    for (size_t i = 0; i < count; i++) {
        squared[i] = 0;
        for (size_t j = 0; j < count; j++)
            if (a[j] > 0) squared[i] += a[j] * g->distances.d[i * count + j];
        if (a[i] > 0) both += a[i] * squared[i];
    }
    for (size_t i = 0; i < count; i++) squared[i] = fmax(0, squared[i] - both / 2);
}

/* The least value of a distance: a millionth of their median, so that y may coincide with a vector. */
static double geometric_smallest(const geometric *g, size_t count) {
    size_t finite = 0;
    for (size_t i = 0; i < count; i++)
        if (g->share[i] > 0) g->sorted[finite++] = sqrt(g->squared[i]);
    gsl_sort(g->sorted, 1, finite);
    return fmax(1e-6 * gsl_stats_median_from_sorted_data(g->sorted, 1, finite), 1e-150);
}

static void geometric_pass(const geometric *g, size_t count, double *a) {
    double smallest, whole = 0;
    geometric_distances(g, count, a, g->squared);
    smallest = geometric_smallest(g, count);
    for (size_t i = 0; i < count; i++) {
        a[i] = g->share[i] > 0 ? g->share[i] / fmax(sqrt(g->squared[i]), smallest) : 0;
        whole += a[i];
    }
    for (size_t i = 0; i < count; i++) a[i] /= whole;
}

static void geometric_grow(geometric *g, size_t count) {
    if (g->room >= count) return;
    g->room = 2 * count;
    g->share = dt_arena_take(g->distances.run, g->room, sizeof *g->share);
    g->squared = dt_arena_take(g->distances.run, g->room, sizeof *g->squared);
    g->sorted = dt_arena_take(g->distances.run, g->room, sizeof *g->sorted);
}

static void geometric_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    geometric *g = state;
    geometric_grow(g, in->count);
    dt_aggregate_measure(&g->distances, in, pool);
    bool any = geometric_shares(g, in, g->share);
    memcpy(weight, g->share, in->count * sizeof *weight);
    for (long pass = 0; any && pass < g->passes; pass++) geometric_pass(g, in->count, weight);
}

/* The flops of plain Weiszfeld, whose every pass reads all vectors: for each entry a distance takes 3, and the sum 2. */
static double geometric_flops(const void *state, size_t count, size_t n) {
    return (double)((const geometric *)state)->passes * 5 * (double)count * (double)n;
}

static const dt_param geometric_params[] = {
    DT_INT_PARAM(geometric, passes, 8, 1, 1e6, "passes of Weiszfeld's method, each charged with 5 flops for an entry of a vector"),
    DT_BOOL_PARAM(geometric, sizes, false,
                  "a vector's distance counts by the samples behind it, as in RFA; Byzantine workers may claim many"),
    { 0 }
};

const dt_aggregate_type dt_aggregate_geometric = {
    .is = { "geometric", "The geometric median: the least sum of distances to all vectors.",
            "Pillutla et al. 2022 (RFA), Algorithm 2; Chen, Su, Xu 2017", geometric_params, sizeof(geometric) },
    .init = geometric_init, .flops = geometric_flops, .weigh = geometric_weigh,
};
