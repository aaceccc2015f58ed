/* priority.c - pieces of the layers that the next forward needs first overtake those that are needed later.
 * One would use it without a barrier, where communication takes about as long as computing: the first layers are ready last and
 * needed first, and their pieces go ahead of what still waits.  What has left cannot be preempted, so pieces and credit must be
 * small enough to overtake, and large enough that overhead (and, in a ring, its 2 (p - 1) latencies) of each piece stays small.
 * Source: Peng et al. 2019, "A Generic Communication Scheduler for Distributed DNN Training Acceleration" (ByteScheduler), SOSP,
 * section 4, doi:10.1145/3341301.3359642; with slices of 50 000 parameters: Jayarajan et al. 2019, "Priority-based Parameter
 * Propagation for Distributed DNN Training" (P3), SysML, section 4, arXiv:1905.03960. */
#include "queue/queue.h"

typedef struct priority { double piece; } priority;

static dt_status priority_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    dt_queue_pieces(v, ((const priority *)state)->piece, true, plan);
    return DT_OK;
}

static const dt_param priority_params[] = {
    DT_REAL_PARAM(priority, piece, 0, 0, 1e15, "B",
                  "layers are cut into pieces of at most this size; 0: each layer is one piece, which cannot be overtaken once it "
                  "has left"),
    { 0 }
};

const dt_queue_type dt_queue_priority = {
    .is = { "priority", "Pieces of the layers that are needed first overtake the others.", "Peng et al. 2019, section 4",
            priority_params, sizeof(priority) },
    .cut = priority_cut,
};
