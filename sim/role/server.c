/* server.c - the server of federated learning: it invites clients, gathers their updates and merges them.
 *
 *   a client is   event                                            then
 *   free          dt_server_invite                                 busy, and counted in open
 *   busy          its update comes in the round of its invitation  free; the update counts
 *   busy          its update comes in a later round                free; the update is dropped, and counted as late, or it
 *                                                                  counts in that round (DT_LATE_WAIT)
 *   busy          the quorum is there (DT_LATE_LEAVE)              free: its work is aborted, and counted as late
 *   busy          its host fails: a notice comes after the         free
 *                 deadline
 *   busy          dt_server_finish                                 its work is aborted
 *
 * Invariants, asserted below: only free clients are invited; while a round is gathered that does not wait for late clients, open
 * counts the busy clients of that round, and busy those of all rounds.  When gathering ends, open is 0, and clients that are still
 * busy are late. */
#include "role/guard.h"
#include "role/ended.h"
#include "role/inviting.h"
#include "role/secret.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A client: a worker that acts only when it is invited, and the function that its actor then runs. */
typedef struct client {
    dt_worker worker;
    dt_status (*body)(void *state, dt_worker *w);
    void *state;
    bool busy;                  /* it is invited, and neither its update nor the notice of its failure has come */
    long round, invitations;    /* the round of the newest invitation; how many invitations there were */
    long collected;             /* exchanges that the server had finished when it was invited */
    long left;                  /* number of the invitation that it broke off because it was late */
    char name[32];
} client;

/* If the client's host fails, the server learns that after the deadline, by a failure notice that is posted to itself. */
static dt_status client_act(void *arg) {
    client *g = arg;
    long invitation = g->invitations;
    dt_port *server = g->worker.team->group.server[0];
    dt_status status = g->body(g->state, &g->worker);
    if (status != DT_OK && status != DT_EDOWN && status != DT_EOVER) return dt_role_ended(status, g->worker.port, g->worker.run);
    if (!dt_port_aborted(g->worker.port) || g->invitations != invitation || g->left == invitation) return DT_OK;
    dt_worker_miss(&g->worker);
    dt_port_post(server, server, (dt_message){ .value = (double)g->worker.rank });
    return DT_OK;
}

void dt_server_open(dt_server *s, const dt_learning *l, const dt_pace *pace, const dt_team *team, dt_monitor *monitor, dt_vec *x,
                    dt_arena *run) {
    size_t ranks = team->group.ranks;
    *s = (dt_server){ .port = team->group.server[0], .learning = l, .pace = pace, .team = team, .monitor = monitor, .run = run,
                      .x = dt_vec_keep(x), .factor = monitor->factor };
    s->client = dt_arena_take(run, ranks, sizeof(void *));
    s->merge.x = dt_arena_take(run, ranks, sizeof *s->merge.x);
    s->merge.size = dt_arena_take(run, ranks, sizeof *s->merge.size);
    s->merge.packet = dt_arena_take(run, ranks, sizeof *s->merge.packet);
    s->merge.weight = dt_arena_take(run, ranks, sizeof *s->merge.weight);
    s->update = dt_arena_take(run, ranks, sizeof *s->update);
    s->choice = dt_rng_stream(run, l->seed, 0, "choice");
    if (team->secure != NULL) s->secret = dt_secret_new(s);
}

bool dt_server_goes_on(const dt_server *s) {
    dt_engine_turn(s->team->group.engine);
    return dt_monitor_goes_on(s->monitor, s->round, lround(s->step)) && !dt_engine_finished(s->team->group.engine);
}

size_t dt_server_present(const dt_server *s, size_t *rank) {
    const dt_group *group = &s->team->group;
    size_t count = 0;
    for (size_t r = 0; r < group->ranks; r++)
        if (dt_port_up(group->port[r]) && (s->client[r] == NULL || !s->client[r]->busy)) {
            if (rank != NULL) rank[count] = r;
            count++;
        }
    return count;
}

static dt_status server_client(dt_server *s, size_t rank, client **out) {
    if (s->client[rank] == NULL) {
        client *g = s->client[rank] = dt_arena_take(s->run, 1, sizeof *g);
        snprintf(g->name, sizeof g->name, "client %zu", rank);
        DT_TRY(dt_worker_open(&g->worker, (long)rank, s->learning, s->pace, s->team, s->monitor, s->x, s->run));
        if (s->team->privacy != NULL) g->worker.guard.noise = dt_rng_stream(s->run, s->learning->seed, (long)rank, "privacy of a client");
    }
    *out = s->client[rank];
    return DT_OK;
}

