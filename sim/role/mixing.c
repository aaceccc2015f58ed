/* mixing.c - publishing, collecting and mixing along a graph. */
#include "role/mixing.h"
#include "role/gradient.h"
#include "engine/failure.h"
#include <limits.h>
#include <math.h>

struct dt_mixing {
    dt_worker  **worker;    /* [workers] */
    long        *since;     /* [workers] first round that each is there in; LONG_MAX: it has left */
    dt_message **got;       /* [workers][degree] the copies of a round; vec NULL: it has not come */
    long        *newest;    /* [workers] round in which each has published last; -1: it never has */
    double      *bytes;     /* [workers] of the copy that each has published last */
};

/* The neighbours of a worker and the weights of their models. */
typedef struct around { const size_t *neighbour; const double *weight; size_t degree; } around;

static around mixing_around(const dt_worker *w) {
    const dt_topology *t = w->team->topology;
    size_t first = t->start[w->rank];
    return (around){ t->neighbour + first, t->weight + first, t->start[w->rank + 1] - first };
}

dt_mixing *dt_mixing_new(const dt_team *team, dt_arena *run) {
    dt_mixing *m = dt_arena_take(run, 1, sizeof *m);
    size_t workers = team->group.ranks;
    m->worker = dt_arena_take(run, workers, sizeof(void *));
    m->since = dt_arena_take(run, workers, sizeof *m->since);
    m->got = dt_arena_take(run, workers, sizeof(void *));
    m->newest = dt_arena_take(run, workers, sizeof *m->newest);
    m->bytes = dt_arena_take(run, workers, sizeof *m->bytes);
    for (size_t w = 0; w < workers; w++) m->newest[w] = -1;
    return m;
}

void dt_mixing_enter(dt_worker *w) {
    dt_mixing *m = w->team->mixing;
    m->worker[w->rank] = w;
    m->got[w->rank] = dt_arena_take(w->run, mixing_around(w).degree, sizeof **m->got);
    w->compress.error_feedback = false;  /* the public copy remembers what did not get through */
}

dt_status dt_worker_publish(dt_worker *w) {
    DT_TRY(dt_worker_charge_packet(w));
    around a = mixing_around(w);
    double bytes;
    dt_vec *copy = dt_worker_encode(w, w->x, w->base, &bytes);
    dt_vec_drop(w->base);
    w->base = copy;
    w->team->mixing->bytes[w->rank] = bytes;
    if (!dt_port_aborted(w->port)) w->team->mixing->newest[w->rank] = w->round;
    for (size_t i = 0; i < a.degree; i++) {
        dt_message m = { .tag = w->round, .bytes = bytes, .vec = dt_vec_keep(copy) };
        dt_port_post(w->port, w->team->group.port[a.neighbour[i]], m);
    }
    return DT_OK;
}

/* [time] Wait for the copies of those neighbours who are there. */
static dt_status mixing_collect(const dt_worker *w, around a, dt_message *got) {
    for (size_t i = 0; i < a.degree; i++) got[i].vec = NULL;
    for (size_t i = 0; i < a.degree; i++) {
        bool there = w->team->mixing->since[a.neighbour[i]] <= w->round;
        const dt_port *other = w->team->group.port[a.neighbour[i]];
        dt_status status = dt_port_receive(w->port, other, w->round, there ? HUGE_VAL : 0, &got[i]);
        if (status != DT_OK && status != DT_ELATE) return status;
    }
    return dt_port_flush(w->port);
}

static void mixing_form(dt_worker *w, around a, const dt_message *got, double step) {
    dt_vec *old = w->x, *next = old->owners == 1 ? old : dt_vec_take(w->learning->vectors);
    const float *own = w->base->x;
    for (size_t e = 0; next->x != NULL && e < next->n; e++) {
        double sum = 0;
        for (size_t i = 0; i < a.degree; i++)
            if (got[i].vec != NULL) sum += a.weight[i] * ((double)got[i].vec->x[e] - own[e]);
        next->x[e] = (float)(old->x[e] + step * sum);
    }
    if (next != old) dt_vec_drop(old);
    w->x = next;
}

dt_status dt_worker_mix(dt_worker *w, double step) {
    around a = mixing_around(w);
    dt_message *got = w->team->mixing->got[w->rank];
    dt_status status = mixing_collect(w, a, got);                   /* [time] */
    if (status == DT_OK) mixing_form(w, a, got, step);
    for (size_t i = 0; i < a.degree; i++) {
        if (status == DT_OK && got[i].vec != NULL) dt_board_merged(w->board, w->round - got[i].tag, 1);
        dt_vec_drop(got[i].vec);
    }
    return status;
}

/* ---- when hosts fail ----------------------------------------------------------------------- */

dt_status dt_worker_catch_up(dt_worker *w) {
    const dt_mixing *m = w->team->mixing;
    around a = mixing_around(w);
    for (size_t i = 0; i < a.degree; i++) {
        dt_port *other = w->team->group.port[a.neighbour[i]];
        if (m->since[a.neighbour[i]] == LONG_MAX || !dt_port_up(other)) continue;
        dt_vec *copy = dt_vec_keep(m->worker[a.neighbour[i]]->base);
        dt_message got = { .tag = LONG_MAX, .bytes = 4.0 * (double)copy->n, .vec = copy };
        dt_port_post_from_host(other, w->port, got);
        dt_status status = dt_port_receive(w->port, other, LONG_MAX, HUGE_VAL, &got);
        if (status == DT_ELATE) continue;
        DT_TRY(status);
        dt_worker_adopt(w, got.vec);
        dt_vec_drop(got.vec);
        return DT_OK;
    }
    return DT_OK;
}

void dt_mixing_leave(const dt_worker *w) {
    around a = mixing_around(w);
    w->team->mixing->since[w->rank] = LONG_MAX;
    for (size_t i = 0; i < a.degree; i++) dt_port_cancel_receive(w->team->group.port[a.neighbour[i]], w->port);
}

/* A neighbour that came back a moment earlier has published in that round already, while this host was down: it sends its copy
 * again, or the two would wait for each other. */
static void mixing_ask_again(const dt_worker *w) {
    const dt_mixing *m = w->team->mixing;
    around a = mixing_around(w);
    for (size_t i = 0; i < a.degree; i++) {
        size_t k = a.neighbour[i];
        dt_port *other = w->team->group.port[k];
        if (m->since[k] == LONG_MAX || m->newest[k] < w->round || !dt_port_up(other)) continue;
        dt_message copy = { .tag = w->round, .bytes = m->bytes[k], .vec = dt_vec_keep(m->worker[k]->base) };
        dt_port_post_from_host(other, w->port, copy);
    }
}

dt_status dt_mixing_join(dt_worker *w) {
    w->step = w->round = w->team->mixing->since[w->rank] = w->board->farthest + 1;
    mixing_ask_again(w);
    if (dt_worker_goes_on(w)) return DT_OK;
    dt_board_join(w->board, w->rank, w->round--);
    return dt_worker_mark(w, NAN);
}
