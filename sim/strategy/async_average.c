/* async_average.c - local SGD that never waits: while a worker trains, a hand beside it averages the models of all; when the mean has
 * come, the worker adds to its model what the mean differs by from the model that it had given.
 * When to use it: stragglers, or links so slow that averages would be waited for: the steps of the others take as long as they do
 * alone.
 * What breaks it: averages that are many steps late on their way, or come from workers of very different speeds: the models drift
 * apart as with a long period, and a step along an old mean may undo newer ones.
 * A worker starts an average between two steps.  The slowest worker sets how often there is one; nobody's steps wait for it.
 * Source: Gan et al. 2021, "BAGUA: Scaling up Distributed Learning with System Relaxations", PVLDB 15(4), arXiv:2107.01499 (Async);
 * a background thread that averages models is that of Zhang, Choromanska, LeCun 2015, arXiv:1412.6651, without a centre. */
#include "strategy/strategy.h"
#include <math.h>

typedef struct async_average { double interval; } async_average;

static dt_status async_average_work(void *state, dt_worker *w) {
    const async_average *s = state;
    double next_s = 0;
    dt_worker_report(w, 0, 0);
    while (dt_worker_goes_on(w)) {
        long age;
        if (!dt_worker_averages(w) && dt_worker_now(w) >= next_s) {
            next_s = dt_worker_now(w) + s->interval;
            DT_TRY(dt_worker_begin_average(w));         /* the hand begins to average x_i */
        }
        DT_TRY(dt_worker_local(w, 1));                  /* [time] x_i - rate * g(x_i) */
        DT_TRY(dt_worker_take_average(w, &age));        /* x_i += mean - the x_i that it is the mean of */
        if (age >= 0) dt_worker_report(w, 0, (double)age);
        DT_TRY(dt_worker_mark(w, NAN));
    }
    dt_worker_end_average(w);
    return DT_OK;
}

static dt_status async_average_fits(const void *state, const dt_config *scenario) {
    (void)state;
    return dt_background_fit(scenario);
}

static const dt_param async_average_params[] = {
    DT_REAL_PARAM(async_average, interval, 0, 0, 1e9, "s", "least time between the beginnings of two averages; 0: one begins as soon as the "
                  "last is over"),
    { 0 }
};

static const dt_metric async_average_columns[] = {
    { { "average_age", DT_COLUMN_REAL, "1", "steps that a worker had taken since it gave its model to the newest average that has come" },
      "age of averages (steps)", DT_BETTER_UNSAID, 0 },
    { .label = NULL }
};

const dt_strategy_type dt_strategy_async_average = {
    .is = { "async_average", "Workers that never wait: models are averaged in the background while they train (BAGUA's Async).",
            "Gan et al. 2021", async_average_params, sizeof(async_average) },
    .faults = "hosts do not fail, as averages in the background do not support that yet: crash, availability, battery and links that go "
              "off are refused; messages may be lost, and links change their speed; faults.deadline has nothing to wait for",
    .columns = async_average_columns, .averages = true, .own_rounds = true, .judged = DT_JUDGED_MEAN_NOW, .fits = async_average_fits,
    .work = async_average_work,
};