dt_status dt_server_call(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state, dt_message m) {
    client *g;
    DT_TRY(server_client(s, rank, &g));
    assert(!g->busy);
    g->body = body;
    g->state = state;
    g->busy = true;
    g->round = s->round;
    g->collected = s->collected;
    g->invitations++;
    s->open++;
    s->busy++;
    dt_port_reset(g->worker.port);
    dt_engine_spawn(s->team->group.engine, g->name, g->worker.port, client_act, g, false);
    dt_port_post(s->port, g->worker.port, m);
    return DT_OK;
}

dt_status dt_server_start(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state, const dt_letter *more,
                          double bytes, struct dt_secret_client *secret) {
    client *g;
    DT_TRY(server_client(s, rank, &g));
    g->worker.secret = secret;
    dt_message m = { .tag = s->round, .bytes = 4.0 * (double)s->x->n, .value = s->factor };
    if (more != NULL) {
        m.bytes = more->bytes + (more->vec == NULL ? m.bytes : 0);
        m.second = more->second == NULL ? NULL : dt_vec_keep(more->second);
        memcpy(m.note, more->note, sizeof m.note);
    }
    m.vec = dt_vec_keep(more != NULL && more->vec != NULL ? more->vec : s->x);
    m.bytes += bytes;
    if (s->team->privacy != NULL) {
        g->worker.guard.clip = s->team->privacy->clip;
        m.bytes += s->team->privacy->type->down;
    }
    return dt_server_call(s, rank, body, state, m);
}

/* Differential privacy needs to know who could have been drawn. */
dt_status dt_server_invite(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state,
                           const dt_letter *more) {
    if (s->team->privacy != NULL && s->drawn.invited++ == 0) s->drawn.of = dt_server_present(s, NULL);
    if (s->secret == NULL) return dt_server_start(s, rank, body, state, more, 0, NULL);
    dt_secret_invite(s->secret, rank, body, state, more);
    return DT_OK;
}

static int update_order(const void *a, const void *b) {
    const dt_update *left = a, *right = b;
    if (left->rank != right->rank) return left->rank < right->rank ? -1 : 1;
    return (left->came_s > right->came_s) - (left->came_s < right->came_s);
}

static void server_late(dt_server *s, const dt_message *m) {
    s->monitor->late++;
    s->monitor->late_bytes += m->bytes;
    dt_vec_drop(m->vec);
    dt_vec_drop(m->second);
}

/* Handle an update, or the notice that a client has failed.  A client that has broken off may have sent its update before. */
static void server_hear(dt_server *s, const dt_message *m, bool wait) {
    bool note = m->from == s->port;
    long rank = note ? (long)m->value : (long)dt_port_index(m->from);
    client *g = s->client[rank];
    if (!note && (!g->busy || m->tag != g->round)) {
        server_late(s, m);
        return;
    }
    bool late = g->collected < s->collected;
    assert(g->busy && (late || wait || s->open > 0));
    g->busy = false;
    s->busy--;
    if (!late && s->open > 0) s->open--;
    if (note) return;
    if (late && !wait) {
        server_late(s, m);
        return;
    }
    dt_update *u = &s->update[s->updates++];
    *u = (dt_update){ rank, m->tag, m->vec, m->second, { 0 }, (double)g->worker.samples, m->value, m->bytes,
                      dt_engine_now(s->team->group.engine), g->worker.guard.clipped };
    memcpy(u->note, m->note, sizeof u->note);
}

static void server_break_off(void *arg) {
    client *g = arg;
    dt_port_drop_messages(g->worker.port, g->round, g->round);
    dt_port_abort(g->worker.port);
}

bool dt_server_busy(const dt_server *s, size_t rank) { return s->client[rank] != NULL && s->client[rank]->busy; }

void dt_server_release(dt_server *s, size_t rank) {
    client *g = s->client[rank];
    if (g == NULL || !g->busy || g->round != s->round || !dt_port_up(g->worker.port)) return;
    g->left = g->invitations;
    g->busy = false;
    s->busy--;
    s->monitor->late++;
    dt_engine_at_once(server_break_off, g);
}

/* [time] The clients of this round that are still busy break off. */
static dt_status server_dismiss(dt_server *s) {
    for (size_t r = 0; r < s->team->group.ranks; r++) dt_server_release(s, r);
    return dt_port_settle(s->port);
}

static bool server_enough(const dt_server *s, const dt_quorum *q) {
    return q->enough != NULL ? q->enough(q->owner, s) : s->updates >= q->count;
}

