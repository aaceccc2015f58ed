/* engine.h - the simulated machines: hosts, clock, actors, messages.  This is the only room that includes SimGrid.
 * There is one engine per process.  Units: seconds, bytes, flops.  [time] marks calls that can advance the simulated clock.
 * Messages stay in memory; SimGrid simulates only how long they take: each is a flow from host to host, and when the flow
 * ends the message enters the inbox of its receiver.  A message to the same host takes no time and counts no bytes.
 * Source: Casanova et al. 2014, "Versatile, scalable, and accurate simulation of distributed applications and platforms". */
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

/* What-if analysis: what is made ideal, to learn what it costs.  Links without latency, links of endless bandwidth, flows
 * without a TCP window. */
typedef struct dt_engine_ideal { bool latency, bandwidth, window; } dt_engine_ideal;

typedef struct dt_engine_setup {
    const char *platform;           /* path of a SimGrid XML file */
    const char *folder;             /* where files that it names are looked for before the working folder; NULL: beside it */
    const char *network;            /* "LV08", or "CM02": latency + size / bandwidth, the way back costs nothing */
    const double *window;           /* of TCP [bytes]: a flow gets at most window / (2 latency); 0: it is not bounded;
                                       NULL: what <config> says of network/TCP-gamma, else SimGrid's 4 MiB */
    size_t      actors;             /* about how many there may be at once; many have stacks without guard pages */
    dt_pool    *pool;               /* the threads that run real arithmetic */
    dt_engine_ideal ideal;
    struct { double share, timeout_s; uint64_t seed; } loss;    /* see failure.h */
    bool        energy;             /* count joules, by the power model of the platform */
    bool        changing, latencies;            /* links will change; among that, their latencies */
    void      (*on_span)(void *owner, const dt_span *span);     /* NULL: spans are not traced */
    void      (*on_flight)(void *owner, const dt_flight *flight);     /* NULL: messages are not traced */
    void       *owner;
} dt_engine_setup;

/* Start SimGrid and load the platform; the engine belongs to run.
 * Errors: DT_EFORMAT (with what SimGrid says of the file, or a platform without hosts), DT_EINVAL, DT_EIO. */
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

/* Bytes of messages between different hosts: those that have arrived, and those that are in transit. */
double dt_engine_bytes(dt_engine *e);
double dt_engine_bytes_between(dt_engine *e);     /* of those that have arrived: between ports of different sites */
double dt_engine_bytes_on_the_way(const dt_engine *e);

/* ---- actors -------------------------------------------------------------------------------- */

/* Start an actor that carries out body(arg) on the port's host, now.  The run ends without waiting for daemons.  name must
 * last as long as the actor.  If the body returns a failure, the whole run stops, and dt_engine_run returns that failure. */
void dt_engine_spawn(dt_engine *e, const char *name, dt_port *port, dt_status (*body)(void *arg), void *arg,
                     bool daemon);

/* Simulate until every actor that is no daemon has returned.
 * Errors: what a body returned; DT_EDEADLOCK with who waits for whom. */
dt_status dt_engine_run(dt_engine *e);

/* ---- what an actor does, on its own port -----------------------------------------------------
 * Every [time] call returns DT_EDOWN, at once and without effect, while its port is down or aborted (failure.h).  A role
 * passes that on with DT_TRY, and the driver that started the role decides what happens then. */

/* [time] Execute flops on the port's host, while work(arg, thread) does the real arithmetic (NULL: there is none). */
DT_CHECKED dt_status dt_port_compute(dt_port *p, double flops, dt_work *work, void *arg);
/* [time] Do nothing for so many seconds; they count as waiting. */
DT_CHECKED dt_status dt_port_sleep(dt_port *p, double seconds);

enum { DT_NOTES = 4 };

typedef struct dt_message {
    dt_port *from;          /* filled by the engine */
    long    tag;            /* chosen by the sender, >= 0 */
    double  bytes;          /* whole bytes on the wire */
    dt_vec *vec;            /* shared, or NULL; one count of it goes to the receiver */
    dt_vec *second;         /* another vector that goes along, likewise */
    double  value;          /* numbers that go along and count no bytes */
    double  note[DT_NOTES];
    bool    meet;           /* rendezvous: a post of it departs only when the receiver waits for it */
} dt_message;

enum { DT_ANY = -1 };       /* any tag */
/* [time] Send a message and wait until it has arrived.  One count of m.vec and of m.second is taken, whatever this returns. */
DT_CHECKED dt_status dt_port_send(dt_port *p, dt_port *to, dt_message m);
/* Send a message without waiting; several posts of one actor are in transit at the same time and share its link.  While p is
 * down or aborted, the message is dropped. */
void dt_port_post(dt_port *p, dt_port *to, dt_message m);
/* [time] Wait until all posts of this port have arrived or were dropped. */
DT_CHECKED dt_status dt_port_flush(dt_port *p);

/* [time] Take the earliest message of that sender (NULL: anybody) and tag (DT_ANY: any); wait for it if there is none yet.
 * Errors: DT_ELATE at the simulated time deadline (HUGE_VAL: none), or when the wait is cancelled (dt_port_cancel_receive). */
DT_CHECKED dt_status dt_port_receive(dt_port *p, const dt_port *from, long tag, double deadline, dt_message *m);

/* [time] Receive from another port whose actor decides how long there is work: the earliest message of that tag from it.
 * Errors: DT_EOVER once that actor has returned and no message of it to p is pending or in transit. */
DT_CHECKED dt_status dt_port_follow(dt_port *p, const dt_port *from, long tag, dt_message *m);

/* [time] Let all other actors act that can act at this simulated second: messages that arrive now are in the inbox
 * afterwards.  All ports that settle at one second go on together. */
DT_CHECKED dt_status dt_port_settle(dt_port *p);

#endif
