/* replica.c - one step of the optimiser, shared by all replicas. */
#include "role/replica.h"
#include "engine/failure.h"
#include <limits.h>
#include <math.h>
#include <string.h>

/* The model, and the optimiser's memory after the steps that led to it. */
typedef struct replica_state { dt_vec *x; float *memory; long steps; } replica_state;

struct dt_replica {
    replica_state state[2];
    int           newest;
    long          number;           /* of the mean that led to the newest state; -1: there was none */
    dt_worker   **there;            /* [ranks] a worker that has taken every step since it began or recovered; else NULL */
    size_t       *source;           /* [ranks] the worker whose model it is receiving; SIZE_MAX: none */
};

static const size_t nobody = SIZE_MAX;

/* The optimiser that all share. */
static const dt_optimiser *replica_optimiser(const dt_learning *l) { return l->outer != NULL ? l->outer : l->optimiser; }

static size_t replica_memory(const dt_learning *l) { return dt_optimiser_memory(replica_optimiser(l), l->model->n); }

dt_replica *dt_replica_new(const dt_learning *l, const dt_team *team, dt_vec *x, dt_arena *run) {
    dt_replica *r = dt_arena_take(run, 1, sizeof *r);
    size_t memory = l->learn ? replica_memory(l) : 0;
    for (int i = 0; i < 2; i++) {
        r->state[i].x = dt_vec_keep(x);
        if (memory > 0) r->state[i].memory = dt_arena_take(run, memory, sizeof(float));
    }
    r->number = -1;
    r->there = dt_arena_take(run, team->group.ranks, sizeof(void *));
    r->source = dt_arena_take(run, team->group.ranks, sizeof *r->source);
    for (size_t k = 0; k < team->group.ranks; k++) r->source[k] = nobody;
    return r;
}

/* warm: the steps after which the mean is a first moment. */
static void replica_step(const dt_worker *w, const replica_state *from, replica_state *to, const dt_vec *mean, long warm) {
    const dt_learning *l = w->learning;
    const dt_optimiser *o = replica_optimiser(l);
    size_t n = l->model->n;
    to->steps = from->steps + 1;
    if (!l->learn) return;
    dt_meter_begin(dt_pool_meter(l->threads), DT_ARITHMETIC);
    double rate = l->outer != NULL ? l->outer->lr : dt_worker_rate(w);
    if (to->memory != NULL) memcpy(to->memory, from->memory, replica_memory(l) * sizeof(float));
    if (from->steps < warm) dt_optimiser_step(o, rate, to->steps, (dt_slice){ 0, n }, from->x->x, mean->x, to->memory, to->x->x);
    else dt_optimiser_follow(o, rate, to->steps, warm, n, from->x->x, mean->x, to->memory, to->x->x);
    dt_project_apply(l->project, rate, n, to->x->x);
    dt_meter_end(dt_pool_meter(l->threads));
}

static void replica_begin_anew(const dt_worker *w, replica_state *to, const dt_vec *model) {
    const dt_learning *l = w->learning;
    to->steps = 0;
    if (to->memory != NULL) memset(to->memory, 0, replica_memory(l) * sizeof(float));
    dt_vec_blend(to->x, 1, model, 0, NULL);
}

/* Form the step from the state that w has.  If w has missed no step and still has the state before, the newest state was delivered
 * to no worker that is left, and is formed anew. */
static void replica_form(dt_replica *r, const dt_worker *w, const dt_vec *mean, const dt_outcome *outcome, long warm) {
    int last = r->newest, before = 1 - r->newest;
    bool undelivered = r->there[w->rank] != NULL && w->x != r->state[last].x && w->x == r->state[before].x;
    const replica_state *from = &r->state[undelivered ? before : last];
    replica_state *to = &r->state[undelivered ? last : before];
    dt_vec_drop(to->x);
    to->x = dt_vec_take(w->learning->vectors);
    if (outcome->count > 0) replica_step(w, from, to, mean, warm);
    else replica_begin_anew(w, to, mean);
    r->newest = undelivered ? last : before;
    r->number = outcome->number;
}

