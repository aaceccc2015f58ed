/* coded.c - synchronous SGD whose gradients come as the words of a code: a server waits for as many words as determine the gradient,
 * decodes it and takes the step.
 * When to use it: some workers are slow or lie, and computing more is cheaper than waiting or than a robust aggregation rule.  The code
 * "none" makes it the baselines: the naive master that waits for all, the one that ignores stragglers, and robust aggregation
 * of gradients.
 * What breaks it: more stragglers or liars than the code bears.  Late workers that finish first (late = "finish") miss the next
 * iteration too, and use up what the code bears.
 * Source: Tandon et al. 2017, "Gradient Coding: Avoiding Stragglers in Distributed Learning", arXiv:1612.03301; Chen et al. 2018,
 * "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients", arXiv:1803.09877. */
#include "strategy/strategy.h"
#include <math.h>
#include <string.h>

typedef struct coded { const char *late; } coded;

static dt_status coded_compute(void *state, dt_worker *w) {
    (void)state;
    DT_TRY(dt_worker_fetch(w));                             /* [time] x_t */
    DT_TRY(dt_coding_compute(w));                           /* [time] the gradients of its parts, and its word */
    return dt_coding_send(w);                               /* [time] */
}

static dt_status coded_serve(void *state, dt_server *s) {
    const coded *c = state;
    dt_coding *coding = dt_coding_new(s);
    dt_late late = strcmp(c->late, "leave") == 0 ? DT_LATE_LEAVE : DT_LATE_FINISH;
    const float *g;
    while (dt_server_goes_on(s)) {
        dt_status status = dt_coding_gather(coding, late, coded_compute, state);        /* [time] words that are enough */
        if (status == DT_EOVER) break;
        DT_TRY(status);
        DT_TRY(dt_coding_decode(coding, &g));                                           /* [time] g = sum of all parts */
        dt_server_step(s, g);                                                           /* x_t+1 = x_t - rate g */
        DT_TRY(dt_server_mark(s, NAN));
    }
    dt_server_finish(s);
    return DT_OK;
}

static dt_status coded_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_coding_fit(scenario);
}

static const dt_param coded_params[] = {
    DT_CHOICE_PARAM(coded, late, "leave", "leave|finish", "what workers do that have not sent their word when the others go on; leave: they break off "
                    "at once, and begin the next iteration with the others; finish: they finish, their word is dropped, and they "
                    "begin the iteration that is then in progress"),
    { 0 }
};

const dt_strategy_type dt_strategy_coded = {
    .is = { "coded", "Synchronous SGD on gradients that are decoded from the words of a code, for stragglers and Byzantine workers.",
            "Tandon et al. 2017; Chen et al. 2018 (DRACO)", coded_params, sizeof(coded) },
    .faults = "with faults: a failed worker is a missing word; if the code does not bear it, the server waits for it until faults.deadline, "
              "asks whoever is there for the words that are missing, and the run ends as undecodable when nobody can send them; with "
              "code = \"none\" it goes on without them",
    .columns = dt_coding_columns, .codes = true, .fits = coded_fits, .serve = coded_serve,
};
