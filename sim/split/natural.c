/* natural.c - every worker holds what its device produced; owner k belongs to worker k mod workers.
 * Source: Caldas et al. 2018, "LEAF: A Benchmark for Federated Settings". */
#include "split/deal.h"

static dt_status natural_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                                uint32_t *worker_of, dt_arena *scratch) {
    (void)state;
    (void)rng;
    (void)scratch;
    if (samples->owner == NULL)
        return dt_fail_at(DT_EINVAL, "split", "the data does not say which device a sample comes from; natural needs "
                          "\"synthetic\", or a file with data.owner set");
    for (size_t i = 0; i < samples->rows; i++) worker_of[i] = (uint32_t)((size_t)samples->owner[i] % workers);
    return DT_OK;
}

const dt_split_type dt_split_natural = {
    .is = { .name = "natural", .brief = "By the device that produced each sample.",
            .source = "Caldas et al. 2018 (LEAF)" },
    .assign = natural_assign,
};
