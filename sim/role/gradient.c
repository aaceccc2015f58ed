/* gradient.c - what a worker computes, how long that takes, and all-reduces of the results. */
#include "role/gradient.h"
#include "role/occupancy.h"
#include "role/steps.h"
#include "base/lot.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>

/* ---- what computing costs ------------------------------------------------------------------ */

/* The factor is drawn even if the mean takes its place (ideal.jitter), so that other draws do not change. */
static double worker_draw(const dt_worker *w, const dt_distribution *d, dt_rng *rng, long k) {
    double drawn = dt_distribution_draw(d, rng, w->rank, k);
    return w->pace->steady ? dt_distribution_mean(d, w->rank) : drawn;
}

/* Flops that the host is charged with for batch number k of so many samples; batches of the usual size, where seconds are
 * drawn for one. */
static double worker_cost(const dt_worker *w, long k, double samples, double batches) {
    const dt_pace *p = w->pace;
    double slow = p->factor[w->rank] * worker_draw(w, &p->jitter, w->jitter, k);
    if (!p->fixed) return samples * p->flops * slow;
    double speed = dt_engine_host_speed(w->team->group.engine, dt_port_host(w->port));
    return batches * worker_draw(w, &p->seconds, w->seconds, k) * slow * speed;
}

/* How many samples step number k uses; the compute task draws which ones. */
static double worker_samples(const dt_worker *w, long k) {
    const dt_learning *l = w->learning;
    return dt_learning_samples(l, (size_t)w->rank, k + 1) - dt_learning_samples(l, (size_t)w->rank, k);
}

/* The flops of step number k, which uses so many samples: one draw for each of its batches. */
static double worker_step_cost(const dt_worker *w, long k, double samples) {
    const dt_learning *l = w->learning;
    long j = dt_learning_batches(l, (size_t)w->rank, k);
    double flops = 0, batch = l->batch > 0 ? (double)l->batch : samples;
    for (; samples > batch; samples -= batch) flops += worker_cost(w, j++, batch, 1);
    return flops + worker_cost(w, j, samples, 1);
}

/* The flops of all samples at once, as many as those of a pass: one draw for all. */
static double worker_pass_cost(const dt_worker *w, long k) {
    const dt_learning *l = w->learning;
    long pass = dt_learning_steps_per_epoch(l, (size_t)w->rank), first = dt_learning_batches(l, (size_t)w->rank, k);
    return worker_cost(w, first, (double)w->samples, (double)dt_learning_batches(l, (size_t)w->rank, pass));
}

double dt_worker_next_samples(const dt_worker *w) { return worker_samples(w, w->drawn); }

double dt_worker_batch_cost(const dt_worker *w, long batch, double samples) {
    return worker_cost(w, dt_learning_batches(w->learning, (size_t)w->rank, w->step) + batch, samples, 1);
}

dt_status dt_worker_compute(dt_worker *w, double flops, dt_work *work, void *arg) {
    dt_engine *e = w->team->group.engine;
    double speed = dt_engine_host_speed(e, dt_port_host(w->port));
    if (w->team->load != NULL) flops = speed * dt_occupancy_lasts(w->team->load, (size_t)w->rank, dt_engine_now(e), flops / speed);
    return dt_port_compute(w->port, flops, work, arg);
}

/* ---- being late ---------------------------------------------------------------------------- */

/* It stays away until it breaks off or the training is over. */
static dt_status worker_stay_away(dt_worker *w) {
    dt_status status = DT_OK;
    while (status == DT_OK && !dt_port_aborted(w->port)) status = dt_port_block(w->port, HUGE_VAL);
    return status != DT_OK ? status : dt_port_sleep(w->port, 0);
}

bool dt_pace_is_late(const dt_pace *pace, size_t workers, long round, size_t rank) {
    const dt_stragglers *late = &pace->late;
    long number = late->every == 0 ? 0 : round / late->every;
    return late->count > 0 && dt_lot_falls(late->seed, "stragglers", number, workers, late->count, rank);
}

dt_status dt_worker_be_late(dt_worker *w) {
    const dt_stragglers *late = &w->pace->late;
    long round = w->round + w->flying;
    if (late->count == 0 || w->late > round) return DT_OK;
    w->late = round + 1;
    if (!dt_pace_is_late(w->pace, w->team->group.ranks, round, (size_t)w->rank)) return DT_OK;
    if (late->forever) return worker_stay_away(w);
    dt_rng_restart(late->rng, dt_hash(late->seed, &round, sizeof round), w->rank, "straggler");
    return dt_port_sleep(w->port, dt_distribution_draw(&late->delay, late->rng, w->rank, round));
}

/* ---- computing ----------------------------------------------------------------------------- */

