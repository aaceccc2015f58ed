/* trace.h - what a run tells its listeners: spans of time, messages, and the links and routes that they took. */
#ifndef DT_ENGINE_TRACE_H
#define DT_ENGINE_TRACE_H

#include "engine/port.h"

/* A span of an actor's time, and what it did meanwhile. */
typedef enum dt_span_kind { DT_SPAN_COMPUTE, DT_SPAN_WAIT, DT_SPAN_SEND, DT_SPAN_OFF } dt_span_kind;
typedef struct dt_span {
    dt_span_kind kind;
    const dt_port *port, *peer;     /* peer NULL: none, or several */
    double       start_s, end_s, bytes;
    long         label;             /* of the port (dt_port_label) when it ended; 0: none */
} dt_span;

/* A message between different hosts.  It is told of when it has been taken, or was dropped after its
 * arrival, or at the end of the run. */
typedef struct dt_flight {
    const dt_port *from, *to;
    double posted_s, departed_s, arrived_s;     /* given to the engine; on the network; in the inbox */
    double sent_s;                              /* on the network for the last time: what is lost is sent again */
    double taken_s;                             /* NaN: never */
    double bytes;
    long   label;                               /* of the sender's port when it was posted; 0: none */
} dt_flight;

/* Links in natural order of their names; a link with a bandwidth for each direction is two. */
typedef struct dt_link { const char *name; double bandwidth, latency_s; } dt_link;
size_t  dt_engine_links(dt_engine *e);
dt_link dt_engine_link(const dt_engine *e, size_t link);        /* after dt_engine_links */

/* Would SimGrid carry a message from host to host?  The process dies where it would not (dt_die). */
void dt_engine_try(dt_engine *e, size_t from, size_t to);

/* The TCP window in effect, whoever set it [bytes]: no flow moves more than one window in twice its latency; 0: there is
 * none. */
double dt_engine_window(const dt_engine *e);

/* The way between two different hosts: a message of about so many bytes on its own takes latency_s + bytes / bandwidth, by
 * the factors and the window in effect (traffic back on a shared link left out).  capacity is the bandwidth that it would
 * have without a window, by its narrowest link alone.  link [links] belongs to run. */
typedef struct dt_route { double latency_s, bandwidth, capacity; const size_t *link; size_t links; } dt_route;
dt_route dt_engine_route(dt_engine *e, size_t from, size_t to, double bytes, dt_arena *run);

#endif
