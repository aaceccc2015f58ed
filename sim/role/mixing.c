/* mixing.c - publishing, collecting and mixing along a graph; mixing.h has the states of an edge. */
#include "role/mixing.h"
#include "role/absence.h"
#include "role/steps.h"
#include "role/marking.h"
#include "engine/failure.h"
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_BITS = 24 };

/* One end of an edge. */
typedef struct edge {
    size_t neighbour, back;     /* rank of the neighbour; which of the neighbour's edges this one is */
    bool   linked;
    long   link;                /* the number of this linking, equal at both ends and unique in the run */
    long   sent, due, got;      /* copies since the linking: sent, to come, and come; due > got: this end waits for one */
} edge;

/* A worker with its edges, and the public copies that its neighbours have of it besides base. */
typedef struct place {
    dt_worker   *worker;
    bool         there;
    edge        *edge;          /* [degree] of all graphs together */
    size_t       degree;
    const size_t *heard;        /* [count] neighbours in the graph of its round, whose copies are mixed in, */
    const double *weight;       /* [count] their weights, */
    size_t       count;
    dt_message  *come;          /* [count <= degree] and the copies; vec NULL: it has not come */
    dt_vec      *copy[DT_BUNDLE];            /* public copies of all vectors except the first; NULL: 0 */
    dt_compress *compress[DT_BUNDLE];        /* their compressors; NULL until they are first published */
} place;

struct dt_mixing {
    place       *place;         /* [workers] */
    long         links;
    dt_vec_pool *bundles;
};

static place *mixing_place(const dt_worker *w) { return &w->team->mixing->place[w->rank]; }
static long edge_tag(const edge *e, long count) { return (e->link << COUNT_BITS) + count; }

static void mixing_edges(const dt_topology *t, size_t rank, place *p, dt_arena *run) {
    p->degree = t->start[rank + 1] - t->start[rank];
    p->edge = dt_arena_take(run, p->degree, sizeof *p->edge);
    p->come = dt_arena_take(run, p->degree, sizeof *p->come);
    for (size_t i = 0; i < p->degree; i++) {
        size_t other = t->neighbour[t->start[rank] + i], back = 0;
        while (t->neighbour[t->start[other] + back] != rank) back++;
        p->edge[i] = (edge){ .neighbour = other, .back = back };
    }
}

static int edge_compare(const void *rank, const void *at) {
    size_t a = *(const size_t *)rank, b = ((const edge *)at)->neighbour;
    return (a > b) - (a < b);
}

static edge *mixing_edge(const place *p, const size_t *neighbour) {
    return bsearch(neighbour, p->edge, p->degree, sizeof *p->edge, edge_compare);
}

dt_mixing *dt_mixing_new(const dt_team *team, dt_arena *run) {
    dt_mixing *m = dt_arena_take(run, 1, sizeof *m);
    m->place = dt_arena_take(run, team->group.ranks, sizeof *m->place);
    m->bundles = dt_vec_pool_blank(1, run);
    for (size_t r = 0; r < team->group.ranks; r++) mixing_edges(team->topology, r, &m->place[r], run);
    return m;
}

/* Link an edge: both ends count from 0. */
static void mixing_link(dt_mixing *m, edge *e) {
    edge *other = &m->place[e->neighbour].edge[e->back];
    e->link = other->link = m->links++;
    e->sent = e->due = e->got = other->sent = other->due = other->got = 0;
    e->linked = other->linked = true;
}

static void mixing_come(dt_worker *w) {
    dt_mixing *m = w->team->mixing;
    place *p = mixing_place(w);
    p->there = true;
    for (size_t i = 0; i < p->degree; i++)
        if (m->place[p->edge[i].neighbour].there) mixing_link(m, &p->edge[i]);
}

void dt_mixing_enter(dt_worker *w) {
    mixing_place(w)->worker = w;
    w->compress.error_feedback = false;  /* the public copy already makes up for what compression left out */
    mixing_come(w);
}

