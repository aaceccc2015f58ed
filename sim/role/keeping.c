/* keeping.c - what servers do with pushes and requests, and the clocks of their workers.
 *
 * A server keeps four facts of each worker.  They do not exclude each other, so they are not one enum:
 *   absent   done is LONG_MAX: its host has failed and the deadline is over, so nobody waits for it
 *   pushed   gradients of it wait to be merged; only if sync merges
 *   behind   an iteration has ended without its gradient; only if sync has spare workers: late.c has the table
 *   waits    it has asked for values and has not got them
 *
 *   event                               in state           what happens
 *   PUSH, and sync merges               present            pushed, done + 1
 *   PUSH, and sync does not             present            the range takes one step, done + 1
 *   PUSH                                absent             the gradient is dropped: it came too late
 *   PULL                                any                waits
 *   SWAP                                any                as PUSH, then as PULL
 *   all present workers have pushed     pushed             the range takes one step with the gradients of that iteration, which are
 *   their gradient of an iteration                         used; likewise once those of all workers but the spare ones have come
 *   dt_store_let, sync allows it        waits              values are sent: not waits.  sync allows an absent worker at once
 *   dt_stores_leave                     present            absent, not waits.  Its gradients are still merged with the others'
 *   dt_store_return                     absent             present, not pushed, not behind, done = that of the slowest; it pulls
 *   the training is over                waits              values are sent: not waits
 *
 * Invariants, asserted below:
 *   present counts the workers that are not absent, and slowest is the least clock among them
 *   if sync merges, no present worker's clock is below round, the iteration that is merged next, or more than depth above it; and
 *   no worker is sent values before the iterations that it must not miss are merged
 *   of each worker one gradient of an iteration waits at most
 *   a worker asks for values at most once at a time */
#include "role/hooks.h"
#include "engine/failure.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPARE = 64 };        /* messages of one instant from other servers */

/* ---- opening ----------------------------------------------------------------------------------- */

static void part_clocks_open(dt_keeper *p, size_t workers, size_t depth, dt_arena *run) {
    p->done = dt_arena_take(run, workers, sizeof *p->done);
    p->computed_s = dt_arena_take(run, workers, sizeof *p->computed_s);
    p->seen = dt_arena_take(run, workers, sizeof *p->seen);
    p->granted = dt_arena_take(run, workers, sizeof *p->granted);
    p->number = dt_arena_take(run, workers, sizeof *p->number);
    p->waits = dt_arena_take(run, workers, sizeof *p->waits);
    p->pushed = dt_arena_take(run, workers * depth, sizeof *p->pushed);
    p->behind = dt_arena_take(run, workers, sizeof *p->behind);
    p->asked = dt_arena_take(run, workers, sizeof *p->asked);
    p->present = p->at_slowest = workers;
}

void dt_store_part_open(dt_store *s, size_t server) {
    const dt_stores *all = s->all;
    const dt_learning *l = all->learning;
    dt_keeper *p = &s->part[server];
    size_t n = all->x->n, servers = s->servers, rest = n % servers;
    p->port = s->server[server];
    p->range.count = n / servers + (server < rest);
    p->range.first = server * (n / servers) + (server < rest ? server : rest);
    p->pool = servers == 1 ? l->vectors : l->learn ? dt_vec_pool_new(p->range.count, all->run) : dt_vec_pool_blank(p->range.count, all->run);
    p->x = servers == 1 ? dt_vec_keep(all->x) : dt_vec_take(p->pool);
    if (servers > 1 && p->x->x != NULL) memcpy(p->x->x, all->x->x + p->range.first, p->range.count * sizeof(float));
    size_t memory = dt_optimiser_memory(l->optimiser, p->range.count);
    if (memory > 0 && l->learn) p->memory = dt_arena_take(all->run, memory, sizeof *p->memory);
    p->factor = p->past = s->all->monitor->factor;
    part_clocks_open(p, s->workers, all->depth, all->run);
    size_t own = dt_sync_memory(s->all->sync, s->workers);
    if (own > 0) p->own = dt_arena_take(all->run, own, sizeof *p->own);
    p->room = 2 * s->workers + SPARE;
    p->in = dt_arena_take(all->run, p->room, sizeof *p->in);
}

/* ---- clocks ------------------------------------------------------------------------------------ */

