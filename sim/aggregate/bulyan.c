/* bulyan.c - Krum again and again, and then of every entry by itself the mean of the chosen values that are closest to their median.
 * When: some workers may be Byzantine, and clever: in many dimensions a vector may be close to the others and still be far off in one
 * entry, which Krum lets pass.  What breaks it: it takes 4 f + 3 vectors, so that it bears fewer than a quarter of Byzantine ones.
 * Source: El Mhamdi, Guerraoui, Rouault 2018, "The Hidden Vulnerability of Distributed Learning in Byzantium", arXiv:1802.07927,
 * section 4: theta = count - 2 f times, the vector that Krum chooses of those that are left; then the beta = theta - 2 f values of an
 * entry that are closest to the median of theta.  The last two choices are of fewer vectors than the 2 f + 3 that Krum takes: their
 * scores are those of the f that so many bear. */
#include "aggregate/distances.h"
#include <gsl/gsl_sort_float.h>
#include <gsl/gsl_statistics_float.h>
#include <math.h>

typedef struct bulyan {
    long    byzantine;              /* f */
    dt_aggregate_distances distances;
    bool   *chosen;                 /* [room] */
    size_t  room;
} bulyan;

static void bulyan_init(void *state, dt_arena *run) { ((bulyan *)state)->distances.run = run; }

static size_t bulyan_least(const void *state) {
    long f = ((const bulyan *)state)->byzantine;
    return f > 0 ? 4 * (size_t)f + 3 : 1;
}

/* f, or with fewer than 4 f + 3 vectors what those tolerate. */
static size_t bulyan_bears(const bulyan *b, size_t count) {
    size_t f = (size_t)b->byzantine, most = count > 3 ? (count - 3) / 4 : 0;
    return f < most ? f : most;
}

static size_t bulyan_best(bulyan *b, size_t count, size_t f) {
    size_t best = count;
    double least = 0;
    for (size_t i = 0; i < count; i++) {
        if (b->chosen[i]) continue;
        double score = dt_aggregate_score(&b->distances, count, b->chosen, i, f);
        if (best < count && !(score < least)) continue;
        best = i;
        least = score;
    }
    return best;
}

static void bulyan_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    bulyan *b = state;
    size_t count = in->count, f = bulyan_bears(b, count), theta = count - 2 * f;
    dt_aggregate_measure(&b->distances, in, pool);
    if (b->room < count) {
        b->room = 2 * count;
        b->chosen = dt_arena_take(b->distances.run, b->room, sizeof *b->chosen);
    }
    for (size_t i = 0; i < count; i++) b->chosen[i] = false;
    for (size_t k = 0; k < theta; k++) b->chosen[bulyan_best(b, count, f)] = true;
    for (size_t i = 0; i < count; i++) weight[i] = b->chosen[i] ? 1 / (double)theta : 0;
}

/* The mean of the beta of theta sorted values that are closest to their median: the farther end goes, again and again. */
static double bulyan_middle(const float *sorted, size_t theta, size_t beta) {
    double median = gsl_stats_float_median_from_sorted_data(sorted, 1, theta), sum = 0;
    size_t low = 0, end = theta;
    while (end - low > beta) {
        if (median - sorted[low] > sorted[end - 1] - median) low++;
        else end--;
    }
    for (size_t i = low; i < end; i++) sum += sorted[i];
    return sum / (double)beta;
}

/* A NaN sorts as the largest number. */
static void bulyan_merge(const void *state, const dt_inputs *in, const double *weight, size_t first, size_t last, float *column,
                         float *out) {
    size_t f = bulyan_bears(state, in->count), theta = in->count - 2 * f;
    for (size_t e = first; e < last; e++) {
        size_t k = 0;
        for (size_t i = 0; i < in->count; i++)
            if (weight[i] > 0) column[k++] = isnan(in->x[i][e]) ? INFINITY : in->x[i][e];
        gsl_sort_float(column, 1, theta);
        out[e] = (float)bulyan_middle(column, theta, theta - 2 * f);
    }
}

/* The flops: distances, the comparisons of a sort, and the sum. */
static double bulyan_flops(const void *state, size_t count, size_t n) {
    double theta = (double)(count - 2 * bulyan_bears(state, count));
    return dt_aggregate_measure_flops(count, n) + (double)n * theta * (1 + log2(theta));
}

static const dt_param bulyan_params[] = {
    DT_INT_PARAM(bulyan, byzantine, 1, 0, 1e6,
                 "Byzantine vectors that the rule tolerates (f): that takes 4 f + 3 vectors (for 0: any number), and where faults leave "
                 "fewer, it tolerates as many as those allow"),
    { 0 }
};

const dt_aggregate_type dt_aggregate_bulyan = {
    .is = { "bulyan", "Krum again and again, then of every entry the mean of the values closest to the median; sizes do not count.",
            "El Mhamdi et al. 2018, section 4", bulyan_params, sizeof(bulyan) },
    .init = bulyan_init, .least = bulyan_least, .flops = bulyan_flops, .weigh = bulyan_weigh, .merge = bulyan_merge,
};
