/* tic.c - timing-independent communication scheduling: a layer whose forward pass needs few transfers goes before one that needs many.
 * One would use it on a graph of layers (column after of a profile) where no times are known: of every branch, what is near the
 * input goes first.  On a chain of layers it is the order of the layers, as priority.  It does not see that one transfer takes longer
 * than another, nor what a transfer lets be computed.
 * A transfer's priority is the least number of transfers that any operation waits for which needs it; as those that follow need no
 * less, that is the number that its own layer needs.  (The paper leaves out operations that need one transfer alone, whose order with
 * the next is then drawn; here they go first.)  Equal numbers go in the order of the table.
 * Source: Hashemi, Abdu Jyothi, Campbell 2019, "TicTac: Accelerating Distributed Deep Learning with Communication Scheduling", SysML,
 * section 4.2, arXiv:1803.03288. */
#include "queue/needs.h"

typedef struct tic { double piece; } tic;

static dt_status tic_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    dt_queue_needs n;
    dt_arena *scratch = dt_arena_new(0);
    dt_queue_pieces(v, ((const tic *)state)->piece, true, plan);
    dt_status status = dt_queue_needs_of(v, &n, scratch);
    for (size_t k = 0; status == DT_OK && k < plan->parts; k++) {
        size_t l = plan->part[k].from, transfers = 0;
        for (size_t w = 0; w < n.words; w++) transfers += (size_t)__builtin_popcountll(n.need[l * n.words + w]);
        plan->part[k].priority = (long)(transfers * n.layers + l);
    }
    dt_arena_free(scratch);
    return status;
}

static const dt_param tic_params[] = {
    DT_REAL_PARAM(tic, piece, 0, 0, 1e15, "B", "layers are cut into pieces of at most this size; 0: each layer is one piece, as in TicTac"),
    { 0 }
};

const dt_queue_type dt_queue_tic = {
    .is = { "tic", "Layers that need the fewest transfers go first, on their graph, whatever the times: TicTac's TIC.",
            "Hashemi et al. 2019, section 4.2", tic_params, sizeof(tic) },
    .cut = tic_cut,
};