void dt_store_find_slowest(const dt_store *s, dt_keeper *p) {
    size_t present = 0;
    p->slowest = LONG_MAX;
    p->at_slowest = 0;
    for (size_t i = 0; i < s->workers; i++) {
        present += p->done[i] != LONG_MAX;
        if (p->done[i] < p->slowest) p->at_slowest = 0;
        if (p->done[i] <= p->slowest) p->slowest = p->done[i], p->at_slowest++;
    }
    assert(present == p->present);
    p->moved = true;
}

dt_sync_clocks dt_store_clocks(const dt_store *s, size_t server) {
    const dt_keeper *p = &s->part[server];
    return (dt_sync_clocks){ .workers = s->workers, .done = p->done, .slowest = p->slowest, .computed_s = p->computed_s,
                             .now_s = dt_engine_now(s->all->team->group.engine), .own = p->own };
}

/* A present worker has ended one more iteration. */
static void part_advance(dt_store *s, dt_keeper *p, size_t i) {
    assert(p->done[i] != LONG_MAX && p->done[i] >= p->slowest);
    long ahead = p->done[i] - p->slowest;
    if (ahead > p->granted[i] && ahead - p->granted[i] > s->all->overrun) s->all->overrun = ahead - p->granted[i];
    if (p->done[i]++ > p->slowest) return;
    if (--p->at_slowest == 0) dt_store_find_slowest(s, p);
}

/* ---- changes ----------------------------------------------------------------------------------- */

/* The vector that the new values go to: another one than x if workers hold x, or if a function asks for the old values. */
static dt_vec *part_next(const dt_keeper *p) {
    return p->x->owners == 1 && p->more.changed == NULL ? dt_vec_keep(p->x) : dt_vec_take(p->pool);
}

static void part_put(dt_keeper *p, dt_vec *next) {
    if (next->x != NULL && p->more.changed != NULL) p->more.changed(p->more.owner, p->x->x, next->x);
    dt_vec_drop(p->x);
    p->x = next;
    p->version++;
    p->moved = true;
}

/* One step of the optimiser along g [range.count]. */
static void part_step(dt_store *s, dt_keeper *p, const float *g, double share) {
    const dt_learning *l = s->all->learning;
    dt_vec *next = part_next(p);
    p->steps++;
    if (next->x != NULL)
        dt_learning_descend(l, l->optimiser->lr * p->factor * share, p->steps, p->range, p->x->x, g, p->memory, next->x);
    part_put(p, next);
}

void dt_store_change(dt_store *s, size_t server, const float *change) {
    dt_keeper *p = &s->part[server];
    dt_vec *next = p->x->owners == 1 ? dt_vec_keep(p->x) : dt_vec_take(p->pool);
    for (size_t e = 0; next->x != NULL && e < p->range.count; e++) next->x[e] = p->x->x[e] + change[e];
    dt_vec_drop(p->x);
    p->x = next;
    p->version++;
    p->moved = true;
}

/* ---- rounds ------------------------------------------------------------------------------------ */

static void part_end_round(dt_store *s, dt_keeper *p) {
    p->round++;
    p->count = 0;
    p->past = p->factor;
    p->factor = dt_monitor_factor(s->all->monitor, p->round, p->round, false);
}

static void part_count(dt_store *s, const dt_keeper *p, long seen) {
    if (p == s->part) {
        s->all->applied++;
        dt_monitor_merged(s->all->monitor, p->version - seen, 1);
    }
}

/* ---- pushes ------------------------------------------------------------------------------------ */

/* The samples of one iteration of all present workers of a store, as that server counts them. */
static double part_store_sum(const dt_store *s, size_t server, long iteration) {
    const dt_learning *l = s->all->learning;
    const long *done = s->part[server].done;
    double sum = 0;
    for (size_t i = 0; i < s->workers; i++)
        if (done[i] != LONG_MAX)
            sum += dt_learning_samples(l, s->worker[i], iteration + 1) - dt_learning_samples(l, s->worker[i], iteration);
    return sum;
}

/* The same of all stores, as if each were in the same iteration. */
static double part_sum(const dt_store *s, const dt_keeper *p, long iteration) {
    double sum = 0;
    for (size_t j = 0; j < s->all->count; j++) sum += part_store_sum(&s->all->store[j], (size_t)(p - s->part), iteration);
    return sum;
}

