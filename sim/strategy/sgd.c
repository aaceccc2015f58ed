/* sgd.c - synchronous data-parallel SGD: all workers hold the same model and take one step along the mean of their gradients,
 * whatever the optimiser, as in PyTorch's DistributedDataParallel or Horovod.  A gradient counts by the samples of its
 * batch, so the mean is the gradient of the batches together, and compressors see gradients.
 * With batch = 0 this is distributed gradient descent (DGD, tau = 1), which equals gradient descent exactly.
 * Source: Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 3; Wang et al. 2018, "When Edge Meets Learning",
 * section III. */
#include "strategy/strategy.h"

static dt_status sgd_work(void *state, dt_worker *w) {
    (void)state;
    dt_worker_report(w, 0, 1);
    while (dt_worker_goes_on(w)) {
        dt_vec *g = dt_worker_vector(w, 0), *mean;
        dt_outcome outcome;
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));                        /* [time] g_i of m_i samples at x */
        DT_TRY(dt_worker_mean(w, g, NULL, w->batch_samples, &mean, &outcome));  /* [time] g = sum_i (m_i / m) g_i */
        dt_worker_apply(w, mean, &outcome);                                     /* x = one step along g */
        dt_vec_drop(mean);
        DT_TRY(dt_worker_mark(w, 0));
    }
    return DT_OK;
}

static const dt_metric sgd_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

/* A recovered worker goes on with the model and the optimiser's memory of another one. */
static dt_status sgd_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_take_over(w);                                              /* [time] */
}

const dt_strategy_type dt_strategy_sgd = {
    .is = { .name = "sgd", .brief = "Synchronous data-parallel SGD: an all-reduce of the gradients before every step (batch_size = 0: gradient descent).",
            .source = "Goyal et al. 2017; Wang et al. 2018, section III" },
    .faults = "with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without "
              "them; a recovered worker takes the model and the optimiser's memory of another one, and contributes nothing to the "
              "next all-reduce",
    .columns = sgd_columns, .averages = true, .agrees = true, .replicates = true, .timeless = dt_role_timeless, .work = sgd_work, .rejoin = sgd_rejoin,
};