/* A client has a model from dt_worker_fetch to dt_worker_submit. */
dt_status dt_worker_has_model(const dt_worker *w) {
    if (w->x != NULL) return DT_OK;
    if (dt_port_aborted(w->port)) return dt_port_sleep(w->port, 0);
    return dt_fail(DT_EINVAL, "strategy: client %ld works on a model that it has not fetched, or has submitted already", w->rank);
}

/* Read the schedule once a round.  A client has got the factor with the model. */
static void worker_take_rate(dt_worker *w) {
    if (w->rated == w->round) return;
    w->factor = dt_monitor_factor(w->monitor, w->round, w->step, w->hold_rate);
    w->rated = w->round;
}


/* The task draws, unless it is not begun at all. */
static void worker_draws(dt_worker *w, long steps) {
    if (!dt_port_aborted(w->port)) w->drawn += steps;
}

static void worker_went_through(dt_worker *w, double samples) {
    w->monitor->samples += samples;
    w->undone += samples;
}

/* The optimiser's memory; NULL if it keeps none, or learn = false. */
static void worker_remember(dt_worker *w) {
    const dt_learning *l = w->learning;
    size_t memory = dt_optimiser_memory(l->optimiser, l->model->n);
    if (w->memory == NULL && memory > 0 && l->learn) w->memory = dt_arena_take(w->run, memory, sizeof *w->memory);
}

/* The vector that the next model goes to: x, or another one if others hold x. */
static dt_vec *worker_target(const dt_worker *w) {
    return w->x->owners == 1 ? w->x : dt_vec_take(w->learning->vectors);
}

static void worker_moved_to(dt_worker *w, dt_vec *target) {
    if (target != w->x) dt_vec_drop(w->x);
    w->x = target;
}

static void worker_step(dt_worker *w, int thread) {
    const dt_learning *l = w->learning;
    const float *from = w->stretch.done == 0 ? w->stretch.from : w->stretch.to;
    w->batch.row = dt_order_next(&w->order, l, &w->batch.count);
    dt_descent d = { from, w->stretch.to, w->memory, w->prox > 0 ? w->base->x : NULL, dt_worker_rate(w), w->prox, ++w->memory_steps };
    l->bench[thread].flip = w->stretch.flip;
    w->stretch.loss += dt_learning_step(l, thread, w->batch.row, w->batch.count, &d);
    l->bench[thread].flip = false;
    w->stretch.done++;
}

/* The compute task: a step of the stretch, and again until all are done.  It touches only the worker's own memory, and shared vectors
 * that are not written meanwhile. */
static void worker_train(void *arg, int thread) {
    dt_worker *w = arg;
    if (w->stretch.steps > 0) worker_step(w, thread);
    if (w->stretch.done < w->stretch.steps) dt_pool_again(w->learning->threads, thread);
    else w->loss = w->stretch.loss / (double)w->stretch.steps;
}

dt_status dt_worker_local(dt_worker *w, long steps) {
    double flops = 0, samples = 0;
    DT_TRY(dt_worker_has_model(w));
    if (w->rejoining) return dt_port_sleep(w->port, 0);         /* DT_EDOWN if the host has failed again */
    DT_TRY(dt_worker_be_late(w));
    worker_take_rate(w);
    worker_remember(w);
    for (long k = 0; k < steps; k++) {
        w->batch_samples = worker_samples(w, w->drawn + k);
        flops += worker_step_cost(w, w->step + k, w->batch_samples);
        samples += w->batch_samples;
    }
    dt_vec *target = worker_target(w);
    w->stretch.from = w->x->x;
    w->stretch.to = target->x;
    w->stretch.steps = steps;
    w->stretch.done = 0;
    w->stretch.loss = 0;
    w->stretch.flip = dt_worker_flips(w);
    worker_draws(w, steps);
    dt_status status = dt_worker_compute(w, flops, w->learning->learn ? worker_train : NULL, w);
    worker_moved_to(w, target);
    if (status != DT_OK) return status;         /* the content of x is undefined: the driver returns to base */
    w->step += steps;
    worker_went_through(w, samples);
    return DT_OK;
}

/* Likewise; g alone is written. */
static void worker_task(void *arg, int thread) {
    dt_worker *w = arg;
    const dt_learning *l = w->learning;
    const uint32_t *row = w->order.row;
    size_t count = w->order.rows;
    if (w->stretch.which == DT_NEXT) w->batch.row = dt_order_next(&w->order, l, &w->batch.count);
    if (w->stretch.which != DT_WHOLE) {
        row = w->batch.row;
        count = w->batch.count;
    }
    assert((double)count == w->batch_samples);
    l->bench[thread].flip = w->stretch.flip;
    w->loss = dt_learning_gradient(l, thread, row, count, w->stretch.from, w->stretch.to);
    l->bench[thread].flip = false;
}