dt_status dt_server_gather(dt_server *s, const dt_quorum *q) {
    return s->secret != NULL ? dt_secret_gather(s->secret, q) : dt_server_collect(s, q);
}

/* [time] Nobody is waited for in this round: until a late client is free, or the team's deadline, but not beyond the end of the run. */
static dt_status server_idle(dt_server *s, bool wait) {
    double now = dt_engine_now(s->team->group.engine), until = now + s->team->deadline, last = s->monitor->stop.seconds;
    dt_message m;
    if (last > now * (1 + 1e-12) && until > last) until = last;
    if (s->open > 0 || s->busy == 0) return dt_port_sleep(s->port, until - now);
    dt_status status = dt_port_receive(s->port, NULL, DT_ANY, until, &m);
    for (; status == DT_OK; status = dt_port_receive(s->port, NULL, DT_ANY, 0, &m)) server_hear(s, &m, wait);
    return status == DT_ELATE ? DT_OK : status;
}

dt_status dt_server_collect(dt_server *s, const dt_quorum *q) {
    double deadline = q->seconds > 0 ? dt_engine_now(s->team->group.engine) + q->seconds : HUGE_VAL;
    bool wait = q->late == DT_LATE_WAIT;
    const size_t *left = wait ? &s->busy : &s->open;
    dt_message m;
    dt_status status = DT_OK;
    if (!q->adds) s->updates = 0;
    s->drawn.wait = wait;
    if ((q->enough == NULL && q->count == 0) || *left == 0) DT_TRY(server_idle(s, wait));
    while (status == DT_OK && !server_enough(s, q) && *left > 0) {
        status = dt_port_receive(s->port, NULL, DT_ANY, deadline, &m);
        if (status == DT_OK) server_hear(s, &m, wait);
    }
    if (status != DT_OK && status != DT_ELATE) return status;
    if (q->late == DT_LATE_LEAVE && s->open > 0) DT_TRY(server_dismiss(s));
    s->open = 0;
    s->collected++;
    qsort(s->update, s->updates, sizeof *s->update, update_order);
    return DT_OK;
}

void dt_server_finish(dt_server *s) {
    for (size_t r = 0; r < s->team->group.ranks; r++)
        if (s->client[r] != NULL && s->client[r]->busy) dt_port_abort(s->client[r]->worker.port);
    dt_engine_finish(s->team->group.engine);
}

/* Packets that must be summed before they are decoded, such as sketches: x_t+1 = x_t + decode(sum_k w_k packet_k). */
static bool server_sums(const dt_server *s) {
    return s->client[s->update[0].rank]->worker.compress.type->joint && s->team->aggregate->type->partial;
}

static dt_status server_sum(dt_server *s, const dt_inputs *in, float *next) {
    const dt_learning *l = s->learning;
    if (s->merger == NULL) {
        s->merger = dt_arena_take(s->run, 1, sizeof *s->merger);
        DT_TRY(dt_compress_open(s->merger, s->team->compress, l->block, l->blocks, dt_rng_stream(s->run, l->seed, 0, "merger"), s->run));
    }
    for (size_t i = 0; i < in->count; i++) s->merge.packet[i] = &s->client[s->update[i].rank]->worker.compress;
    dt_aggregate_weigh(s->team->aggregate, in, s->merge.weight, l->threads);
    dt_compress_merge(s->merger, s->merge.packet, s->merge.weight, in->count, next);
    for (size_t e = 0; e < in->n; e++) next[e] += s->x->x[e];
    return DT_OK;
}

static dt_status server_form(dt_server *s, bool changes, const dt_inputs *in, float *next) {
    if (!changes && server_sums(s)) return server_sum(s, in, next);
    dt_aggregate_form(s->team->aggregate, in, s->merge.weight, next, s->learning->threads);
    return DT_OK;
}

/* [time] The aggregate of the updates, of which there are some. */
static dt_status server_aggregate(dt_server *s, bool changes, dt_vec **mean, double *consensus_distance) {
    double flops = dt_aggregate_flops(s->team->aggregate, s->updates, s->x->n);
    flops += (double)s->updates * dt_compress_merge_flops(&s->client[s->update[0].rank]->worker.compress);
    if (flops > 0) DT_TRY(dt_port_compute(s->port, flops, NULL, NULL));     /* [time] */
    for (size_t i = 0; i < s->updates; i++) {
        s->merge.x[i] = s->update[i].x->x;
        s->merge.size[i] = s->update[i].size;
    }
    dt_inputs in = { s->updates, s->x->n, s->merge.x, s->merge.size };
    dt_vec *next = dt_vec_take(s->learning->vectors);
    if (next->x != NULL) DT_TRY(server_form(s, changes, &in, next->x));
    if (next->x != NULL && s->secret == NULL && consensus_distance != NULL) *consensus_distance = dt_aggregate_consensus_distance(&in, next->x);
    if (s->team->privacy != NULL) dt_server_guard(s, &in, next);
    *mean = next;
    return DT_OK;
}

