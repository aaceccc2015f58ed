/* port.h - the endpoints of a run: the ports of workers and servers, and accounts of what their actors did.
 * Units: seconds, bytes, flops. */
#ifndef DT_ENGINE_PORT_H
#define DT_ENGINE_PORT_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct dt_engine dt_engine;
typedef struct dt_port dt_port;

/* A port is an endpoint: a host, an inbox (mailbox) and accounts.  One actor uses it at a time.  Programs differ by kind and
 * index: worker 3, server 0.  The port belongs to run. */
typedef enum dt_port_kind { DT_PORT_WORKER, DT_PORT_SERVER } dt_port_kind;
dt_port *dt_port_new(dt_engine *e, size_t host, dt_port_kind kind, size_t index, dt_arena *run);

/* Make a hand: a port of the same program as p for a second actor, so that it can send while it computes.  It has the kind,
 * index and host of p, and an inbox and accounts of its own.  It fails, recovers and is aborted with p, and is reset by
 * itself.  name is for people: "courier". */
dt_port *dt_port_beside(dt_port *p, const char *name, dt_arena *run);

dt_port_kind dt_port_kind_of(const dt_port *p);
size_t       dt_port_index(const dt_port *p);
const char  *dt_port_hand(const dt_port *p);        /* "" for the program's own */
const char  *dt_port_title(const dt_port *p, dt_arena *run);       /* for people: "server 0", "worker 3's courier" */
size_t       dt_port_number(const dt_port *p);      /* of the engine's ports, in the order of making: 0, 1, ... */

/* True while an actor that was started on it (dt_engine_spawn) has not returned. */
bool         dt_port_taken(const dt_port *p);

/* All ports of the engine, for accounts, the newest first; NULL ends them. */
dt_port *dt_engine_ports(const dt_engine *e);
dt_port *dt_port_next(const dt_port *p);

/* The site of a port, for counting bytes between sites; 0 until it is set.  A hand has the site of its program. */
void   dt_port_set_site(dt_port *p, size_t site);
size_t dt_port_site(const dt_port *p);

/* From now on the stretches of time of its own actor, and the messages that it sends, bear this number, such as that of a
 * layer or a part of the model (trace.h); 0, the preset: none.  Its hands have labels of their own. */
void dt_port_label(dt_port *p, long label);

/* From now on the messages from p and to p, and its computing, take no time; that holds for its hands, too. */
void dt_port_set_free(dt_port *p);

typedef struct dt_usage {
    double compute_s;
    double wait_s;                  /* waiting for a message that had not departed yet, or sleeping */
    double send_s;                  /* communicating: waiting while messages to or from it were in transit */
    double off_s;                   /* blocked, because the host was down or others went on without it */
    double present_s;               /* while an actor used the port: the sum of the four above */
    double bytes_out, bytes_in, bytes_arrived, bytes_lost;          /* sent, received; arrived, lost: of those sent */
    double messages_out, messages_in, messages_lost, flops;
} dt_usage;

dt_usage    dt_port_usage(const dt_port *p);
double      dt_port_bytes_on_the_way(const dt_port *p);     /* of those sent: in transit now */
dt_engine  *dt_port_engine(const dt_port *p);
size_t      dt_port_host(const dt_port *p);

#endif
