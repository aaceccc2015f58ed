/* bsp.c - bulk synchronous parallel: every worker waits for all others, and an iteration is one step on the mean of their
 * gradients.
 * Source: Valiant 1990, "A Bridging Model for Parallel Computation"; in a parameter server: Li et al. 2014, figure 5 (a). */
#include "sync/sync.h"

static long bsp_lead(const void *state, const dt_sync_clocks *clocks, size_t worker) {
    (void)state;
    (void)clocks;
    (void)worker;
    return 0;
}

const dt_sync_type dt_sync_bsp = {
    .is = { .name = "bsp", .brief = "Bulk synchronous: all wait for all, one step on the mean of their gradients.",
            .source = "Valiant 1990; Li et al. 2014, figure 5 (a)" },
    .lead = bsp_lead, .merges = true,
};
