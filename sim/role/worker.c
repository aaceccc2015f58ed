/* worker.c - models, rounds and evaluations of one worker. */
#include "role/gradient.h"
#include "role/guard.h"
#include "role/secret.h"
#include "role/steps.h"
#include "engine/failure.h"
#include <math.h>
#include <string.h>

dt_status dt_worker_open(dt_worker *w, long rank, const dt_learning *l, const dt_pace *pace, const dt_team *team,
                         dt_monitor *monitor, dt_vec *x, dt_arena *run) {
    const dt_shards *shards = l->shards;
    *w = (dt_worker){ .rank = rank, .port = team->group.port[rank], .learning = l, .pace = pace, .team = team,
                      .monitor = monitor, .run = run, .factor = monitor->factor, .rated = -1, .loss = NAN };
    w->x = dt_vec_keep(x);
    w->base = dt_vec_keep(x);
    w->report = dt_arena_take(run, monitor->reports, sizeof *w->report);
    for (size_t i = 0; i < monitor->reports; i++) w->report[i] = NAN;
    w->samples = shards->start[rank + 1] - shards->start[rank];
    dt_order_open(&w->order, l, (size_t)rank, run);
    /* The stream "jitter" is that of the steps' times, so that claims and labs keep their numbers; the factor has its own. */
    w->jitter = dt_rng_stream(run, l->seed, rank, "factor");
    if (pace->fixed) w->seconds = dt_rng_stream(run, l->seed, rank, "jitter");
    return dt_compress_open(&w->compress, team->compress, l->block, l->blocks,
                            dt_rng_stream(run, l->seed, rank, "compress"), run);
}

double dt_worker_now(const dt_worker *w) { return dt_engine_now(w->team->group.engine); }
double dt_worker_rate(const dt_worker *w) { return w->learning->optimiser->lr * w->factor; }

dt_score dt_worker_score(const dt_worker *w, long round) { return dt_monitor_score(w->monitor, w->x->x, round); }

void dt_worker_forget(dt_worker *w) {
    const dt_learning *l = w->learning;
    if (w->memory != NULL)
        memset(w->memory, 0, dt_optimiser_memory(l->optimiser, l->model->n) * sizeof *w->memory);
    w->memory_steps = 0;
}

void dt_worker_adopt(dt_worker *w, dt_vec *x) {
    dt_vec_keep(x);
    dt_vec_drop(w->x);
    dt_vec_drop(w->base);
    w->x = x;
    w->base = dt_vec_keep(x);
}

void dt_worker_replace(dt_worker *w, dt_vec *x) {
    dt_vec_drop(w->x);
    w->x = x;
}

/* In a strategy with all-reduces that workers wait for there is no other one once any worker has finished the last round. */
bool dt_worker_goes_on(const dt_worker *w) {
    dt_engine_turn(w->team->group.engine);
    if (w->team->collective != NULL && !w->monitor->own_rounds && dt_engine_finished(w->team->group.engine)) return false;
    return dt_monitor_goes_on(w->monitor, w->round + w->flying, w->step);
}

/* ---- rounds ---------------------------------------------------------------------------------- */

/* It ends at the deadline, at the recovery of the host or at the end of the training; dt_worker_return finds out at which. */
void dt_worker_miss(dt_worker *w) {
    dt_status status = DT_OK;
    if (!dt_port_up(w->port)) status = dt_port_block(w->port, dt_port_last_seen(w->port) + w->team->deadline);
    (void)status;
}

dt_status dt_worker_return(dt_worker *w) {
    while (dt_port_reset(w->port) != DT_OK) DT_TRY(dt_port_block(w->port, HUGE_VAL));
    dt_worker_forget(w);
    dt_vec_drop(w->brought);
    w->brought = NULL;
    for (size_t k = 0; k < DT_OWN; k++) {
        dt_vec_drop(w->own[k]);
        w->own[k] = NULL;
    }
    return DT_OK;
}

