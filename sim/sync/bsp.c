/* bsp.c - bulk synchronous parallel: a barrier ends every iteration, which is one step along the mean of the gradients.
 * When to use it: workers of equal speed; the losses are those of synchronous SGD.  What breaks it: one straggler, for which
 * all wait.
 * Source: Valiant 1990, "A Bridging Model for Parallel Computation"; in a parameter server: Li et al. 2014, figure 5 (a). */
#include "sync/sync.h"

static long bsp_lead(const void *state, const dt_sync_clocks *clocks, size_t worker) {
    (void)state;
    (void)clocks;
    (void)worker;
    return 0;
}

const dt_sync_type dt_sync_bsp = {
    .is = { .name = "bsp", .brief = "Bulk synchronous: a barrier after every iteration, one step along the mean of all gradients.",
            .source = "Valiant 1990; Li et al. 2014, figure 5 (a)" },
    .lead = bsp_lead, .merges = true,
};
