/* engine.h - the simulated machines: hosts, clock, actors, messages; the only room that includes SimGrid.
 * One engine per process.  Units: seconds, bytes, flops.  [time] marks what can advance the simulated clock.
 * Messages wait in memory and only time crosses SimGrid: a transfer is a flow from host to host; when it ends,
 * the message enters the receiver's inbox.  A message to the own host costs nothing. */
#ifndef DT_ENGINE_ENGINE_H
#define DT_ENGINE_ENGINE_H

#include "base/pool.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/vec.h"
#include "engine/limits.h"
#include "engine/port.h"
#include "engine/trace.h"
#include <stdbool.h>

/* ---- the machines -------------------------------------------------------------------------- */

/* What is made ideal, to learn what it costs: links without latency; links without bounds; no TCP window. */
typedef struct dt_engine_ideal { bool latency, bandwidth, window; } dt_engine_ideal;

typedef struct dt_engine_setup {
    const char *platform;           /* path of a SimGrid XML file */
    const char *folder;             /* where the files that it names are looked for, before where we are; NULL: beside it */
    const char *network;            /* "LV08", or "CM02": latency + size / bandwidth, the way back costs nothing */
    const double *window;           /* of TCP [bytes]: a flow gets at most window / (2 latency); 0: it is not bounded;
                                       NULL: what <config> says of network/TCP-gamma, else SimGrid's 4 MiB */
    size_t      actors;             /* about how many there may be at once: many do without guard pages */
    dt_pool    *pool;               /* runs the real arithmetic */
    dt_engine_ideal ideal;
    struct { double share, timeout_s; uint64_t seed; } loss;    /* see failure.h */
    bool        energy, changing, latencies;    /* count joules: the platform has power figures; links will change; and their
                                                   latencies */
    void      (*on_span)(void *owner, const dt_span *span);     /* NULL: nobody listens */
    void      (*on_flight)(void *owner, const dt_flight *flight);     /* likewise */
    void       *owner;
} dt_engine_setup;

/* Load the platform; the engine belongs to run.  Errors: DT_EFORMAT (what SimGrid says of the file), DT_EINVAL. */
dt_status dt_engine_start(dt_engine **e, const dt_engine_setup *setup, dt_arena *run);

/* Hosts in natural order of their names ("node-2" before "node-10"). */
size_t      dt_engine_hosts(const dt_engine *e);
const char *dt_engine_host_name(const dt_engine *e, size_t host);
double      dt_engine_host_speed(const dt_engine *e, size_t host);                  /* flop/s of one core */
const char *dt_engine_host_property(const dt_engine *e, size_t host, const char *key);     /* NULL if absent */
size_t      dt_engine_host_properties(const dt_engine *e, size_t host, const char **key, size_t room);  /* how many it has */
bool        dt_engine_host_find(const dt_engine *e, const char *name, size_t *host);

const char *dt_engine_version(void);        /* SimGrid's: "3.32.0" */
double dt_engine_now(const dt_engine *e);   /* simulated seconds since the start */

/* Bytes of messages between different hosts: that have arrived, and that are on their way. */
double dt_engine_bytes(const dt_engine *e);
double dt_engine_bytes_between(const dt_engine *e);     /* of those that have arrived: between ports of different sites */
double dt_engine_bytes_on_the_way(const dt_engine *e);

/* ---- actors -------------------------------------------------------------------------------- */

/* Begin body(arg) on the port's host, now.  A daemon does not keep the run alive.
 * name must last as long as the actor.  A failing body stops the whole run; its reason is dt_engine_run's. */
void dt_engine_spawn(dt_engine *e, const char *name, dt_port *port, dt_status (*body)(void *arg), void *arg,
                     bool daemon);

/* Simulate until every actor that is no daemon has returned.
 * Errors: what a body returned; DT_EDEADLOCK (who waits for whom). */
dt_status dt_engine_run(dt_engine *e);

/* ---- what an actor does, on its own port -----------------------------------------------------
 * Every [time] call returns DT_EDOWN, at once and without effect, while the own host is down or what the actor did was
 * aborted (failure.h).  A role passes that on with DT_TRY: who began the role decides what then happens. */

/* [time] Execute flops on the port's host, while work(arg, thread) runs for real (NULL: nothing real). */
DT_CHECKED dt_status dt_port_compute(dt_port *p, double flops, dt_work *work, void *arg);
/* [time] Do nothing for that long; counts as waiting. */
DT_CHECKED dt_status dt_port_sleep(dt_port *p, double seconds);

typedef struct dt_message {
    dt_port *from;          /* filled by the engine */
    long    tag;            /* the sender's choice, >= 0 */
    double  bytes;          /* whole bytes on the wire */
    dt_vec *vec;            /* shared, or NULL: ownership of one count goes to the receiver */
    double  value;          /* a number that travels along, for free */
    bool    meet;           /* a post of it departs only when the receiver waits for it (rendezvous) */
} dt_message;

enum { DT_ANY = -1 };       /* any tag */
/* [time] Send and wait until it has arrived; takes the count of m.vec whatever it returns. */
DT_CHECKED dt_status dt_port_send(dt_port *p, dt_port *to, dt_message m);
/* Send without waiting; several posts of one actor overlap.  While the own host is down it is without effect. */
void dt_port_post(dt_port *p, dt_port *to, dt_message m);
/* [time] Wait until all posts of this port have arrived. */
DT_CHECKED dt_status dt_port_flush(dt_port *p);

/* [time] Take the earliest message of that sender (NULL: anybody) and tag, waiting for it if need be.
 * Errors: DT_ELATE at that simulated second (HUGE_VAL: never), or if the wait was cancelled (dt_port_cancel_receive). */
DT_CHECKED dt_status dt_port_receive(dt_port *p, const dt_port *from, long tag, double deadline, dt_message *m);

/* [time] Follow another port, whose actor decides how long there is work: the earliest message of that tag from it.
 * Errors: DT_EOVER once that actor has returned and nothing of it is left on the way. */
DT_CHECKED dt_status dt_port_follow(dt_port *p, const dt_port *from, long tag, dt_message *m);

/* [time] Let all act who can at this very simulated second: what arrives now is in the inbox afterwards.  All who settle at
 * one second go on together. */
DT_CHECKED dt_status dt_port_settle(dt_port *p);

#endif
