/* whole.c - the whole gradient is one part, which leaves when the last backward is over: nothing overlaps with computing.
 * One would use it as the baseline of the others, or where a part costs much (overhead, many hops of latency).  It costs all of
 * the communication time in every step.
 * Source: Li et al. 2020, "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", section 3.2.1 (the naive
 * solution), doi:10.14778/3415478.3415530. */
#include "queue/queue.h"

static dt_status whole_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    size_t count = 0;
    (void)state;
    for (size_t l = 0; l < v->layers; l++) count += v->layer[l].params;
    if (count > 0) dt_queue_add(plan, (dt_queue_part){ 0, count, 0, v->layers - 1, 0 });
    return DT_OK;
}

const dt_queue_type dt_queue_whole = {
    .is = { .name = "whole", .brief = "The whole gradient in one piece, once backward is over: nothing overlaps.",
            .source = "Li et al. 2020, section 3.2.1" },
    .cut = whole_cut,
};
