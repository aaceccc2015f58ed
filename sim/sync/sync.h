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
} dt_sync_clocks;

typedef struct dt_sync_type {
    dt_entry is;
    /* The most iterations that a worker may be ahead of the slowest when it begins one; LONG_MAX: there is no bound. */
    long (*lead)(const void *state, const dt_sync_clocks *clocks, size_t worker);
    /* True: the gradients of an iteration wait for each other, and the aggregation rule makes one step of them.  False: each
     * gradient is applied when it comes. */
    bool merges;
} dt_sync_type;

typedef struct dt_sync { const dt_sync_type *type; void *state; } dt_sync;

DT_DECLARE_ROOM(sync)       /* preset: "bsp" */

dt_status dt_sync_open(dt_sync *s, const dt_config *config, dt_arena *run);

/* True if the worker may begin an iteration, being done[worker] - slowest ahead of the slowest.  An absent worker may. */
bool dt_sync_allows(const dt_sync *s, const dt_sync_clocks *clocks, size_t worker);

#endif
