/* store.h - a parameter server: a model that servers hold, each a range of its entries.  Workers push gradients to all of
 * them and pull values from all of them.
 *
 * Server k of S has n / S entries (they differ by one at most), and that share of the bytes of a push, rounded up; values are
 * sent whole, 4 bytes an entry.  What arrives at a server in one instant is taken in the order of workers.  When a worker gets
 * its values says the room sync; which of its pushes a server counts is its iteration there (a clock for each range, as in Li
 * et al.).  Where sync merges, the pushes of one iteration become one step of the optimiser on the mean that the team's
 * aggregate forms; else each is a step of its own, whose rate is that of the schedule times the push's share of the samples
 * of one iteration of all workers, so that a round of pushes is one step on the mean.
 *
 *   version   of a range: how often it has changed
 *   round     as many pushes at a server as workers take part.  When it is over at every server of every store, the model is
 *             evaluated (of several stores: each one's).  What ends a run by time or bytes may end it in the middle of a
 *             round, which then counts
 *
 * Servers do not fail.  A worker that is gone is not waited for; back again it counts as far as the slowest.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", section 3. */
#ifndef DT_ROLE_STORE_H
#define DT_ROLE_STORE_H

#include "base/slice.h"
#include "role/gradient.h"
#include "sync/sync.h"

typedef struct dt_store dt_store;
typedef struct dt_stores dt_stores;         /* all of a run: one, or one for each site */

/* What may be added to what a server does. */
typedef struct dt_store_more {
    /* The range has changed by pushes: from before [range.count] to now. */
    void (*changed)(void *owner, const float *before, const float *now);
    /* A message that is no worker's has come; it takes over the count of m->vec. */
    void (*other)(void *owner, dt_message *m);
    void  *owner;
} dt_store_more;

/* Can the resolved scenario's choices work with stores?
 * Errors: DT_EINVAL at "aggregate", which needs the pushes of an iteration together, or whole vectors where servers hold
 * ranges; or at "optimiser", which needs a whole layer or vector there. */
dt_status dt_stores_fit(const dt_config *scenario);

/* Stores of the team's servers that begin with x, which all workers have; by_site: one for the workers and servers of each
 * site, else one of all.  Synchronised by the team's sync. */
dt_stores *dt_stores_new(const dt_team *team, const dt_learning *learning, dt_monitor *monitor, dt_vec *x, bool by_site,
                         dt_arena *run);
size_t     dt_stores_count(const dt_stores *all);
dt_store  *dt_stores_at(const dt_stores *all, size_t number);
dt_store  *dt_stores_of(const dt_stores *all, size_t rank);     /* that of a worker */
void       dt_store_add(dt_store *s, size_t server, const dt_store_more *more);

/* ---- words of a worker ------------------------------------------------------------------------ */

/* The one that the worker pushes to. */
dt_store *dt_worker_store(const dt_worker *w);

/* Is the training still going on? */
bool dt_store_goes_on(const dt_store *s);

/* [time] Push the gradient g [n] of the last dt_worker_gradient, as compressed (where there is a store for each site: whole),
 * and wait until all servers have it.  g stays as it is until the servers have used it. */
DT_CHECKED dt_status dt_store_push(dt_store *s, dt_worker *w, dt_vec *g);

/* [time] x = base = the values of all servers, as soon as sync lets the worker begin its next iteration. */
DT_CHECKED dt_status dt_store_pull(dt_store *s, dt_worker *w);

/* [time] Push g and ask for the values in the same message: a push and a pull in one round trip. */
DT_CHECKED dt_status dt_store_swap(dt_store *s, dt_worker *w, dt_vec *g);

/* [time] The worker's host is back: it counts as far as the slowest, and pulls. */
DT_CHECKED dt_status dt_store_return(dt_store *s, dt_worker *w);

/* ---- words of a server ------------------------------------------------------------------------- */

/* [time] Wait until something arrives, and take all that has: pushes are applied. */
DT_CHECKED dt_status dt_store_hear(dt_store *s, size_t server);

/* Send values to those whom sync lets begin; without it who waits goes on waiting. */
void dt_store_let(dt_store *s, size_t server);

/* [time] Evaluate the model if a round is over everywhere, or the run: then workers that wait for values get them, and the
 * others break off.  Several stores are evaluated 2 ns later: what they are sent until then counts. */
DT_CHECKED dt_status dt_store_mark(dt_store *s);

/* [time] The role of a server that does nothing else: hear, mark, let. */
DT_CHECKED dt_status dt_store_serve(dt_store *s, size_t server);

/* The driver's: nobody waits for that worker any more.  The simulation is over: dt_monitor_end. */
void dt_stores_leave(dt_stores *all, size_t rank);
dt_status dt_stores_end(dt_stores *all);

/* ---- what a server knows ----------------------------------------------------------------------- */

dt_slice dt_store_range(const dt_store *s, size_t server);
dt_vec  *dt_store_values(const dt_store *s, size_t server);    /* [range.count]; shared, not the caller's */
/* entries of the range += change, as if by a push of nobody. */
void     dt_store_change(dt_store *s, size_t server, const float *change);
dt_sync_clocks dt_store_clocks(const dt_store *s, size_t server);
size_t   dt_store_servers(const dt_store *s);
dt_port *dt_store_port(const dt_store *s, size_t server);

/* How much farther ahead of the slowest than sync allows a worker was when it pushed, at most; 0: never.  The audit's. */
long     dt_stores_overrun(const dt_stores *all);

#endif
