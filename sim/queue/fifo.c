/* fifo.c - first in, first out: each layer's gradient leaves when its backward is over, behind those that were ready before.
 * This is wait-free backpropagation, what frameworks do by default.  One would use it as the baseline of priorities.  The
 * gradient of the first layer is ready last and needed first, and waits behind all others: large last layers (VGG's fully
 * connected ones) delay the next forward.  With pieces an exchange in stages (push, then pull) becomes a pipeline, at overhead
 * for each of them.
 * Source: Zhang et al. 2017, "Poseidon", USENIX ATC, section 3.1, arXiv:1706.03292; as a baseline: Peng et al. 2019, "A Generic
 * Communication Scheduler for Distributed DNN Training Acceleration", SOSP, section 2.2, doi:10.1145/3341301.3359642. */
#include "queue/queue.h"

typedef struct fifo { double piece; } fifo;

static dt_status fifo_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    dt_queue_pieces(v, ((const fifo *)state)->piece, false, plan);
    return DT_OK;
}

static const dt_param fifo_params[] = {
    DT_REAL_PARAM(fifo, piece, 0, 0, 1e15, "B", "layers are cut into pieces of at most this size; 0: each layer is one piece"),
    { 0 }
};

const dt_queue_type dt_queue_fifo = {
    .is = { "fifo", "Each layer's gradient leaves when it is ready, and none overtakes another.", "Zhang et al. 2017, section 3.1",
            fifo_params, sizeof(fifo) },
    .cut = fifo_cut,
};
