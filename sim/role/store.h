/* store.h - parameter servers: a store is one model that several servers hold, each a range of its entries.  Workers push
 * gradients to all servers of their store and pull values from all of them.
 *
 * Server k of S has n / S entries (the counts differ by one at most).  A push to it has that share of the bytes of the whole
 * packet, rounded up; values are sent whole, 4 bytes an entry.  Messages that arrive at a server at one instant are handled in
 * the order of workers.  The room sync says when a worker gets values.  Each server counts the pushes of each worker: that
 * is the worker's iteration there, a clock for each range as in Li et al.
 * If sync merges, the pushes of one iteration become one step of the optimiser along the mean that the team's aggregation rule
 * forms; if it has spare workers (sync = "backup"), of those that come first.  Else every push is a step of its own.  Its learning rate is that of the schedule times the push's share of the
 * samples in one iteration of all workers, so that a round of pushes moves the model as far as one step along the mean.
 *
 *   version   of a range: how often it has changed
 *   round     as many pushes at a server as workers take part.  When the round is over at every server of every store, the
 *             model is evaluated (of several stores each one's model).  A limit on time or bytes may end the run in the
 *             middle of a round, which then counts
 *
 * durable.h says what happens when servers fail; a push is acknowledged by the values that answer its swap.  A worker whose host has failed is absent: no server waits for it.  When it is back its clock is that of
 * the slowest worker.  keeping.c has the table of states.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", section 3. */
#ifndef DT_ROLE_STORE_H
#define DT_ROLE_STORE_H

#include "base/slice.h"
#include "role/gradient.h"
#include "sync/sync.h"

typedef struct dt_store dt_store;
typedef struct dt_stores dt_stores;         /* all stores of a run: one, or one for each site */

/* Functions that a strategy adds to those of a server; each may be NULL. */
typedef struct dt_store_more {
    /* Pushes have changed the range from before [range.count] to now [range.count]. */
    void (*changed)(void *owner, const float *before, const float *now);
    /* A message from another server has come; the function takes over the count of m->vec. */
    void (*other)(void *owner, dt_message *m);
    void  *owner;
} dt_store_more;

/* Check that the choices of a resolved scenario work with stores.
 * Errors: DT_EINVAL at "aggregate", if it needs all pushes of an iteration at once or whole vectors, but sync or the ranges of
 * several servers do not give it those; or at "optimiser", if it needs a whole layer or vector. */
dt_status dt_stores_fit(const dt_config *scenario);

/* Make the stores of the team's servers.  They begin with the model x, which all workers have, and are synchronised by the
 * team's sync.  by_site: a store for the workers and servers of each site; else one for all. */
dt_stores *dt_stores_new(const dt_team *team, const dt_learning *learning, dt_monitor *monitor, dt_vec *x, bool by_site,
                         dt_arena *run);
size_t     dt_stores_count(const dt_stores *all);
dt_store  *dt_stores_at(const dt_stores *all, size_t number);
dt_store  *dt_stores_of(const dt_stores *all, size_t rank);     /* the one of a worker */
void       dt_store_add(dt_store *s, size_t server, const dt_store_more *more);

/* ---- functions of a worker -------------------------------------------------------------------- */

/* The store that the worker pushes to. */
dt_store *dt_worker_store(const dt_worker *w);

/* True while the training goes on. */
bool dt_store_goes_on(const dt_store *s);

/* [time] Push the gradient g [n] of the last dt_worker_gradient, compressed (if each site has a store: whole), and wait until all
 * servers have received it.  The caller must not change g until the servers have used it. */
DT_CHECKED dt_status dt_store_push(dt_store *s, dt_worker *w, dt_vec *g);

/* [time] Ask for the values: x = base = those of all servers, as soon as sync lets the worker begin its next iteration. */
DT_CHECKED dt_status dt_store_pull(dt_store *s, dt_worker *w);

/* [time] Push g and ask for the values in the same message, which saves the round trip of a pull. */
DT_CHECKED dt_status dt_store_swap(dt_store *s, dt_worker *w, dt_vec *g);

/* [time] The worker's host is up again: set its clock to that of the slowest worker, and pull. */
DT_CHECKED dt_status dt_store_return(dt_store *s, dt_worker *w);

/* ---- functions of a server --------------------------------------------------------------------- */

/* [time] Wait until a message arrives, and handle all that have: pushes are applied, requests for values are noted. */
DT_CHECKED dt_status dt_store_hear(dt_store *s, size_t server);

/* Send values to the waiting workers that sync lets begin.  Without a call they go on waiting. */
void dt_store_let(dt_store *s, size_t server);

/* [time] Evaluate the model if a round, or the run, is over at all servers.  If the run is over, waiting workers get values and
 * the work of the others is aborted.  Several stores are evaluated 2 ns later, after messages that arrive until then. */
DT_CHECKED dt_status dt_store_mark(dt_store *s);

/* [time] The role of a server that does nothing else: hear, mark and let in turn, until the training is over. */
DT_CHECKED dt_status dt_store_serve(dt_store *s, size_t server);

/* For the driver: no server waits for that worker any more; and dt_monitor_end after the simulation. */
void dt_stores_leave(dt_stores *all, size_t rank);
dt_status dt_stores_end(dt_stores *all);

/* ---- what a server has ------------------------------------------------------------------------- */

dt_slice dt_store_range(const dt_store *s, size_t server);
dt_vec  *dt_store_values(const dt_store *s, size_t server);    /* [range.count]; shared, the caller has no count */
/* Add change [range.count] to the entries of the range, as a push does, but count it as no worker's. */
void     dt_store_change(dt_store *s, size_t server, const float *change);
dt_sync_clocks dt_store_clocks(const dt_store *s, size_t server);
size_t   dt_store_servers(const dt_store *s);
dt_port *dt_store_port(const dt_store *s, size_t server);

/* By how many iterations a worker was farther ahead when it pushed than sync allowed when it began, at most.  It must be 0: the audit
 * checks that. */
long     dt_stores_overrun(const dt_stores *all);

#endif
