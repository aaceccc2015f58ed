/* seats.h - which host every worker and every server has, and in which site it is. */
#ifndef DT_RUN_SEATS_H
#define DT_RUN_SEATS_H

#include "fault/fault.h"
#include "run/inside.h"

typedef struct dt_seats {
    dt_group      group;
    size_t        places;           /* hosts that workers can have */
    const size_t *reach;            /* [ranks] host of the server that each worker is cut off from: the first of its site */
    bool          beside;           /* a server shares the host of a worker, as the key servers asks for */
} dt_seats;

/* Make the ports of all workers and servers; belongs to run.
 * Errors: DT_ENOTFOUND, DT_EINVAL at "server", "servers.count", "sites" or "workers.on". */
dt_status dt_seats_take(dt_seats *s, const dt_setting *setting, dt_engine *e, dt_arena *run);

/* How many hosts workers can have.  Errors: as above. */
dt_status dt_seats_count(const dt_setting *setting, dt_engine *e, size_t *places, dt_arena *run);

/* A server's host does not fail: refuse faults that take the hosts of workers away where one of them is a server's.
 * Errors: DT_EINVAL at "servers.on". */
dt_status dt_seats_bear(const dt_seats *s, const dt_faults *faults);

/* The name of a port's site; "": all are in one, or it is in none. */
const char *dt_seats_site(const dt_group *g, const dt_port *p);

#endif
