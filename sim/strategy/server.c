/* server.c - the server of a population: inviting, gathering, merging. */
#include "strategy/server.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A worker that acts when it is invited, and what its actor then does. */
typedef struct guest {
    dt_worker worker;
    dt_status (*body)(void *state, dt_worker *w);
    void *state;
    char name[32];
} guest;

static dt_status guest_act(void *arg) {
    guest *g = arg;
    return g->body(g->state, &g->worker);
}

static dt_status server_guest(dt_server *s, size_t rank, guest **out) {
    if (s->guest[rank] == NULL) {
        guest *g = s->guest[rank] = dt_arena_take(s->run, 1, sizeof *g);
        snprintf(g->name, sizeof g->name, "client %zu", rank);
        DT_TRY(dt_worker_open(&g->worker, (long)rank, s->learning, s->pace, s->team, s->board, s->x, s->run));
    }
    *out = s->guest[rank];
    return DT_OK;
}

dt_status dt_server_invite(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state) {
    guest *g;
    DT_TRY(server_guest(s, rank, &g));
    g->body = body;
    g->state = state;
    dt_engine_spawn(s->team->group.engine, g->name, g->worker.port, guest_act, g, false);
    dt_message m = { .tag = s->round, .bytes = 4.0 * (double)s->x->n, .vec = dt_vec_keep(s->x) };
    dt_port_post(s->port, g->worker.port, m);
    return DT_OK;
}

static int update_order(const void *a, const void *b) {
    long left = ((const dt_update *)a)->rank, right = ((const dt_update *)b)->rank;
    return (left > right) - (left < right);
}

void dt_server_gather(dt_server *s, size_t count) {
    for (s->updates = 0; s->updates < count; s->updates++) {
        dt_message m;
        dt_port_receive(s->port, DT_ANY, DT_ANY, HUGE_VAL, &m);
        double size = (double)s->guest[m.from]->worker.samples;
        s->update[s->updates] = (dt_update){ m.from, m.tag, m.vec, size, m.value };
    }
    qsort(s->update, count, sizeof *s->update, update_order);
    s->factor = ((const guest *)s->guest[s->update[0].rank])->worker.factor;
}

void dt_server_merge(dt_server *s, double *spread) {
    double steps = 0;
    for (size_t i = 0; i < s->updates; i++) {
        s->merge.x[i] = s->update[i].x->x;
        s->merge.size[i] = s->update[i].size;
        steps += s->update[i].steps;
        dt_board_merged(s->board, s->round - s->update[i].round, 1);
    }
    s->step += steps / (double)s->updates;
    dt_inputs in = { s->updates, s->x->n, s->merge.x, s->merge.size };
    dt_vec *next = dt_vec_take(s->learning->vectors);
    *spread = NAN;
    if (next->x != NULL) dt_aggregate_form(s->team->aggregate, &in, s->merge.weight, next->x, s->learning->threads);
    if (next->x != NULL && dt_board_due(s->board, lround(s->step), s->round + 1)) *spread = dt_aggregate_spread(&in, next->x);
    for (size_t i = 0; i < s->updates; i++) dt_vec_drop(s->update[i].x);
    dt_vec_drop(s->x);
    s->x = next;
}

dt_status dt_server_mark(dt_server *s, double spread) {
    dt_reached r = { lround(s->step), ++s->round, NAN, s->learning->optimiser->rate * s->factor, spread };
    return dt_board_reach(s->board, s->x->x, &r);
}
