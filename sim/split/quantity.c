/* quantity.c - labels are IID, sizes follow a power law: the k-th largest worker holds a share in proportion to k^-power.
 * When: workers have much and little data, but of the same kind.
 * Source: Li et al. 2022, "Federated Learning on Non-IID Data Silos: An Experimental Study", section 3.3 (quantity skew; arXiv
 * 2102.02079), with Zipf's law for the sizes.  Which worker is the k-th is drawn, so that size does not depend on rank. */
#include "split/deal.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct quantity { double power; } quantity;

static dt_status quantity_assign(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                                 uint32_t *worker_of, dt_arena *scratch) {
    const quantity *q = state;
    double *share = dt_arena_take(scratch, workers, sizeof *share);
    for (size_t k = 0; k < workers; k++) share[k] = pow((double)(k + 1), -q->power);
    gsl_ran_shuffle(rng, share, workers, sizeof *share);
    uint32_t *order = dt_split_shuffled(samples->rows, rng, scratch);
    dt_split_cut(order, samples->rows, share, workers, worker_of);
    return DT_OK;
}

static const dt_param quantity_params[] = {
    DT_REAL_PARAM(quantity, power, 1, 0, 20, "1",
                  "exponent of the power law of shard sizes; 0: all equal, larger: a few workers hold most samples"),
    { 0 }
};

const dt_split_type dt_split_quantity = {
    .is = { "quantity", "Sizes by a power law, labels alike.", "Li et al. 2022, section 3.3", quantity_params,
            sizeof(quantity) },
    .may_leave_empty = true, .drawn = true, .assign = quantity_assign,
};
