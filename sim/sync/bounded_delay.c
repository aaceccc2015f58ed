/* bounded_delay.c - the consistency of the parameter server: an iteration may begin when all that began a few iterations
 * earlier have ended.
 * Workers begin their iterations when those of ssp with as much staleness do.  The difference is what their gradients become:
 * ssp applies each as a step of its own when it comes, so that a fast worker moves the model before the slow ones have come to
 * that iteration.  Here the gradients of one iteration wait for each other and make one step along their mean, as with bsp:
 * the model goes through whole iterations one after another, each worker counts once in each, and any aggregation rule can be
 * used; a gradient is computed on a model that lacks at most so many of these steps.
 * When to use it: stragglers that change from step to step, which the delay absorbs.  What breaks it: a worker that is always
 * slower, and a long delay with a high learning rate: for a quadratic of curvature 1, steps along gradients that are all d
 * steps old are stable only below a rate of 2 sin(pi / (4 d + 2)).
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", section 3.5 (figure 5) and
 * algorithm 3; delay 0 is their sequential consistency. */
#include "sync/sync.h"

typedef struct bounded_delay { long delay; } bounded_delay;

static long bounded_delay_lead(const void *state, const dt_sync_clocks *clocks, size_t worker) {
    (void)clocks;
    (void)worker;
    return ((const bounded_delay *)state)->delay;
}

static const dt_param bounded_delay_params[] = {
    DT_INT_PARAM(bounded_delay, delay, 1, 0, 1000, "maximal delay (tau of the paper): a worker may begin an iteration before the "
                 "so many that precede it have ended at all workers; 0: as bsp.  A server keeps so many gradients of a worker and "
                 "one more"),
    { 0 }
};

const dt_sync_type dt_sync_bounded_delay = {
    .is = { "bounded_delay", "Bounded delay: iterations overlap by a few, and each stays one step along the mean of all gradients.",
            "Li et al. 2014, section 3.5 and algorithm 3", bounded_delay_params, sizeof(bounded_delay) },
    .lead = bounded_delay_lead, .merges = true,
};