/* ---- publishing ---------------------------------------------------------------------------- */

static dt_status mixing_compress(const dt_worker *w, place *p, size_t k) {
    const dt_learning *l = w->learning;
    if (k == 0 || p->compress[k] != NULL) return DT_OK;
    dt_rng *rng = dt_rng_stream(w->run, l->seed, w->rank, dt_arena_text(w->run, "compress %zu", k));
    p->compress[k] = dt_arena_take(w->run, 1, sizeof(dt_compress));
    DT_TRY(dt_compress_open(p->compress[k], w->team->compress, l->block, l->blocks, rng, w->run));
    p->compress[k]->error_feedback = false;
    return DT_OK;
}

/* Form new public copies of mine; returns all of them as one vector, of which the caller has a count. */
static dt_vec *mixing_copy(dt_worker *w, dt_vec *const *mine, size_t count, double *bytes) {
    place *p = mixing_place(w);
    dt_vec *part[DT_BUNDLE];
    *bytes = 0;
    for (size_t k = 0; k < count; k++) {
        dt_vec **copy = k == 0 ? &w->base : &p->copy[k];
        double own;
        dt_compress *c = k == 0 ? &w->compress : p->compress[k];
        dt_vec *told = dt_worker_tell(w, mine[k], *copy), *next = dt_worker_encode_truth(w, c, mine[k], *copy, &own);
        part[k] = told == mine[k] ? dt_vec_keep(next) : dt_worker_encode_truth(w, c, told, *copy, &own);
        dt_vec_drop(told);
        dt_vec_drop(*copy);
        *copy = next;       /* a liar goes on from the truth itself */
        *bytes += own;
    }
    return count == 1 ? part[0] : dt_vec_bundle(w->team->mixing->bundles, part, count);
}

/* Turn to the graph of the worker's round. */
static const dt_graph *mixing_turn(const dt_worker *w, place *p) {
    const dt_graph *g = dt_topology_at(w->team->topology, w->round);
    p->heard = g->neighbour + g->start[w->rank];
    p->weight = g->weight + g->start[w->rank];
    p->count = g->start[w->rank + 1] - g->start[w->rank];
    return g;
}

/* How many copies the other end has sent.  Along a directed graph it may have ended rounds ago: what it sent has come all the same. */
static long mixing_sent(const dt_mixing *m, const edge *e) { return m->place[e->neighbour].edge[e->back].sent; }

dt_status dt_worker_publish(dt_worker *w, dt_vec *const *mine, size_t count) {
    place *p = mixing_place(w);
    double bytes;
    assert(count >= 1 && count <= DT_BUNDLE);
    for (size_t k = 0; k < count; k++) {
        DT_TRY(mixing_compress(w, p, k));
        DT_TRY(dt_worker_charge_packet(w));         /* [time] */
    }
    dt_vec *all = mixing_copy(w, mine, count, &bytes);
    const dt_graph *g = mixing_turn(w, p);
    bool both = g->to == g->neighbour;      /* else no worker fails, and no edge is linked meanwhile */
    for (size_t i = g->to_start[w->rank]; i < g->to_start[w->rank + 1]; i++) {
        edge *e = mixing_edge(p, &g->to[i]);
        if (!e->linked) continue;
        dt_message m = { .tag = edge_tag(e, e->sent++), .bytes = bytes, .vec = dt_vec_keep(all), .value = (double)w->round };
        e->due += both;
        dt_port_post(w->port, w->team->group.port[e->neighbour], m);        /* others may act: the next edge may be linked then */
    }
    for (size_t i = 0; !both && i < p->count; i++) {
        edge *e = mixing_edge(p, &p->heard[i]);
        e->due += e->linked || mixing_sent(w->team->mixing, e) > e->due;
    }
    dt_vec_drop(all);
    return DT_OK;
}

/* ---- collecting ---------------------------------------------------------------------------- */