/* In a synchronous round every client is in it once; in an asynchronous one those that train go round in turns. */
static void server_count(dt_server *s) {
    double steps = 0;
    for (size_t i = 0; i < s->updates; i++) {
        steps += s->update[i].steps;
        dt_monitor_merged(s->monitor, s->round - s->update[i].round, 1);
    }
    s->step += steps / (double)(s->at_work > 0 ? s->at_work : s->updates);
}

/* x = next, whose count is taken over; or a step along x - next. */
static void server_move(dt_server *s, dt_vec *next) {
    if (s->learning->outer != NULL) {
        dt_vec_blend(next, 1, s->x, -1, next);
        dt_server_step(s, next->x);
        dt_vec_drop(next);
        return;
    }
    dt_vec_drop(s->x);
    s->x = next;
}

static dt_status server_merge(dt_server *s, bool changes, double *consensus_distance) {
    dt_vec *next;
    *consensus_distance = NAN;
    if (s->updates == 0) return DT_OK;
    server_count(s);
    bool due = s->secret == NULL && dt_monitor_due(s->monitor, lround(s->step), s->round + 1);
    DT_TRY(server_aggregate(s, changes, &next, due ? consensus_distance : NULL));      /* [time] */
    dt_server_drop(s);
    if (changes) dt_vec_blend(next, 1, s->x, 1, next);
    server_move(s, next);
    return DT_OK;
}

dt_status dt_server_merge(dt_server *s, double *consensus_distance) { return server_merge(s, false, consensus_distance); }
dt_status dt_server_merge_changes(dt_server *s, double *consensus_distance) { return server_merge(s, true, consensus_distance); }

void dt_server_drop(dt_server *s) {
    for (size_t i = 0; i < s->updates; i++) {
        dt_vec_drop(s->update[i].x);
        dt_vec_drop(s->update[i].second);
        s->update[i].x = s->update[i].second = NULL;
    }
}

void dt_server_step(dt_server *s, const float *g) {
    const dt_learning *l = s->learning;
    const dt_optimiser *o = l->outer != NULL ? l->outer : l->optimiser;
    size_t n = s->x->n, memory = dt_optimiser_memory(o, n);
    if (s->x->x == NULL) return;
    dt_vec *next = s->x->owners == 1 ? dt_vec_keep(s->x) : dt_vec_take(l->vectors);
    if (s->memory == NULL && memory > 0) s->memory = dt_arena_take(s->run, memory, sizeof *s->memory);
    double rate = l->outer != NULL ? o->lr : o->lr * s->factor;
    dt_optimiser_step(o, rate, ++s->steps, (dt_slice){ 0, n }, s->x->x, g, s->memory, next->x);
    dt_project_apply(l->project, rate, n, next->x);
    dt_vec_drop(s->x);
    s->x = next;
}

void dt_server_close(dt_server *s) { s->monitor->closing = true; }

/* Clients that train, but whose updates are all late, are no progress. */
static dt_status server_progresses(dt_server *s) {
    enum { MANY = 100000 };
    double now = dt_engine_now(s->team->group.engine), since = now - s->fruitful_s, patience = s->team->patience;
    s->fruitless = s->updates > 0 ? 0 : s->fruitless + 1;
    if (s->updates > 0) s->fruitful_s = now;
    if (s->updates > 0 || patience == 0 || (since < patience && s->fruitless < MANY)) return DT_OK;
    return dt_fail(DT_EDEADLOCK, "no update of a client counted in %ld rounds between %g and %g s simulated (%g came late): "
                   "the model cannot progress (faults.patience = %g s, and at most %d such rounds); a longer deadline of rounds may help",
                   s->fruitless, s->fruitful_s, now, s->monitor->late, patience, MANY);
}

dt_status dt_server_mark(dt_server *s, double consensus_distance) {
    dt_reached r = { .step = lround(s->step), .round = ++s->round, .updates = (long)s->updates,
                     .rate = s->learning->optimiser->lr * s->factor, .consensus_distance = consensus_distance };
    s->drawn.invited = 0;
    DT_TRY(server_progresses(s));
    DT_TRY(dt_monitor_reach(s->monitor, s->x->x, &r));
    s->factor = dt_monitor_factor(s->monitor, s->round, r.step, false);
    return DT_OK;
}
