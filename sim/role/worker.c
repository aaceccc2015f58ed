/* worker.c - local steps, means and marks of one worker. */
#include "role/worker.h"
#include "engine/failure.h"
#include <math.h>
#include <string.h>

dt_status dt_worker_open(dt_worker *w, long rank, const dt_learning *l, const dt_pace *pace, const dt_team *team,
                         dt_board *board, dt_vec *x, dt_arena *run) {
    const dt_shards *shards = l->shards;
    *w = (dt_worker){ .rank = rank, .port = team->group.port[rank], .learning = l, .pace = pace, .team = team,
                      .board = board, .run = run, .tau = NAN, .factor = board->factor, .rated = -1, .loss = NAN };
    w->x = dt_vec_keep(x);
    w->base = dt_vec_keep(x);
    w->samples = shards->start[rank + 1] - shards->start[rank];
    dt_order_open(&w->order, l, (size_t)rank, run);
    /* "jitter" is the stream of the steps' times, which every measured statement and lab rests on; the factor has its own. */
    w->jitter = dt_rng_stream(run, l->seed, rank, "factor");
    if (pace->fixed) w->seconds = dt_rng_stream(run, l->seed, rank, "jitter");
    size_t memory = dt_optimiser_memory(l->optimiser, l->model->n);
    if (memory > 0 && l->learn) w->memory = dt_arena_take(run, memory, sizeof *w->memory);
    return dt_compress_open(&w->compress, team->compress, l->block, l->blocks,
                            dt_rng_stream(run, l->seed, rank, "compress"), run);
}

double dt_worker_now(const dt_worker *w) { return dt_engine_now(w->team->group.engine); }
double dt_worker_rate(const dt_worker *w) { return w->learning->optimiser->lr * w->factor; }

dt_score dt_worker_score(const dt_worker *w, long round) { return dt_board_score(w->board, w->x->x, round); }

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

/* Where all meet in a mean there is none any more once somebody has finished the last round. */
bool dt_worker_goes_on(const dt_worker *w) {
    dt_engine_turn(w->team->group.engine);
    if (w->team->collective != NULL && dt_engine_finished(w->team->group.engine)) return false;
    return dt_board_goes_on(w->board, w->round + w->flying, w->step);
}

/* ---- local steps --------------------------------------------------------------------------- */

/* The compute task: touches only the worker's memory and shared vectors that nobody writes. */
static void worker_train(void *arg, int thread) {
    dt_worker *w = arg;
    const dt_learning *l = w->learning;
    const float *from = w->stretch.from;
    double sum = 0;
    for (long k = 0; k < w->stretch.steps; k++, from = w->stretch.to) {
        size_t count;
        const uint32_t *row = dt_order_next(&w->order, l->batch, &count);
        dt_descent d = { from, w->stretch.to, w->memory, w->prox > 0 ? w->base->x : NULL, dt_worker_rate(w), w->prox,
                         ++w->memory_steps };
        sum += dt_learning_step(l, thread, row, count, &d);
    }
    w->loss = sum / (double)w->stretch.steps;
}

/* Samples that step number k goes through; which ones is drawn by the task. */
static double worker_samples(const dt_worker *w, long k) {
    const dt_learning *l = w->learning;
    return dt_learning_samples(l, (size_t)w->rank, k + 1) - dt_learning_samples(l, (size_t)w->rank, k);
}

/* Drawn even if the mean takes its place: other draws do not change. */
static double worker_draw(const dt_worker *w, const dt_distribution *d, dt_rng *rng, long k) {
    double drawn = dt_distribution_draw(d, rng, w->rank, k);
    return w->pace->steady ? dt_distribution_mean(d, w->rank) : drawn;
}

/* Flops that the host is charged with for step number k. */
static double worker_cost(const dt_worker *w, long k, double samples) {
    const dt_pace *p = w->pace;
    double slow = p->factor[w->rank] * worker_draw(w, &p->jitter, w->jitter, k);
    if (!p->fixed) return samples * p->flops * slow;
    double speed = dt_engine_host_speed(w->team->group.engine, dt_port_host(w->port));
    return worker_draw(w, &p->seconds, w->seconds, k) * slow * speed;
}

/* Once a round: with a server the factor came with the model. */
static void worker_take_rate(dt_worker *w) {
    if (w->rated == w->round) return;
    w->factor = dt_board_factor(w->board, w->round, w->step, w->hold_rate);
    w->rated = w->round;
}

/* A device has one from dt_worker_fetch to dt_worker_submit. */
static dt_status worker_has_model(const dt_worker *w) {
    if (w->x != NULL) return DT_OK;
    if (dt_port_aborted(w->port)) return dt_port_sleep(w->port, 0);
    return dt_fail(DT_EINVAL, "strategy: client %ld works on a model that it has not fetched, or has submitted already", w->rank);
}

