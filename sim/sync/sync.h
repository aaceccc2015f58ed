/* sync.h - when a worker of a parameter server may begin its next iteration, by how far all workers have come.
 * An iteration of a worker is one gradient that it pushes.  Nothing here advances the clock. */
#ifndef DT_SYNC_SYNC_H
#define DT_SYNC_SYNC_H

#include "base/room.h"
#include <limits.h>

/* What one server knows of its workers. */
typedef struct dt_sync_clocks {
    size_t      workers;
    const long *done;       /* [workers] iterations whose push has come; LONG_MAX: gone, nobody waits for it */
    long        slowest;    /* the least of done; LONG_MAX: all are gone */
} dt_sync_clocks;

typedef struct dt_sync_type {
    dt_entry is;
    /* How many iterations a worker may be ahead of the slowest when it begins one; LONG_MAX: there is no bound. */
    long (*lead)(const void *state, const dt_sync_clocks *clocks, size_t worker);
    /* The pushes of an iteration wait for each other, and the aggregate makes one change of the model of them; false: each is
     * applied as it comes. */
    bool merges;
} dt_sync_type;

typedef struct dt_sync { const dt_sync_type *type; void *state; } dt_sync;

DT_DECLARE_ROOM(sync)       /* preset: "bsp" */

dt_status dt_sync_open(dt_sync *s, const dt_config *config, dt_arena *run);

/* May the worker begin an iteration, done[worker] - slowest ahead of the slowest?  One that is gone and asks may. */
bool dt_sync_allows(const dt_sync *s, const dt_sync_clocks *clocks, size_t worker);

#endif
