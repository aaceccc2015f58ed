/* async.c - asynchronous: no worker waits for another, and every gradient is applied when it comes.
 * When to use it: with heavy stragglers.  What breaks it: nothing bounds the age of a gradient, and old gradients with a high
 * learning rate make the loss diverge.
 * Source: Dean et al. 2012, "Large Scale Distributed Deep Networks", section 4.1 (Downpour SGD). */
#include "sync/sync.h"

static long async_lead(const void *state, const dt_sync_clocks *clocks, size_t worker) {
    (void)state;
    (void)clocks;
    (void)worker;
    return LONG_MAX;
}

const dt_sync_type dt_sync_async = {
    .is = { .name = "async", .brief = "Asynchronous: no barrier; each gradient is a step when it comes, with lr times its share of the workers' samples.",
            .source = "Dean et al. 2012, section 4.1" },
    .lead = async_lead,
};
