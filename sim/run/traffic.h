/* traffic.h - how much each program sent to each other one, counted message by message, and how much each link carried. */
#ifndef DT_RUN_TRAFFIC_H
#define DT_RUN_TRAFFIC_H

#include "engine/engine.h"
#include "record/record.h"

/* Two programs in one direction, hands included; ports NULL: a free place. */
typedef struct dt_flow { const dt_port *from, *to; double bytes, messages; } dt_flow;

typedef struct dt_traffic {
    dt_arena *arena;
    dt_flow  *flow;             /* [room] by a hash of the programs */
    size_t    room, flows;
    double    bytes;            /* of all */
} dt_traffic;

/* How the record names an endpoint: "worker" or "server", and its rank; if p is NULL, "" and 0. */
dt_cell dt_traffic_role(const dt_port *p);
dt_cell dt_traffic_rank(const dt_port *p);
dt_cell dt_traffic_hand(const dt_port *p);      /* "" for the program's own */

/* The columns of /run/routes and /run/links; a name NULL ends them. */
extern const dt_column dt_traffic_route_columns[], dt_traffic_link_columns[];

void dt_traffic_open(dt_traffic *t, dt_arena *run);
void dt_traffic_add(dt_traffic *t, const dt_flight *message);

/* Write the tables /run/routes and /run/links.  The bytes of the links are those of the routes that cross them. */
dt_status dt_traffic_write(const dt_traffic *t, dt_engine *e, dt_record *record);

#endif