/* The same, kept until a worker becomes absent or present. */
static double part_samples(const dt_store *s, dt_keeper *p, long iteration) {
    size_t at = (size_t)iteration % DT_STORE_TOTALS;
    if (p->total[at].changes != s->all->changes || p->total[at].iteration != iteration) {
        p->total[at].iteration = iteration;
        p->total[at].changes = s->all->changes;
        p->total[at].samples = part_sum(s, p, iteration);
    }
    return p->total[at].samples;
}

/* Apply a push at once, as a step of its own. */
static void part_apply(dt_store *s, dt_keeper *p, size_t i, const dt_message *m) {
    part_count(s, p, p->seen[i]);
    part_step(s, p, m->vec->x == NULL ? NULL : m->vec->x + p->range.first, m->value / part_samples(s, p, p->done[i]));
    if (++p->count >= p->present) part_end_round(s, p);
}

static dt_pending *part_pending(const dt_store *s, const dt_keeper *p, size_t i, long iteration) {
    size_t depth = s->all->depth;
    return &p->pushed[i * depth + (size_t)iteration % depth];
}

/* Have enough gradients come of the iteration that is merged next: those of all present workers, or of all but the spare ones? */
static bool part_enough(const dt_store *s, const dt_keeper *p) {
    size_t come = 0, spare = (size_t)s->all->ending.spare;
    if (s->all->depth == 0 || p->present == 0) return false;
    if (p->slowest > p->round) return true;
    for (size_t i = 0; spare > 0 && i < s->workers; i++) come += part_pending(s, p, i, p->round)->g != NULL;
    return come > 0 && come + spare >= s->workers;
}

/* An iteration has ended without the gradients of some workers. */
static void part_close(dt_store *s, dt_keeper *p) {
    dt_store_pass_over(s, p);
    dt_store_find_slowest(s, p);
    if (s->all->ending.late == DT_LATE_LEAVE) dt_store_dismiss(s);
}

/* [time] Make one step of all gradients of an iteration, those of workers that have become absent since then among them. */
static dt_status part_merge(dt_store *s, dt_keeper *p) {
    const dt_team *team = s->all->team;
    size_t count = 0;
    double samples = 0;
    for (size_t i = 0; i < s->workers; i++) {
        const dt_pending *g = part_pending(s, p, i, p->round);
        assert(g->g != NULL || p->slowest == p->round || p->done[i] == LONG_MAX);     /* who is waited for has pushed */
        if (g->g == NULL) continue;
        samples += g->samples;
        part_count(s, p, g->seen);
        s->x[count] = g->g->x == NULL ? NULL : g->g->x + p->range.first;
        s->size[count++] = g->samples;
    }
    dt_inputs in = { count, p->range.count, s->x, s->size };
    dt_vec *mean = dt_vec_take(p->pool);
    if (mean->x != NULL)
        dt_aggregate_form_range(team->aggregate, &in, p->range.first, s->weight, mean->x, s->all->learning->threads);
    if (s->all->ending.spare > 0) samples = part_store_sum(s, (size_t)(p - s->part), p->round);     /* the mean stands for all */
    part_step(s, p, mean->x, s->all->count == 1 ? 1 : fmin(1, samples / part_samples(s, p, p->round)));
    dt_vec_drop(mean);
    for (size_t i = 0; i < s->workers; i++) {
        dt_pending *g = part_pending(s, p, i, p->round);
        dt_vec_drop(g->g);
        g->g = NULL;
    }
    part_end_round(s, p);
    if (s->all->ending.spare > 0) part_close(s, p);
    double flops = dt_aggregate_flops(team->aggregate, count, p->range.count);
    return flops > 0 ? dt_port_compute(p->port, flops, NULL, NULL) : DT_OK;
}

static dt_status part_merge_next(dt_store *s, dt_keeper *p) { return part_enough(s, p) ? part_merge(s, p) : DT_OK; }