/* [time] Wait for the copy of a neighbour.  If the edge has been cut, take the copy only if it has come. */
static dt_status mixing_receive(const dt_worker *w, edge *e, dt_message *m) {
    m->vec = NULL;
    if (e->due == e->got) return DT_OK;             /* the edge was linked after the copies of this round went out */
    long link = e->link;
    const dt_port *other = w->team->group.port[e->neighbour];
    dt_status status = dt_port_receive(w->port, other, edge_tag(e, e->got), e->linked ? HUGE_VAL : 0, m);
    if (status != DT_OK) m->vec = NULL;
    if (e->link == link) e->got = e->due;
    return status == DT_ELATE ? DT_OK : status;
}

/* [time] */
static dt_status mixing_receive_all(const dt_worker *w, place *p) {
    for (size_t i = 0; i < p->count; i++) p->come[i].vec = NULL;
    for (size_t i = 0; i < p->count; i++) DT_TRY(mixing_receive(w, mixing_edge(p, &p->heard[i]), &p->come[i]));
    return dt_port_flush(w->port);
}

/* [time] What adding the packets takes that have come. */
static dt_status mixing_charge(dt_worker *w, const place *p, size_t count) {
    double flops = 0;
    for (size_t i = 0; i < p->count; i++)
        if (p->come[i].vec != NULL) flops += (double)count * dt_compress_merge_flops(&w->compress);
    return flops > 0 ? dt_worker_compute(w, flops, NULL, NULL) : DT_OK;
}

static dt_vec *mixing_form(const dt_worker *w, const place *p, double step, const dt_vec *mine, const dt_vec *copy, size_t k,
                           size_t count) {
    dt_vec *next = dt_vec_take(w->learning->vectors);
    for (size_t e = 0; next->x != NULL && e < next->n; e++) {
        double sum = 0;
        for (size_t i = 0; i < p->count; i++) {
            const dt_vec *come = p->come[i].vec;
            if (come == NULL) continue;
            sum += p->weight[i] * ((double)(count == 1 ? come : come->part[k])->x[e] - copy->x[e]);
        }
        next->x[e] = (float)(mine->x[e] + step * sum);
    }
    return next;
}

/* How many rounds the worker counts as finished: as many as the farthest neighbour whose copy it has got.  If the run is over for
 * another reason than the number of rounds, all except the last. */
static long mixing_round(const dt_worker *w, const place *p) {
    const dt_monitor *b = w->monitor;
    const dt_reached none = { .step = 0, .round = 0 };
    bool decided = b->last < LONG_MAX, over = decided ? !dt_monitor_counted(b, b->last, b->last) : dt_monitor_over(b, &none);
    long round = w->round, end = decided ? b->last - 1 : b->decided;
    for (size_t i = 0; i < p->count; i++)
        if (p->come[i].vec != NULL && (long)p->come[i].value > round) round = (long)p->come[i].value;
    return over && end > round ? end : round;
}

/* Move the worker on to that round.  No evaluation waits for its models of the rounds between. */
static dt_status mixing_go_to(dt_worker *w, long round) {
    if (round <= w->round) return DT_OK;
    DT_TRY(dt_monitor_leave(w->monitor, w->rank));
    w->step += round - w->round;
    w->round = round;
    dt_monitor_join(w->monitor, w->rank, round + 1);
    return DT_OK;
}

dt_status dt_worker_collect(dt_worker *w, double step, dt_vec *const *mine, size_t count, dt_vec **mixed) {
    place *p = mixing_place(w);
    dt_status status = mixing_receive_all(w, p);                    /* [time] */
    for (size_t k = 0; k < count; k++) mixed[k] = NULL;
    if (status == DT_OK) status = mixing_charge(w, p, count);       /* [time] */
    if (status == DT_OK) status = mixing_go_to(w, mixing_round(w, p));
    for (size_t k = 0; k < count && status == DT_OK; k++)
        mixed[k] = mixing_form(w, p, step, mine[k], k == 0 ? w->base : p->copy[k], k, count);
    for (size_t i = 0; i < p->count; i++) {
        if (status == DT_OK && p->come[i].vec != NULL) dt_monitor_merged(w->monitor, w->round - (long)p->come[i].value, 1);
        dt_vec_drop(p->come[i].vec);
    }
    return status;
}

