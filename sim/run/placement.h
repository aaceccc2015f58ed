/* placement.h - placement: on which host every worker and every server runs, and in which site that host is. */
#ifndef DT_RUN_PLACEMENT_H
#define DT_RUN_PLACEMENT_H

#include "fault/fault.h"
#include "run/inside.h"

typedef struct dt_placement {
    dt_group      group;
    size_t        places;           /* hosts that workers can run on */
    const size_t *reach;            /* [ranks] host of the server that each worker must be able to reach: the first of its site */
    bool          beside;           /* a server shares the host of a worker, as the key servers says */
} dt_placement;

/* Make the endpoints of all workers and servers; they belong to run.
 * Errors: DT_ENOTFOUND, DT_EINVAL at "server", "servers.count", "sites" or "workers.on". */
dt_status dt_placement_make(dt_placement *s, const dt_setting *setting, dt_engine *e, dt_arena *run);

/* How many hosts workers can run on.  Errors: as above. */
dt_status dt_placement_count(const dt_setting *setting, dt_engine *e, size_t *places, dt_arena *run);

/* Hosts of servers do not fail: refuse faults of workers' hosts if a server shares one of these.
 * Errors: DT_EINVAL at "servers.on". */
dt_status dt_placement_fits(const dt_placement *s, const dt_faults *faults);

/* The name of an endpoint's site; "" if all are in one site, or it is in none. */
const char *dt_placement_site(const dt_group *g, const dt_port *p);

#endif
