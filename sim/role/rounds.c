/* rounds.c - when a round of all stores is over: evaluating their models, and the end of the run. */
#include "role/hooks.h"
#include "role/marking.h"
#include "engine/failure.h"
#include <math.h>
#include <string.h>

/* How long several stores wait, when a round ends, for messages that are on links without cost: twice the resolution of the
 * simulated clock. */
static const double moment_s = 2e-9;

/* Copy the values of all servers of a store into x [n]. */
static void store_gather(const dt_store *s, float *x) {
    for (size_t k = 0; k < s->servers; k++)
        memcpy(x + s->part[k].range.first, s->part[k].x->x, s->part[k].range.count * sizeof(float));
}

/* Evaluate the model of the one store, or of each store by itself, as it is now. */
static dt_status stores_evaluate(dt_stores *all, const dt_reached *r) {
    if (all->monitor->judged == DT_JUDGED_COMMON) {
        if (all->model != NULL) store_gather(all->store, all->model);
        return dt_monitor_reach(all->monitor, all->model != NULL ? all->model : all->store->part->x->x, r);
    }
    for (size_t i = 0; i < all->count; i++) {
        dt_vec *x = dt_vec_take(all->learning->vectors);
        if (x->x != NULL) store_gather(&all->store[i], x->x);
        dt_status status = dt_monitor_collect(all->monitor, (long)i, x, r);
        dt_vec_drop(x);
        DT_TRY(status);
    }
    return DT_OK;
}

dt_status dt_stores_end(dt_stores *all) {
    dt_vec **each = dt_arena_take(all->run, all->count, sizeof(dt_vec *));
    for (size_t i = 0; i < all->count; i++) {
        each[i] = dt_vec_take(all->learning->vectors);
        if (each[i]->x != NULL) store_gather(&all->store[i], each[i]->x);
    }
    bool common = all->monitor->judged == DT_JUDGED_COMMON;
    dt_status status = dt_monitor_end(all->monitor, common ? each[0]->x : NULL, common ? NULL : each);
    for (size_t i = 0; i < all->count; i++) dt_vec_drop(each[i]);
    return status;
}

static void store_break_off(dt_store *s) {
    for (size_t i = 0; i < s->workers; i++) {
        bool waits = false;
        for (size_t k = 0; k < s->servers; k++) waits |= s->part[k].waits[i];
        if (!waits || dt_durable_stranded(s, i)) dt_port_abort(s->all->team->group.port[s->worker[i]]);
    }
    for (size_t k = 0; k < s->servers; k++) dt_store_let(s, k);
}

static void stores_finish(dt_stores *all) {
    all->over = true;
    for (size_t i = 0; i < all->count; i++) store_break_off(&all->store[i]);
    dt_engine_finish(all->team->group.engine);
}

/* How many rounds are over at every server.  A server without present workers is not waited for. */
static long stores_round(const dt_stores *all) {
    long round = LONG_MAX;
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->store[i].servers; k++) {
            const dt_keeper *p = &all->store[i].part[k];
            if (p->present > 0 && p->round < round) round = p->round;
        }
    return round == LONG_MAX ? all->round : round;
}

static bool stores_begun(const dt_stores *all) {
    bool begun = false;
    for (size_t i = 0; i < all->count; i++) begun |= all->store[i].part->count > 0;
    return begun;
}

/* Make the evaluation that is due, and end the run if that was the last one. */
static dt_status stores_conclude(void *arg) {
    dt_stores *all = arg;
    const dt_reached r = all->reached;
    if (!all->due || all->over) return DT_OK;
    all->due = false;
    DT_TRY(stores_evaluate(all, &r));
    if (!dt_monitor_goes_on(all->monitor, r.round, r.step)) stores_finish(all);
    return DT_OK;
}

/* A round that the end of the run cuts short counts as one.  Several stores are evaluated moment_s later, so that messages between
 * them on links without cost arrive first. */
dt_status dt_store_mark(dt_store *s) {
    dt_stores *all = s->all;
    dt_monitor *monitor = all->monitor;
    if (all->over) return DT_OK;
    if (stores_round(all) > all->round) dt_monitor_spend(monitor);      /* other actors may act meanwhile, and evaluate it */
    if (all->over) return DT_OK;
    long round = stores_round(all);
    if (round < all->round) return DT_OK;       /* a range has gone back to a copy that lacks its last changes */
    dt_reached r = { .step = round, .round = round, .updates = all->applied - all->marked,
                     .rate = all->learning->optimiser->lr * all->store->part->past, .consensus_distance = NAN };
    if (round == all->round) {
        if (!stores_begun(all) || !dt_monitor_over(monitor, &r)) return DT_OK;
        r.step = ++r.round;
        r.rate = all->learning->optimiser->lr * all->store->part->factor;
    }
    DT_TRY(stores_conclude(all));
    all->round = r.round;
    all->marked = all->applied;
    all->reached = r;
    all->due = true;
    if (all->count == 1) return stores_conclude(all);
    dt_engine_at(monitor->engine, dt_engine_now(monitor->engine) + moment_s, stores_conclude, all);
    return DT_OK;
}