dt_status dt_worker_mix(dt_worker *w, dt_vec *const *mine, size_t count, dt_vec **mixed) {
    DT_TRY(dt_worker_publish(w, mine, count));
    return dt_worker_collect(w, 1, mine, count, mixed);
}

dt_status dt_mixing_lossless(const dt_config *scenario) {
    const dt_config *compress = dt_config_get(scenario, "compress");
    const char *name = compress == NULL ? dt_compress_room.preset : dt_config_name(compress);
    if (!dt_compress_of(dt_room_find(&dt_compress_room, name))->lossy) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress", "workers of \"%s\" mix their neighbours' vectors themselves, not what a lossy compressor leaves of them: "
                      "expected \"none\", got \"%s\"", dt_config_name(dt_config_get(scenario, "strategy")), name);
}

/* ---- when hosts fail ----------------------------------------------------------------------- */

dt_status dt_worker_catch_up(dt_worker *w) {
    const place *p = mixing_place(w);
    for (size_t i = 0; i < p->degree; i++) {
        const place *from = &w->team->mixing->place[p->edge[i].neighbour];
        dt_port *other = w->team->group.port[p->edge[i].neighbour];
        if (!from->there || !dt_port_up(other)) continue;
        dt_vec *copy = dt_vec_keep(from->worker->base);
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

void dt_mixing_leave(dt_worker *w) {
    dt_mixing *m = w->team->mixing;
    place *p = mixing_place(w);
    p->there = false;
    for (size_t i = 0; i < p->degree; i++) {
        edge *e = &p->edge[i];
        e->linked = m->place[e->neighbour].edge[e->back].linked = false;
        dt_port_cancel_receive(w->team->group.port[e->neighbour], w->port);
    }
    for (size_t k = 0; k < DT_BUNDLE; k++) {
        dt_vec_drop(p->copy[k]);
        p->copy[k] = NULL;
    }
}

dt_status dt_mixing_join(dt_worker *w) {
    w->step = w->round = w->monitor->farthest;
    if (dt_worker_goes_on(w)) {
        mixing_come(w);
        return DT_OK;
    }
    dt_monitor_join(w->monitor, w->rank, w->round--);
    return dt_worker_mark(w, NAN);
}

/* ---- what fits ------------------------------------------------------------------------------- */

dt_status dt_mixing_fit(const dt_config *scenario, dt_arena *arena) {
    const char *name = dt_config_name(dt_config_get(scenario, "topology")), *key = dt_role_absence(scenario);
    const char *compress = dt_config_name(dt_config_get(scenario, "compress"));
    if (dt_topology_of(dt_room_find(&dt_topology_room, name))->graphs == NULL) return DT_OK;
    if (key != NULL)
        return dt_fail_at(DT_EINVAL, dt_arena_text(arena, "faults.%s", key), "the graph \"%s\" changes from round to round, and workers that %s "
                          "would wait for each other in different rounds: expected a graph that stays, such as \"ring\", or faults "
                          "without %s", name, strcmp(key, "links") == 0 ? "links going off cut off" : "fail",
                          strcmp(key, "links") == 0 ? "links that go off (on)" : key);
    if (!dt_compress_of(dt_room_find(&dt_compress_room, compress))->lossy) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress", "the graph \"%s\" changes from round to round, and a neighbour that is met now and then "
                      "cannot follow a public copy by what \"%s\" leaves of its differences: expected \"none\", or a graph that stays, such "
                      "as \"ring\"", name, compress);
}