dt_status dt_worker_local(dt_worker *w, long steps) {
    double flops = 0, samples = 0;
    DT_TRY(worker_has_model(w));
    if (w->rejoining) return dt_port_sleep(w->port, 0);         /* DT_EDOWN where it has failed again */
    if (w->round > w->board->rated) w->board->tau = w->tau;     /* the first to begin the round */
    worker_take_rate(w);
    for (long k = 0; k < steps; k++) {
        double m = worker_samples(w, w->step + k);
        flops += worker_cost(w, w->step + k, m);
        samples += m;
    }
    dt_vec *old = w->x, *target = old->owners == 1 ? old : dt_vec_take(w->learning->vectors);
    w->stretch.from = old->x;
    w->stretch.to = target->x;
    w->stretch.steps = steps;
    dt_status status = dt_port_compute(w->port, flops, w->learning->learn ? worker_train : NULL, w);
    if (target != old) dt_vec_drop(old);
    w->x = target;
    if (status != DT_OK) return status;         /* x means nothing: the driver goes back to base */
    w->step += steps;
    w->board->samples += samples;
    w->undone += samples;
    return DT_OK;
}

/* ---- means --------------------------------------------------------------------------------- */

dt_vec *dt_worker_encode(dt_worker *w, double *bytes) {
    *bytes = dt_compress_wire_bytes(&w->compress);
    if (!w->compress.type->lossy || w->x->x == NULL) return dt_vec_keep(w->x);
    size_t n = w->learning->model->n;
    dt_vec *sent = dt_vec_take(w->learning->vectors);
    dt_meter_begin(dt_pool_meter(w->learning->threads), DT_ARITHMETIC);
    for (size_t i = 0; i < n; i++) sent->x[i] = w->x->x[i] - w->base->x[i];
    w->compress.turn = (uint64_t)w->round;
    *bytes = dt_compress_pass(&w->compress, sent->x, w->base->x, sent->x);
    for (size_t i = 0; i < n; i++) sent->x[i] += w->base->x[i];
    dt_meter_end(dt_pool_meter(w->learning->threads));
    return sent;
}

/* Whether it is the deadline, its return or the end of the training that comes first is found out by dt_worker_return. */
void dt_worker_miss(dt_worker *w) {
    dt_status status = DT_OK;
    if (!dt_port_up(w->port)) status = dt_port_block(w->port, dt_port_last_seen(w->port) + w->team->deadline);
    (void)status;
}

dt_status dt_worker_return(dt_worker *w) {
    while (dt_port_reset(w->port) != DT_OK) DT_TRY(dt_port_block(w->port, HUGE_VAL));
    dt_worker_forget(w);
    return DT_OK;
}

/* Back again, it ends a round that the others began without it: rate and period are theirs. */
static void worker_take_round(dt_worker *w, const dt_outcome *outcome) {
    w->round = outcome->number;
    w->step = outcome->step;
    if (w->rated == w->round) return;
    worker_take_rate(w);
    w->tau = w->board->tau;
}

dt_status dt_worker_average(dt_worker *w, double *spread) {
    bool due = dt_board_due(w->board, w->step, w->round + 1);
    double bytes = dt_compress_wire_bytes(&w->compress);
    dt_vec *sent = w->rejoining ? dt_vec_keep(w->base) : dt_worker_encode(w, &bytes), *mean;
    dt_share share = { .x = sent->x, .size = (double)w->samples, .value = w->loss, .measure = due, .step = w->step,
                       .wire_bytes = bytes, .merges = w->compress.type->merges };
    dt_outcome outcome;
    dt_status status = dt_collective_mean(w->team->collective, (size_t)w->rank, &share, &mean, &outcome);    /* [time] */
    dt_vec_drop(sent);
    DT_TRY(status);
    w->rejoining = false;
    dt_worker_adopt(w, mean);
    dt_vec_drop(mean);
    worker_take_round(w, &outcome);
    w->loss = outcome.value;
    w->updates = outcome.count;
    *spread = outcome.spread;
    if (outcome.count > 0) dt_board_merged(w->board, 0, 1);
    return DT_OK;
}

bool dt_worker_first(const dt_worker *w) { return w->round + 1 > w->board->decided; }

dt_status dt_worker_mark(dt_worker *w, double spread) {
    if (dt_port_aborted(w->port)) return dt_port_sleep(w->port, 0);     /* DT_EDOWN, and a loop that forgets that is counted */
    w->undone = 0;
    dt_reached r = { .step = w->step, .round = ++w->round, .updates = w->updates, .tau = w->tau,
                     .rate = dt_worker_rate(w), .spread = spread };
    switch (w->board->judged) {
    case DT_JUDGED_COMMON: return dt_board_reach(w->board, w->x->x, &r);
    case DT_JUDGED_MEAN: return dt_board_pile(w->board, w->rank, w->x, &r);
    default: break;
    }
    r.updates = 1;
    dt_worker_adopt(w, w->x);
    return dt_board_own(w->board, w->rank, w->x, &r);
}

/* ---- with a server ------------------------------------------------------------------------- */

dt_status dt_worker_fetch(dt_worker *w) {
    dt_message m;
    DT_TRY(dt_port_receive(w->port, w->team->group.server, DT_ANY, HUGE_VAL, &m));
    w->round = w->rated = m.tag;
    w->factor = m.value;
    dt_worker_adopt(w, m.vec);
    dt_vec_drop(m.vec);
    dt_worker_forget(w);
    return DT_OK;
}

dt_status dt_worker_submit(dt_worker *w) {
    DT_TRY(worker_has_model(w));
    dt_message m = { .tag = w->round, .value = (double)w->stretch.steps };
    m.vec = dt_worker_encode(w, &m.bytes);
    dt_vec_drop(w->x);
    dt_vec_drop(w->base);
    w->x = w->base = NULL;      /* a device keeps no model between its rounds */
    return dt_port_send(w->port, w->team->group.server, m);
}
