/* iid.c - the IID partition: all workers draw from the same distribution; samples are shuffled and cut into equal pieces.
 * When: data centres that shuffle their data, or as the baseline of a non-IID partition.
 * Source: McMahan et al. 2017, section 3, the IID partition (arXiv 1602.05629). */
#include "split/deal.h"

static dt_status iid_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                            uint32_t *worker_of, dt_arena *scratch) {
    (void)state;
    uint32_t *order = dt_split_shuffled(samples->rows, rng, scratch);
    dt_split_cut(order, samples->rows, NULL, workers, worker_of);
    return DT_OK;
}

const dt_split_type dt_split_iid = {
    .is = { .name = "iid", .brief = "IID partition: samples are shuffled and cut into equal pieces.",
            .source = "McMahan et al. 2017, section 3" },
    .drawn = true, .assign = iid_assign,
};
