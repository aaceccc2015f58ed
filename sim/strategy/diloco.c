/* diloco.c - local SGD with an outer optimiser: workers take period steps by themselves, and then all take one step of the outer
 * optimiser along the mean of their changes.
 * When to use it: data centres, or islands of accelerators, with slow links between them: it sends 1 / period of what synchronous SGD
 * does, and the outer momentum makes up for much of what a plain mean loses.
 * What breaks it: as local SGD, a long period with a high rate or non-IID samples.
 * The inner optimiser, AdamW in the paper, keeps its memory between rounds.  The outer one is the key server_optimiser; without the key
 * it is that of the paper, Nesterov momentum 0.9 at a rate of 0.7.  A change counts by the samples of its worker.
 * With plain momentum outside, server_optimiser = { "sgd", lr = alpha, momentum = beta }, and a constant rate it is SlowMo (Wang et al.
 * 2020, arXiv:1910.00643), which divides each change by the rate of its round: system = "slowmo".
 * Source: Douillard et al. 2023, "DiLoCo: Distributed Low-Communication Training of Language Models", arXiv:2311.08105, Algorithm 1. */
#include "strategy/strategy.h"

typedef struct diloco { long period; } diloco;

static dt_status diloco_work(void *state, dt_worker *w) {
    const diloco *s = state;
    while (dt_worker_goes_on(w)) {
        long local_steps = dt_monitor_steps(w->monitor, w->step, s->period);
        dt_vec *change = dt_worker_vector(w, 0), *mean;
        dt_outcome outcome;
        dt_worker_report(w, 0, (double)local_steps);
        DT_TRY(dt_worker_local(w, local_steps));                                    /* [time] x_i, from x_t */
        dt_vec_blend(change, 1, w->base, -1, w->x);
        dt_worker_adopt(w, w->base);
        DT_TRY(dt_worker_mean(w, change, NULL, (double)w->samples, &mean, &outcome));       /* [time] mean of x_t - x_i */
        dt_worker_apply(w, mean, &outcome);                                         /* x_t+1 = an outer step along it */
        dt_vec_drop(mean);
        DT_TRY(dt_worker_mark(w, outcome.consensus_distance));
    }
    return DT_OK;
}

static dt_status diloco_rejoin(void *state, dt_worker *w) {
    (void)state;
    return dt_worker_take_over(w);                                                  /* [time] */
}

static const dt_param diloco_params[] = {
    DT_INT_PARAM(diloco, period, 10, 1, 1e9, "local steps between two outer steps (H; 500 in the paper): a longer period sends less, and lets the models drift apart"),
    { 0 }
};

static const dt_metric diloco_columns[] = { DT_LOCAL_STEPS, { .label = NULL } };

const dt_strategy_type dt_strategy_diloco = {
    .is = { "diloco", "Local steps of an inner optimiser, then one step of an outer one along the mean change (DiLoCo).",
            "Douillard et al. 2023, Algorithm 1", diloco_params, sizeof(diloco) },
    .faults = "with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes on without "
              "them; a recovered worker takes the model and the outer optimiser's memory of another one, begins its inner optimiser "
              "anew, and contributes nothing to the next all-reduce",
    .columns = diloco_columns, .averages = true, .agrees = true, .replicates = true, .outer = true,
    .outer_preset = "{\"name\":\"sgd\",\"lr\":0.7,\"momentum\":0.9,\"nesterov\":true}", .timeless = dt_role_timeless, .work = diloco_work, .rejoin = diloco_rejoin,
};
