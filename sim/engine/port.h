/* port.h - who there is in a run: the places of actors, and what they did.  Units: seconds, bytes, flops. */
#ifndef DT_ENGINE_PORT_H
#define DT_ENGINE_PORT_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

typedef struct dt_engine dt_engine;
typedef struct dt_port dt_port;

/* A port is an actor's place: a host, an inbox and its accounts.  One actor uses it at a time.  Programs are told apart by
 * kind and index: worker 3, server 0. */
typedef enum dt_port_kind { DT_PORT_WORKER, DT_PORT_SERVER } dt_port_kind;
dt_port *dt_port_new(dt_engine *e, size_t host, dt_port_kind kind, size_t index, dt_arena *run);

/* A place beside p for another actor of the same program, a hand: p's kind, index and host; an inbox and accounts of its
 * own.  It fails, recovers and is aborted with p, and is reset by itself.  name is for people: "courier". */
dt_port *dt_port_beside(dt_port *p, const char *name, dt_arena *run);

dt_port_kind dt_port_kind_of(const dt_port *p);
size_t       dt_port_index(const dt_port *p);
const char  *dt_port_hand(const dt_port *p);        /* "" for the program's own */
const char  *dt_port_title(const dt_port *p, dt_arena *run);       /* for people: "server 0", "worker 3's courier" */
size_t       dt_port_number(const dt_port *p);      /* of the engine's ports, in the order of making: 0, 1, ... */

/* An actor has been begun on it that has not returned. */
bool         dt_port_taken(const dt_port *p);

/* All ports there are, for accounts: the newest first; NULL ends. */
dt_port *dt_engine_ports(const dt_engine *e);
dt_port *dt_port_next(const dt_port *p);

/* Where a port is, for the bytes between sites: 0 until it is set; a hand is where its program is. */
void   dt_port_set_site(dt_port *p, size_t site);
size_t dt_port_site(const dt_port *p);

/* From now on the stretches of time of its own actor, and the messages that it sends, bear this number, such as that of a
 * layer or a part of the model (trace.h); 0, the preset: none.  Its hands have labels of their own. */
void dt_port_label(dt_port *p, long label);

/* From now on its messages, to it and from it, and its computing take no time; so for its hands. */
void dt_port_set_free(dt_port *p);

typedef struct dt_usage {
    double compute_s;
    double wait_s;                  /* for a message that had not departed yet, or asleep */
    double send_s;                  /* doing nothing else while messages to or from it crossed the network */
    double off_s;                   /* blocked, because the host was down or others went on without it */
    double present_s;               /* an actor used the port: the sum of the four above */
    double bytes_out, bytes_in, bytes_arrived, bytes_lost;          /* arrived, lost: of those sent */
    double messages_out, messages_in, messages_lost, flops;
} dt_usage;

dt_usage    dt_port_usage(const dt_port *p);
double      dt_port_bytes_on_the_way(const dt_port *p);     /* of those sent; looked for on the network */
dt_engine  *dt_port_engine(const dt_port *p);
size_t      dt_port_host(const dt_port *p);

#endif
