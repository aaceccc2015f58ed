/* onebit_adam.c - data-parallel Adam whose workers first exchange gradients in full, and then, while the second moment stays as it is,
 * compressed first moments: 1-bit Adam with compress = { "sign", twice = true }, whose sums are encoded again by whoever forms them,
 * with an error memory of its own.
 * When to use it: Adam over slow links.  Adam's step is not linear in the gradient, so that errors fed back into compressed gradients
 * do not cancel; once the second moment is a constant it is linear in the first moment, and they do.
 * What breaks it: a warm-up that ends before the second moment has settled (the paper has 15 to 20 % of all steps); a model whose second
 * moment goes on changing; dropping the memories of the errors.
 * Entries that had no gradient during the warm-up stay where they are.  The first moment's bias is corrected by the number of steps,
 * the second moment's by that of the warm-up, alike for all.  Where all workers fail at once, the warm-up begins anew.
 * With other optimisers it is the same: sgd has its velocity for first moment, and none to scale it by.  A compressor that loses
 * nothing makes it the optimiser itself, with a second moment that is frozen.
 * Source: Tang et al. 2021, "1-bit Adam: Communication Efficient Large-Scale Training with Adam's Convergence Speed", ICML,
 * arXiv:2102.02888, Algorithm 1; in BAGUA's C_LP_S: Gan et al. 2021, arXiv:2107.01499. */
#include "strategy/strategy.h"

enum { GRADIENT, MOMENT };              /* vectors of a worker */

typedef struct onebit_adam { long warmup; } onebit_adam;

static dt_status onebit_adam_work(void *state, dt_worker *w) {
    const onebit_adam *s = state;
    dt_worker_report(w, 0, 1);
    while (dt_worker_goes_on(w)) {
        dt_vec *g = dt_worker_vector(w, GRADIENT), *m = dt_worker_vector(w, MOMENT), *mean;
        dt_outcome outcome;
        DT_TRY(dt_worker_gradient(w, NULL, DT_NEXT, g));                    /* [time] */
        w->dense = dt_worker_warms(w, s->warmup);
        if (!w->dense) dt_worker_moment(w, g, m);                           /* m_i = b1 m + (1 - b1) g_i */
        DT_TRY(dt_worker_mean(w, w->dense ? g : m, NULL, w->batch_samples, &mean, &outcome));       /* [time] m = the mean */
        dt_worker_apply_moment(w, mean, &outcome, s->warmup);               /* x -= rate m / (sqrt(v) + eps) */
        dt_vec_drop(mean);
        DT_TRY(dt_worker_mark(w, 0));
    }
    return DT_OK;
}

static dt_status onebit_adam_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_take_over(w);                                          /* [time] */
}

static dt_status onebit_adam_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_replica_fit_moments(scenario, "onebit_adam");
}

static const dt_param onebit_adam_params[] = {
    DT_INT_PARAM(onebit_adam, warmup, 100, 1, 1e9, "first steps, in which gradients are exchanged without compression and the second moment "
                 "settles: 15 to 20 % of all steps"),
    { 0 }
};

static const dt_metric onebit_adam_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_onebit_adam = {
    .is = { "onebit_adam", "Adam whose second moment is frozen after a warm-up; from then on compressed first moments travel (1-bit Adam).",
            "Tang et al. 2021, Algorithm 1", onebit_adam_params, sizeof(onebit_adam) },
    .faults = "with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without "
              "them; a recovered worker takes the model and the optimiser's memory of another one, and contributes nothing to the "
              "next all-reduce",
    .columns = onebit_adam_columns, .averages = true, .agrees = true, .replicates = true, .fits = onebit_adam_fits,
    .timeless = dt_role_timeless, .work = onebit_adam_work, .rejoin = onebit_adam_rejoin,
};
