/* random.c - layers go in an order that is drawn anew for each step, and is the same for all workers.
 * One would use it to see what an order is worth: a graph of operations without priorities starts its transfers in some arbitrary
 * order, the baseline that TicTac improves.  On the mean it is a little better than fifo (by 2 % for VGG16 at
 * 10 Gb/s), and it varies from step to step.
 * Source: Hashemi, Abdu Jyothi, Campbell 2019, "TicTac: Accelerating Distributed Deep Learning with Communication Scheduling",
 * SysML, section 2.2, arXiv:1803.03288. */
#include "queue/queue.h"
#include <gsl/gsl_randist.h>

typedef struct draw { double piece; } draw;

static dt_status random_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    dt_queue_pieces(v, ((const draw *)state)->piece, true, plan);
    return DT_OK;
}

/* A permutation of the layers that have parameters; the pieces of one follow each other in the plan. */
static void random_again(const void *state, dt_rng *rng, dt_queue_plan *plan) {
    dt_arena_mark mark = dt_arena_here(plan->run);
    size_t layers = 0;
    (void)state;
    if (plan->parts == 0) return;
    long *turn = dt_arena_take(plan->run, plan->parts, sizeof *turn);
    for (size_t i = 0; i < plan->parts; i++)
        if (i == 0 || plan->part[i].from != plan->part[i - 1].from) turn[layers] = (long)layers, layers++;
    gsl_ran_shuffle(rng, turn, layers, sizeof *turn);
    for (size_t i = 0, l = 0; i < plan->parts; i++) {
        if (i > 0 && plan->part[i].from != plan->part[i - 1].from) l++;
        plan->part[i].priority = turn[l];
    }
    dt_arena_release(plan->run, mark);
}

static const dt_param random_params[] = {
    DT_REAL_PARAM(draw, piece, 0, 0, 1e15, "B", "layers are cut into pieces of at most this size; 0: each layer is one piece"),
    { 0 }
};

const dt_queue_type dt_queue_random = {
    .is = { "random", "Layers go in an order that is drawn anew for each step: the baseline of TicTac.",
            "Hashemi et al. 2019, section 2.2", random_params, sizeof(draw) },
    .cut = random_cut, .again = random_again,
};