dt_status dt_worker_average(dt_worker *w, double *consensus_distance) {
    dt_vec *mean;
    dt_outcome outcome;
    DT_TRY(dt_worker_mean(w, w->x, w->base, (double)w->samples, &mean, &outcome));      /* [time] */
    dt_worker_adopt(w, mean);
    dt_vec_drop(mean);
    *consensus_distance = outcome.consensus_distance;
    return DT_OK;
}

/* A recovered worker ends a round that it has not begun: its columns are those that the others have set. */
void dt_worker_report(dt_worker *w, size_t column, double value) {
    if (w->rejoining) return;
    dt_monitor_report(w->monitor, column, value);
    w->report[column] = value;
}

bool dt_worker_first(const dt_worker *w) { return w->round + 1 > w->monitor->decided; }

dt_status dt_worker_mark(dt_worker *w, double consensus_distance) {
    if (dt_port_aborted(w->port)) return dt_port_sleep(w->port, 0);     /* DT_EDOWN, and a loop that forgets that is counted */
    w->undone = 0;
    dt_reached r = { .step = w->step, .round = ++w->round, .updates = w->updates,
                     .rate = dt_worker_rate(w), .consensus_distance = consensus_distance };
    if (w->monitor->judged == DT_JUDGED_COMMON || w->monitor->judged == DT_JUDGED_NOTHING) return dt_monitor_reach(w->monitor, w->x->x, &r);
    r.report = w->report;
    if (w->monitor->judged == DT_JUDGED_MEAN) return dt_monitor_collect(w->monitor, w->rank, w->x, &r);
    r.updates = 1;
    dt_worker_adopt(w, w->x);
    return dt_monitor_own(w->monitor, w->rank, w->x, &r);
}

/* ---- as the client of a server -------------------------------------------------------------- */

static void worker_let_go(dt_worker *w) {
    dt_vec_drop(w->x);
    dt_vec_drop(w->base);
    dt_vec_drop(w->given.second);
    w->x = w->base = w->given.second = NULL;        /* a client keeps no model between its rounds */
}

dt_status dt_worker_fetch(dt_worker *w) {
    dt_message m;
    DT_TRY(dt_port_receive(w->port, w->team->group.server[0], DT_ANY, HUGE_VAL, &m));
    worker_let_go(w);
    w->round = w->rated = m.tag;
    w->factor = m.value;
    w->given.second = m.second;
    memcpy(w->given.note, m.note, sizeof m.note);
    dt_worker_adopt(w, m.vec);
    dt_vec_drop(m.vec);
    dt_worker_forget(w);
    return DT_OK;
}

dt_status dt_worker_submit(dt_worker *w, const dt_letter *more) {
    DT_TRY(dt_worker_has_model(w));
    DT_TRY(dt_worker_charge_packet(w));     /* [time] */
    dt_letter whole = more == NULL ? (dt_letter){ 0 } : *more;
    double bytes;
    whole.vec = dt_worker_encode(w, &w->compress, w->x, w->base, &bytes);
    dt_status status = w->team->privacy != NULL ? dt_worker_guard(w, &whole.vec, w->base, &bytes) : DT_OK;       /* [time] */
    if (status == DT_OK && w->secret != NULL) status = dt_secret_mask(w, &whole.vec, &bytes);           /* [time] */
    whole.bytes += bytes;
    whole.value = (double)w->stretch.steps;
    if (status == DT_OK) status = dt_worker_reply(w, &whole);
    dt_vec_drop(whole.vec);
    return status;
}

dt_status dt_worker_reply(dt_worker *w, const dt_letter *letter) {
    dt_message m = { .tag = w->round, .value = letter->value, .bytes = letter->bytes };
    if (letter->vec != NULL) m.vec = dt_vec_keep(letter->vec);
    if (letter->second != NULL) m.second = dt_vec_keep(letter->second);
    memcpy(m.note, letter->note, sizeof m.note);
    worker_let_go(w);
    return dt_port_send(w->port, w->team->group.server[0], m);
}