static void part_push(dt_store *s, dt_keeper *p, size_t i, dt_message *m) {
    if (p->done[i] == LONG_MAX || s->all->over) return;     /* it was on its way when the worker was given up, or the run ended */
    if (p->behind[i] && !dt_store_late(s, p, i, m)) return;
    p->computed_s[i] += m->note[DT_STORE_COMPUTED];
    if (s->all->depth > 0) {
        dt_pending *g = part_pending(s, p, i, p->done[i]);
        assert(g->g == NULL && p->done[i] >= p->round && p->done[i] < p->round + (long)s->all->depth);
        *g = (dt_pending){ dt_vec_keep(m->vec), m->value, p->seen[i] };
    } else {
        part_apply(s, p, i, m);
    }
    part_advance(s, p, i);
}

static bool part_is_worker(const dt_message *m) { return dt_port_kind_of(m->from) == DT_PORT_WORKER; }

/* Messages of workers before those of servers, each in the order of ranks, and then in the order of sending. */
static int part_order(const void *a, const void *b) {
    const dt_message *left = a, *right = b;
    bool l = part_is_worker(left), r = part_is_worker(right);
    if (l != r) return l ? -1 : 1;
    size_t i = dt_port_index(left->from), j = dt_port_index(right->from);
    if (i != j) return i < j ? -1 : 1;
    return (left->tag > right->tag) - (left->tag < right->tag);
}

static void part_take(dt_store *s, dt_keeper *p, dt_message *m) {
    if (!part_is_worker(m)) {
        if (p->more.other != NULL) p->more.other(p->more.owner, m);
        else dt_durable_hear(p, m);
        return;
    }
    size_t i = s->all->index[dt_port_index(m->from)];
    long kind = m->tag % DT_STORE_KINDS;
    if (kind != DT_STORE_PULL && dt_durable_takes(s, p, i, m)) part_push(s, p, i, m);
    if (kind != DT_STORE_PUSH && !p->waits[i]) {
        p->waits[i] = true;
        assert(p->asks < s->workers);
        p->asked[p->asks++] = i;
    }
    dt_vec_drop(m->vec);
}

/* ---- functions of a server ----------------------------------------------------------------------- */

/* [time] What adding so many packets takes of the server's range. */
static dt_status part_charge(const dt_store *s, const dt_keeper *p, size_t packets) {
    double flops = s->all->merge_flops * (double)packets * ((double)p->range.count / (double)s->all->x->n);
    return flops > 0 ? dt_port_compute(p->port, flops, NULL, NULL) : DT_OK;
}

/* When a worker has left, several iterations may be complete: they are merged one at a time, so that each round can be marked. */
static dt_status part_hear(dt_store *s, dt_keeper *p) {
    size_t count = 0, packets = 0;
    if (part_enough(s, p)) return part_merge(s, p);
    dt_status status = dt_port_receive(p->port, NULL, DT_ANY, HUGE_VAL, &p->in[0]);
    if (status == DT_ELATE) return part_merge_next(s, p);     /* a worker has left */
    DT_TRY(status);
    if (s->all->ordered) status = dt_port_settle(p->port);
    for (count = 1; count < p->room && status == DT_OK; count += status == DT_OK)
        status = dt_port_receive(p->port, NULL, DT_ANY, 0, &p->in[count]);
    if (status != DT_OK && status != DT_ELATE) {                /* its host has failed with these messages */
        for (size_t m = 0; m < count; m++) dt_vec_drop(p->in[m].vec);
        return status;
    }
    qsort(p->in, count, sizeof *p->in, part_order);
    for (size_t m = 0; m < count; m++) packets += part_is_worker(&p->in[m]) && p->in[m].tag % DT_STORE_KINDS != DT_STORE_PULL;
    for (size_t m = 0; m < count; m++) part_take(s, p, &p->in[m]);
    DT_TRY(part_charge(s, p, packets));
    return part_merge_next(s, p);
}

dt_status dt_store_hear(dt_store *s, size_t server) {
    DT_TRY(part_hear(s, &s->part[server]));
    dt_durable_changed(&s->part[server]);
    return DT_OK;
}

static void part_answer(dt_store *s, dt_keeper *p, size_t i) {
    dt_message m = { .tag = p->number[i] * DT_STORE_KINDS + DT_STORE_VALUES, .bytes = 4.0 * (double)p->range.count,
                     .vec = dt_vec_keep(p->x), .value = (double)p->version };
    p->waits[i] = false;
    assert(s->all->over || p->present == 0 || s->all->depth == 0 || p->slowest == p->round);
    dt_durable_answer(s, p, i, m);
    p->seen[i] = p->version;
}