static dt_status worker_gradient(dt_worker *w, const dt_vec *at, dt_which which, double flops, dt_vec *g) {
    w->stretch.from = at == NULL ? w->x->x : at->x;
    w->stretch.to = g->x;
    w->stretch.steps = 1;
    w->stretch.which = (int)which;
    w->stretch.flip = dt_worker_flips(w);
    if (which == DT_NEXT) worker_draws(w, 1);
    double begun = dt_worker_now(w);
    DT_TRY(dt_worker_compute(w, flops, w->learning->learn ? worker_task : NULL, w));
    w->batch_s = dt_worker_now(w) - begun;
    if (which == DT_NEXT) w->step++;
    if (which != DT_SAME) worker_went_through(w, w->batch_samples);
    return DT_OK;
}

dt_status dt_worker_gradient(dt_worker *w, const dt_vec *at, dt_which which, dt_vec *g) {
    DT_TRY(dt_worker_has_model(w));
    if (w->rejoining) return dt_port_sleep(w->port, 0);
    DT_TRY(dt_worker_be_late(w));
    worker_take_rate(w);
    assert((which != DT_SAME || w->drawn > 0) && "there is no batch yet");
    long k = which == DT_SAME && w->step > 0 ? w->step - 1 : w->step;
    w->batch_samples = which == DT_WHOLE ? (double)w->samples : worker_samples(w, which == DT_SAME ? w->drawn - 1 : w->drawn);
    double flops = which == DT_WHOLE ? worker_pass_cost(w, k) : worker_step_cost(w, k, w->batch_samples);
    return worker_gradient(w, at, which, flops, g);
}

dt_status dt_worker_differentiate(dt_worker *w, double samples, double flops, dt_vec *g) {
    worker_take_rate(w);
    w->batch_samples = samples;
    return worker_gradient(w, NULL, DT_NEXT, flops, g);
}

void dt_worker_descend(dt_worker *w, const dt_vec *g) {
    const dt_learning *l = w->learning;
    worker_remember(w);
    dt_vec *target = worker_target(w);
    w->memory_steps++;
    dt_meter_begin(dt_pool_meter(l->threads), DT_ARITHMETIC);
    if (l->learn)
        dt_learning_descend(l, dt_worker_rate(w), w->memory_steps, (dt_slice){ 0, l->model->n }, w->x->x, g->x, w->memory, target->x);
    dt_meter_end(dt_pool_meter(l->threads));
    worker_moved_to(w, target);
}

void dt_worker_direction(const dt_worker *w, dt_vec *g) {
    const dt_learning *l = w->learning;
    if (!l->learn) return;
    dt_meter_begin(dt_pool_meter(l->threads), DT_ARITHMETIC);
    dt_optimiser_direction(l->optimiser, (dt_slice){ 0, l->model->n }, w->x->x, g->x, g->x);
    dt_meter_end(dt_pool_meter(l->threads));
}

static dt_status fits_direction(const dt_config *scenario, dt_arena *scratch) {
    const char *strategy = dt_config_name(dt_config_get(scenario, "strategy"));
    dt_optimiser optimiser;
    dt_project project;
    DT_TRY(dt_optimiser_open(&optimiser, dt_config_get(scenario, "optimiser"), NULL, 0, scratch));
    DT_TRY(dt_project_open(&project, dt_config_get(scenario, "project"), scratch));
    if (!dt_optimiser_is_plain(&optimiser))
        return dt_fail_at(DT_EINVAL, "optimiser", "\"%s\" takes its own steps along plain gradients: expected \"sgd\" without momentum, got "
                          "\"%s\"%s", strategy, optimiser.type->is.name, optimiser.type->blend != NULL ? " with momentum" : "");
    if (project.type->apply != NULL)
        return dt_fail_at(DT_EINVAL, "project", "no step of \"%s\" is brought back: expected \"none\", got \"%s\"", strategy, project.type->is.name);
    return DT_OK;
}

dt_status dt_direction_fit(const dt_config *scenario) {
    dt_arena *scratch = dt_arena_new(0);
    dt_status status = fits_direction(scenario, scratch);
    dt_arena_free(scratch);
    return status;
}

dt_status dt_worker_charge(dt_worker *w, double flops, dt_work *work, void *arg) {
    return dt_worker_compute(w, flops * w->pace->factor[w->rank], w->learning->learn ? work : NULL, arg);
}

