/* contiguous.c - rows in the order of the file, cut into one block for each worker.
 * When: the order of the file says who produced a row, or shards of given sizes are asked for.
 * Source: standard. */
#include "split/deal.h"

typedef struct contiguous { dt_list sizes; } contiguous;

static dt_status contiguous_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                                   uint32_t *worker_of, dt_arena *scratch) {
    const contiguous *c = state;
    (void)rng;
    if (c->sizes.count != 0 && c->sizes.count != workers)
        return dt_fail_at(DT_EINVAL, "split.sizes", "expected %zu sizes, one for each worker, got %zu", workers, c->sizes.count);
    uint32_t *order = dt_split_rows(samples->rows, scratch);
    dt_split_cut(order, samples->rows, c->sizes.count != 0 ? c->sizes.item : NULL, workers, worker_of);
    return DT_OK;
}

static const dt_param contiguous_params[] = {
    DT_LIST_PARAM(contiguous, sizes, NULL, 1e-9, 1e12, "1", "sizes of the blocks, in proportion; none: equal"),
    { 0 }
};

const dt_split_type dt_split_contiguous = {
    .is = { "contiguous", "Blocks of rows in the order of the file.", "standard", contiguous_params,
            sizeof(contiguous) },
    .may_leave_empty = true, .assign = contiguous_assign,
};