void dt_worker_apply_moment(dt_worker *w, const dt_vec *mean, const dt_outcome *outcome, long warm) {
    dt_replica *r = w->team->replica;
    if (r->number != outcome->number) replica_form(r, w, mean, outcome, warm);
    dt_worker_adopt(w, r->state[r->newest].x);
    r->there[w->rank] = w;
}

void dt_worker_apply(dt_worker *w, const dt_vec *mean, const dt_outcome *outcome) {
    dt_worker_apply_moment(w, mean, outcome, LONG_MAX);
}

/* ---- first moments that travel --------------------------------------------------------------- */

/* That of the worker's model.  One that is back may have an older model; it contributes nothing until it has the newest. */
static const replica_state *replica_of(const dt_worker *w) {
    const dt_replica *r = w->team->replica;
    return &r->state[w->x == r->state[1 - r->newest].x ? 1 - r->newest : r->newest];
}

bool dt_worker_warms(const dt_worker *w, long warm) { return replica_of(w)->steps < warm; }

void dt_worker_moment(const dt_worker *w, const dt_vec *g, dt_vec *out) {
    const dt_learning *l = w->learning;
    if (!l->learn) return;
    dt_meter_begin(dt_pool_meter(l->threads), DT_ARITHMETIC);
    dt_optimiser_blend(replica_optimiser(l), l->model->n, w->x->x, g->x, replica_of(w)->memory, out->x);
    dt_meter_end(dt_pool_meter(l->threads));
}

dt_status dt_replica_fit_moments(const dt_config *scenario, const char *strategy) {
    const dt_config *optimiser = dt_config_get(scenario, "optimiser");
    const char *name = optimiser == NULL ? dt_optimiser_room.preset : dt_config_name(optimiser);
    if (dt_optimiser_of(dt_room_find(&dt_optimiser_room, name))->follow != NULL) return DT_OK;
    return dt_fail_at(DT_EINVAL, "optimiser", "workers of \"%s\" send each other running means of their gradients, and \"%s\" takes no steps along "
                      "one: expected \"adam\", \"adamw\" or \"sgd\"", strategy, name);
}

/* ---- when hosts fail ----------------------------------------------------------------------- */

static dt_status replica_take_from(dt_worker *w, dt_worker *other) {
    dt_replica *r = w->team->replica;
    const dt_learning *l = w->learning;
    size_t n = l->model->n;
    dt_message m = { .tag = LONG_MAX, .bytes = 4.0 * (double)(n + replica_memory(l)),
                     .vec = dt_vec_keep(other->x) };
    dt_port_post_from_host(other->port, w->port, m);
    r->source[w->rank] = (size_t)other->rank;
    dt_status status = dt_port_receive(w->port, other->port, LONG_MAX, HUGE_VAL, &m);
    r->source[w->rank] = nobody;
    DT_TRY(status);
    dt_worker_adopt(w, m.vec);
    dt_vec_drop(m.vec);
    return DT_OK;
}

dt_status dt_worker_take_over(dt_worker *w) {
    dt_replica *r = w->team->replica;
    for (size_t k = 0; k < w->team->group.ranks; k++) {
        dt_worker *other = r->there[k];
        if (other == NULL || !dt_port_up(other->port) || dt_port_aborted(other->port)) continue;
        dt_status status = replica_take_from(w, other);
        if (status != DT_ELATE) return status;          /* DT_ELATE: that one has failed meanwhile */
    }
    return DT_OK;
}

void dt_replica_leave(const dt_worker *w) {
    dt_replica *r = w->team->replica;
    r->there[w->rank] = NULL;
    for (size_t k = 0; k < w->team->group.ranks; k++)
        if (r->source[k] == (size_t)w->rank) dt_port_cancel_receive(w->team->group.port[k], w->port);
}
