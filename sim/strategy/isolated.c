/* isolated.c - every worker trains its own model on its own samples, and sends nothing.
 * When to use it: as the baseline that any strategy with communication has to beat, above all with non-IID samples.
 * What breaks it: few samples a worker.  Every worker's own model is evaluated: loss and accuracy are means of the workers'
 * scores.
 * Source: Smith et al. 2017, "Federated Multi-Task Learning", arXiv:1705.10467, section 5 (local models). */
#include "strategy/strategy.h"
#include <math.h>
#include <string.h>

static dt_status isolated_work(void *state, dt_worker *w) {
    (void)state;
    while (dt_worker_goes_on(w)) {
        DT_TRY(dt_worker_local(w, 1));              /* [time] w_i = w_i - rate * g_i(w_i) */
        DT_TRY(dt_worker_mark(w, NAN));
    }
    return DT_OK;
}

/* No byte is ever sent, and there is no common model. */
static dt_status isolated_fits(const void *state, const dt_config *scenario) {
    (void)state;
    const dt_config *bytes = dt_config_at(scenario, "stop.bytes"), *every = dt_config_at(scenario, "evaluate.bytes");
    if (bytes != NULL && bytes->number > 0)
        return dt_fail_at(DT_EINVAL, "stop.bytes", "isolated workers send nothing: expected stop.steps, rounds, epochs or seconds");
    if (every != NULL && every->number > 0)
        return dt_fail_at(DT_EINVAL, "evaluate.bytes",
                          "isolated workers send nothing: expected evaluate.rounds, steps, epochs or seconds");
    if (dt_config_at(scenario, "faults.stragglers") != NULL && dt_config_at(scenario, "faults.stragglers.delay") == NULL)
        return dt_fail_at(DT_EINVAL, "faults.stragglers.delay", "an isolated worker that stays away for ever leaves no model to evaluate: expected a time");
    const dt_config *keep = dt_config_get(scenario, "keep");
    if (keep != NULL && strcmp(keep->text, "model") == 0)
        return dt_fail_at(DT_EINVAL, "keep", "isolated workers have no common model that could be kept: expected \"nothing\"");
    return DT_OK;
}

const dt_strategy_type dt_strategy_isolated = {
    .is = { .name = "isolated", .brief = "Every worker trains alone and sends nothing; evaluations are the mean of the "
            "workers' scores.",
            .source = "Smith et al. 2017, section 5" },
    .faults = "with faults: no worker waits for another (faults.deadline delays only evaluations); a worker that recovers before the "
              "first worker has ended goes on from its last finished step, without momentum",
    .own_rounds = true, .judged = DT_JUDGED_EACH, .fits = isolated_fits, .timeless = dt_role_timeless, .work = isolated_work,
};
