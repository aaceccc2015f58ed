/* sync.h - synchronisation of a parameter server: when a worker may begin its next iteration, by the clocks of all workers.
 * In one iteration a worker pushes one gradient.  Nothing here advances the simulated time. */
#ifndef DT_SYNC_SYNC_H
#define DT_SYNC_SYNC_H

#include "base/room.h"
#include <limits.h>

/* What becomes of a worker whose contribution comes after the others have gone on: it finishes, and its contribution is dropped; it
 * breaks off at once; or its contribution counts later. */
typedef enum dt_late { DT_LATE_FINISH, DT_LATE_LEAVE, DT_LATE_WAIT } dt_late;

/* The clocks of its workers, as one server counts them. */
typedef struct dt_sync_clocks {
    size_t      workers;
    const long *done;       /* [workers] iterations whose push has come; LONG_MAX: absent, no worker waits for it */
    long        slowest;    /* the least of done; LONG_MAX: all are absent */
    double      now_s;      /* simulated seconds */
    const double *computed_s;       /* [workers] seconds in which they have computed what they have pushed */
    double     *own;        /* [memory] what the rule keeps of these clocks, zero at first; NULL: it keeps nothing */
} dt_sync_clocks;

/* When an iteration is over whose gradients are merged: as soon as those of all workers but spare have come; and what becomes
 * of the others then. */
typedef struct dt_sync_ending { long spare; dt_late late; } dt_sync_ending;

typedef struct dt_sync_type {
    dt_entry is;
    dt_status (*init)(const void *state);      /* check the parameters against each other; NULL: there is nothing to check */
    /* The most iterations that a worker may be ahead of the slowest when it begins one; LONG_MAX: there is no bound.  If
     * gradients are merged it is finite and does not depend on the clocks: those of one iteration more may wait at a time. */
    long (*lead)(const void *state, const dt_sync_clocks *clocks, size_t worker);
    /* True: the gradients of an iteration wait for each other, and the aggregation rule makes one step of them.  False: each
     * gradient is applied when it comes. */
    bool merges;
    /* How many numbers it keeps of the clocks of so many workers, for each server; NULL: none. */
    size_t (*memory)(const void *state, size_t workers);
    /* Only if it merges.  NULL: an iteration is over when the gradients of all workers have come. */
    dt_sync_ending (*ending)(const void *state);
} dt_sync_type;

typedef struct dt_sync { const dt_sync_type *type; void *state; } dt_sync;

DT_DECLARE_ROOM(sync)       /* preset: "bsp" */

dt_status dt_sync_open(dt_sync *s, const dt_config *config, dt_arena *run);

/* Check that it can synchronise so many workers: one more than the spare ones at least.  Errors: DT_EINVAL at "sync.spare". */
dt_status dt_sync_check(const dt_sync *s, size_t workers);

/* True if the worker may begin an iteration, being done[worker] - slowest ahead of the slowest.  An absent worker may. */
bool dt_sync_allows(const dt_sync *s, const dt_sync_clocks *clocks, size_t worker);

/* How many numbers of clocks.own it needs. */
size_t dt_sync_memory(const dt_sync *s, size_t workers);

/* Iterations whose gradients may wait to be merged at the same time; 0: it does not merge. */
size_t dt_sync_depth(const dt_sync *s);

/* Of one that does not merge, and where all are waited for: no spare workers. */
dt_sync_ending dt_sync_ends(const dt_sync *s);

#endif