void dt_store_let(dt_store *s, size_t server) {
    dt_keeper *p = &s->part[server];
    dt_sync_clocks clocks = dt_store_clocks(s, server);
    bool all = p->moved || s->all->over;
    if (part_enough(s, p) && !s->all->over) return;
    for (size_t a = 0; a < (all ? s->workers : p->asks); a++) {
        size_t i = all ? a : p->asked[a];
        bool may = s->all->over || dt_sync_allows(s->all->sync, &clocks, i);
        if (!p->waits[i] || !may) continue;
        p->granted[i] = s->all->sync->type->lead(s->all->sync->state, &clocks, i);
        part_answer(s, p, i);
    }
    p->asks = 0;
    p->moved = false;
}

dt_status dt_store_serve(dt_store *s, size_t server) {
    for (;;) {
        DT_TRY(dt_store_hear(s, server));       /* [time] */
        DT_TRY(dt_store_mark(s));               /* [time] */
        dt_store_let(s, server);
        DT_TRY(dt_durable_save(&s->part[server]));      /* [time] */
    }
}

/* ---- failure and recovery of workers --------------------------------------------------------------- */

/* The worker waits for no values any more.  It may be back, and ask again, before the server has answered any worker. */
static void part_unask(dt_keeper *p, size_t i) {
    size_t kept = 0;
    for (size_t a = 0; a < p->asks; a++)
        if (p->asked[a] != i) p->asked[kept++] = p->asked[a];
    p->asks = kept;
    p->waits[i] = false;
    dt_durable_leave(p, i);
}

/* Wake the actors of the servers, so that they merge what need not wait any longer. */
static void store_look(const dt_store *s) {
    for (size_t k = 0; k < s->servers; k++) dt_port_cancel_receive(s->part[k].port, NULL);
}

void dt_stores_leave(dt_stores *all, size_t rank) {
    dt_store *s = dt_stores_of(all, rank);
    size_t i = all->index[rank];
    all->changes++;
    for (size_t k = 0; k < s->servers; k++) {
        dt_keeper *p = &s->part[k];
        if (p->done[i] == LONG_MAX) continue;
        p->done[i] = LONG_MAX;
        part_unask(p, i);
        p->present--;
        dt_store_find_slowest(s, p);
        if (p->count > 0 && p->count >= p->present && p->present > 0) part_end_round(s, p);
    }
    store_look(s);
}

/* Its clock is that of the slowest; where gradients are merged, the iteration that is merged next.  If it is the only present worker of
 * its store, that is the number of rounds that the other stores have ended. */
static void part_return(dt_store *s, dt_keeper *p, size_t i) {
    if (p->present++ == 0 && p->round < s->all->round) p->round = s->all->round;
    p->done[i] = p->slowest == LONG_MAX || s->all->depth > 0 ? p->round : p->slowest;
    p->behind[i] = false;
    dt_durable_join(p, i);
    for (size_t d = 0; d < s->all->depth; d++) {
        dt_vec_drop(p->pushed[i * s->all->depth + d].g);
        p->pushed[i * s->all->depth + d].g = NULL;
    }
    dt_store_find_slowest(s, p);
}

/* A worker that has broken off does not take that step again, whose time may be the same each time. */
dt_status dt_store_return(dt_store *s, dt_worker *w) {
    size_t i = s->all->index[w->rank];
    s->all->changes++;
    for (size_t k = 0; k < s->servers; k++)
        if (s->part[k].done[i] == LONG_MAX) part_return(s, &s->part[k], i);
    if (s->left[i] && w->drawn > w->step) w->step = w->drawn;
    s->left[i] = false;
    return dt_store_pull(s, w);
}

/* ---- what a server has ----------------------------------------------------------------------------- */

dt_slice dt_store_range(const dt_store *s, size_t server) { return s->part[server].range; }
dt_vec *dt_store_values(const dt_store *s, size_t server) { return s->part[server].x; }
size_t dt_store_servers(const dt_store *s) { return s->servers; }
dt_port *dt_store_port(const dt_store *s, size_t server) { return s->part[server].port; }
long dt_stores_overrun(const dt_stores *all) { return all->overrun; }
