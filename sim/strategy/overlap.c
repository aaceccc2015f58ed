/* overlap.c - synchronous SGD whose gradients travel while layers are computed: the mean of a layer's gradient is on its way as
 * soon as its backward is over, and the next forward waits for its own layer alone (or, with a barrier, for all).  The room queue
 * says in which parts the gradient leaves, and which goes first.  The models are those of sgd.  Without servers no worker begins a
 * ring before the slowest can, as in Horovod; else queue = "whole" takes the time of sgd, too.
 * Without a barrier a step begins before it is known what the last one was worth: where seconds, bytes, epochs, flops, joules or
 * a loss end the run, and not rounds or steps, it has one round more than sgd.
 * It pays where communicating takes about as long as computing, and there are many layers.
 * Source: Peng et al. 2019, "A Generic Communication Scheduler for Distributed DNN Training Acceleration", section 4, DOI
 * 10.1145/3341301.3359642; Jayarajan et al. 2019, "Priority-based Parameter Propagation for Distributed DNN Training",
 * arXiv:1905.03960. */
#include "strategy/strategy.h"

static dt_status overlap_forward(dt_worker *w, size_t layers) {
    for (size_t i = 0, l; i < layers; i++) {
        DT_TRY(dt_step_next(w, &l));                                /* [time] a layer whose inputs and means are there */
        if (dt_step_complete(w)) DT_TRY(dt_step_end(w));            /* all have come: x = one step along the mean */
        DT_TRY(dt_step_forward(w, l));                              /* [time] */
    }
    return DT_OK;
}

static dt_status overlap_backward(dt_worker *w, size_t layers) {
    for (size_t l = layers; l-- > 0;) {
        DT_TRY(dt_step_backward(w, l));                             /* [time] */
        DT_TRY(dt_step_bring(w, l));                                /* what is ready asks for its turn to leave */
    }
    return DT_OK;
}

static dt_status overlap_work(void *state, dt_worker *w) {
    size_t layers = dt_step_layers(w);
    (void)state;
    dt_worker_report(w, 0, 1);
    for (;;) {
        if (dt_step_blocks(w)) DT_TRY(dt_step_end(w));              /* [time] else the next step begins before this one ends */
        if (!dt_worker_goes_on(w)) break;
        for (long batches = dt_step_begin(w); batches > 0; batches--) {
            DT_TRY(overlap_forward(w, layers));
            DT_TRY(overlap_backward(w, layers));
        }
    }
    return dt_step_end(w);
}

static dt_status overlap_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_layered_fit(scenario);
}

static const dt_metric overlap_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_overlap = {
    .is = { .name = "overlap", .brief = "Synchronous SGD, layer by layer: gradients travel while others are computed (DDP, BytePS).",
            .source = "Peng et al. 2019, section 4; Jayarajan et al. 2019" },
    .faults = "hosts do not fail, as layers in time do not support that yet: crash, availability, battery and links that go off are "
              "refused; messages may be lost, and links change their speed; faults.deadline has nothing to wait for",
    .columns = overlap_columns, .tables = dt_layered_tables, .averages = true, .agrees = true, .replicates = true, .layered = true, .labels = true,
    .fits = overlap_fits, .timeless = dt_role_timeless, .work = overlap_work,
};
