/* krum.c - the vector that lies closest to its neighbours, or the mean of several such: one far from all is never chosen.
 * When: some workers may be Byzantine.  What breaks: it discards the other vectors, so with honest workers that differ (small
 * batches, non-IID data) the model moves by the noise of one worker; multi averages several.
 * Source: Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", section 4 (arXiv
 * 1703.02757): the score of i is the sum of ||x_i - x_j||^2 over its count - f - 2 closest others; the smallest score is chosen,
 * of equal ones the first. */
#include "aggregate/distances.h"

typedef struct krum {
    long    byzantine, multi;       /* f, m */
    dt_aggregate_distances distances;
    double *score;                  /* [room] */
    size_t  room;
} krum;

static void krum_init(void *state, dt_arena *run) { ((krum *)state)->distances.run = run; }

static size_t krum_least(const void *state) {
    const krum *k = state;
    size_t bears = k->byzantine > 0 ? 2 * (size_t)k->byzantine + 3 : 1, takes = (size_t)k->multi;
    return bears > takes ? bears : takes;
}

static void krum_weigh(void *state, const dt_inputs *in, double *weight, dt_pool *pool) {
    krum *k = state;
    size_t count = in->count, taken = (size_t)k->multi < count ? (size_t)k->multi : count;
    dt_aggregate_measure(&k->distances, in, pool);
    if (k->room < count) {
        k->room = 2 * count;
        k->score = dt_arena_take(k->distances.run, k->room, sizeof *k->score);
    }
    for (size_t i = 0; i < count; i++) {
        k->score[i] = dt_aggregate_score(&k->distances, count, NULL, i, (size_t)k->byzantine);
        weight[i] = 0;
    }
    for (size_t m = 0, best = 0; m < taken; m++) {
        for (best = 0; weight[best] > 0; best++) continue;
        for (size_t i = best + 1; i < count; i++)
            if (weight[i] == 0 && k->score[i] < k->score[best]) best = i;
        weight[best] = 1 / (double)taken;
    }
}

static double krum_flops(const void *state, size_t count, size_t n) {
    return dt_aggregate_measure_flops(count, n) + 2 * (double)((const krum *)state)->multi * (double)n;
}

static const dt_param krum_params[] = {
    DT_INT_PARAM(krum, byzantine, 1, 0, 1e6,
                 "Byzantine vectors that the rule tolerates (f): that takes 2 f + 3 vectors (for 0: any "
                 "number), and where faults leave fewer, it tolerates as many as those allow"),
    DT_INT_PARAM(krum, multi, 1, 1, 1e6, "vectors with the smallest scores whose mean is taken (m of Multi-Krum)"),
    { 0 }
};

const dt_aggregate_type dt_aggregate_krum = {
    .is = { "krum", "The vector closest to its neighbours, or the mean of several; sizes do not count.",
            "Blanchard et al. 2017, section 4", krum_params, sizeof(krum) },
    .init = krum_init, .least = krum_least, .flops = krum_flops, .weigh = krum_weigh,
};
