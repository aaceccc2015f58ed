/* shards.c - samples are sorted by label and cut into workers * per_worker shards, which are dealt at random: few classes for
 * each worker.
 * When: FedAvg's pathological non-IID experiments are repeated.
 * Source: McMahan et al. 2017, section 3, the pathological non-IID partition (200 shards, 2 for each client; arXiv 1602.05629). */
#include "split/deal.h"
#include <gsl/gsl_randist.h>

typedef struct shards { long per_worker; } shards;

static dt_status shards_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                               uint32_t *worker_of, dt_arena *scratch) {
    size_t each = (size_t)((const shards *)state)->per_worker, *first, at = 0;
    uint32_t *order;
    if (each * workers > UINT32_MAX)
        return dt_fail_at(DT_EINVAL, "split.per_worker",
                          "expected at most as many shards as samples, got %zu shards for each of %zu workers", each,
                          workers);
    DT_TRY(dt_split_by_class(samples, &order, &first, scratch));
    uint32_t *dealt = dt_split_shuffled(each * workers, rng, scratch);
    for (size_t s = 0; s < each * workers; s++)
        for (size_t end = (s + 1) * samples->rows / (each * workers); at < end; at++)
            worker_of[order[at]] = dealt[s] / (uint32_t)each;
    return DT_OK;
}

static const dt_param shards_params[] = {
    DT_INT_PARAM(shards, per_worker, 2, 1, 1e4,
                 "shards that each worker gets; each shard holds samples of one or two classes, so 2 is strongly non-IID"),
    { 0 }
};

const dt_split_type dt_split_shards = {
    .is = { "shards", "Sorted by label and dealt in shards: few classes a worker.", "McMahan et al. 2017, section 3",
            shards_params, sizeof(shards) },
    .may_leave_empty = true, .drawn = true, .assign = shards_assign,
};