dt_status dt_worker_work(dt_worker *w, double samples, double batches) {
    DT_TRY(dt_worker_be_late(w));
    double flops = worker_cost(w, w->drawn, samples, batches);
    worker_draws(w, 1);             /* who breaks off does not take that step again, whose time may be the same each time */
    DT_TRY(dt_worker_compute(w, flops, NULL, NULL));
    w->step++;
    return DT_OK;
}

dt_vec *dt_worker_vector(dt_worker *w, size_t k) {
    if (w->own[k] == NULL) w->own[k] = dt_vec_zero(w->learning->vectors);
    dt_vec_own(&w->own[k]);
    return w->own[k];
}

void dt_worker_drop_vector(dt_worker *w, size_t k) {
    dt_vec_drop(w->own[k]);
    w->own[k] = NULL;
}

/* ---- all-reduces --------------------------------------------------------------------------- */

dt_status dt_worker_charge_packet(dt_worker *w) {
    double flops = dt_compress_flops(&w->compress);
    return flops > 0 ? dt_worker_compute(w, flops, NULL, NULL) : DT_OK;
}

void dt_worker_tape_packet(const dt_worker *w, const dt_compress *c, double *bytes) {
    if (c->type->varies) dt_tape_pass(w->learning->tape, DT_TAPE_FIRST + (size_t)w->rank, DT_TAPE_PACKET, w->round, bytes, 1);
}

dt_vec *dt_worker_encode_truth(const dt_worker *w, dt_compress *c, dt_vec *mine, const dt_vec *origin, double *bytes) {
    *bytes = dt_compress_wire_bytes(c);
    if (mine->x == NULL) dt_worker_tape_packet(w, c, bytes);
    if (!dt_compress_packs(c) || mine->x == NULL) return dt_vec_keep(mine);
    dt_vec *sent = dt_vec_take(w->learning->vectors);
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    c->turn = (uint64_t)w->round;
    if (origin == NULL) {
        *bytes = dt_compress_pass(c, mine->x, w->x->x, sent->x);
    } else {
        for (size_t i = 0; i < sent->n; i++) sent->x[i] = mine->x[i] - origin->x[i];
        *bytes = dt_compress_pass(c, sent->x, origin->x, sent->x);
        for (size_t i = 0; i < sent->n; i++) sent->x[i] += origin->x[i];
    }
    dt_meter_end(dt_pool_meter(w->learning->threads));
    dt_worker_tape_packet(w, c, bytes);
    if (c->type->lossy) return sent;
    dt_vec_drop(sent);          /* only how many bytes it takes was to be found out */
    return dt_vec_keep(mine);
}

/* A recovered worker ends a round that the others began without it: it takes their learning rate. */
static void worker_take_round(dt_worker *w, const dt_outcome *outcome) {
    w->round = outcome->number;
    w->step = outcome->step;
    worker_take_rate(w);
}

static dt_vec *worker_encode(dt_worker *w, dt_vec *mine, const dt_vec *origin, double *bytes) {
    return w->dense ? dt_worker_tell(w, mine, origin) : dt_worker_encode(w, &w->compress, mine, origin, bytes);
}

dt_status dt_worker_mean(dt_worker *w, dt_vec *mine, const dt_vec *origin, double size, dt_vec **mean, dt_outcome *outcome) {
    bool due = dt_monitor_due(w->monitor, w->step, w->round + 1);
    if (dt_port_aborted(w->port)) return dt_port_sleep(w->port, 0);     /* DT_EDOWN; others may still use its contribution */
    double bytes = dt_compress_wire_bytes(&w->compress);
    if (!w->rejoining && !w->dense) DT_TRY(dt_worker_charge_packet(w));         /* [time] */
    dt_vec_drop(w->brought);
    w->brought = w->rejoining ? dt_vec_keep(w->base) : worker_encode(w, mine, origin, &bytes);
    bool packed = !w->rejoining && !w->dense && dt_compress_packs(&w->compress);
    dt_share share = { .x = w->brought->x, .size = size, .value = w->loss, .measure = due, .step = w->step,
                       .wire_bytes = w->dense ? 0 : fmax(bytes, 1), .merges = w->compress.type->merges,      /* 0: a dense vector */
                       .plain_bytes = w->dense ? 0 : dt_compress_plain_bytes(&w->compress),
                       .packet = packed ? &w->compress : NULL, .origin = origin != NULL ? origin->x : NULL };
    DT_TRY(dt_collective_mean(w->team->collective, (size_t)w->rank, &share, mean, outcome));    /* [time] */
    dt_vec_drop(w->brought);
    w->brought = NULL;
    w->rejoining = false;
    worker_take_round(w, outcome);
    w->loss = outcome->value;
    w->updates = outcome->count;
    if (outcome->count > 0) dt_monitor_merged(w->monitor, 0, 1);
    return DT_OK;
}
