/* inside.h - what the files of engine/ share. */
#ifndef DT_ENGINE_INSIDE_H
#define DT_ENGINE_INSIDE_H

#include "engine/bridge.h"
#include "engine/endpoint.h"
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/link.h>

typedef struct link_entry link_entry;      /* energy.h */

/* An actor that carries out one body after another, moving from host to host: making one costs more than a round. */
typedef struct pooled_actor {
    dt_port       *port;
    sg_actor_t     actor;
    sg_sem_t       work;
    struct pooled_actor *next;        /* while idle */
} pooled_actor;

typedef struct host_entry { sg_host_t host; const char *name; double speed; } host_entry;

/* Set all links to the latency 0, to endless bandwidth, or to both, as the setup asks (what-if analysis). */
void dt_inside_make_ideal(const dt_engine_ideal *ideal);

/* A call that is due at a simulated time. */
typedef struct dt_alarm { double time_s; long number; dt_status (*call)(void *arg); void *arg; } dt_alarm;

struct dt_engine {
    dt_arena   *run;
    dt_pool    *pool;
    void      (*on_span)(void *owner, const dt_span *span);
    void      (*on_flight)(void *owner, const dt_flight *flight);
    void       *owner;
    link_entry *link;               /* [links] NULL until somebody asks */
    size_t      links;
    sg_link_t  *way;                /* [way_room] a route, while it is looked at */
    size_t      way_room;
    host_entry *host;
    size_t      hosts;
    double      bytes, on_the_way, bytes_lost;  /* that have arrived; that are in transit; that were lost */
    double      bytes_between;      /* of those that have arrived: between sites */
    struct { double share, timeout_s; uint64_t seed; } loss;
    long        links_off;
    dt_alarm   *alarm;              /* [alarms] a heap, the earliest first */
    size_t      alarms, alarm_room;
    long        alarm_number, numbers;          /* numbers: given out */
    struct dt_sleeper *sleeper, *idle_sleepers;     /* the actor that waits for the earliest alarm; NULL: none */
    bool        finished;           /* the training is over */
    bool        energy, changing, latencies;    /* joules are counted; links change; among that, their latencies */
    bool        unsettled;          /* a port that settles looks once more */
    long        alive;              /* bodies that are no daemons and have not returned */
    double      still_s;            /* the instant at which still_calls [time] calls have been made */
    long        still_calls, followers;         /* followers: actors in dt_port_follow */
    dt_status (*on_still)(void *arg);           /* NULL: nobody asked for it */
    void       *on_still_arg;
    dt_status   status;             /* of the first body that failed */
    const char *reason;
    dt_port    *ports;
    size_t      port_count;
    long        events, settled_events;     /* [time] calls and deliveries: so far; when the ports that settle looked last */
    dt_port    *settling;           /* ports that settle, in the order of their calls */
    struct soon_call *spare_soon;
    struct dt_arrives *arrival;     /* [arrivals] of bytes that were reckoned (hold.c) */
    size_t      arrivals, arrival_room;
    size_t      home;               /* host of the engine's own actors: that of the first port */
    pooled_actor     *idle_actors;
    inbox_item *in_transit;         /* messages on the network, the newest first */
    bool        ended;              /* no actor is left; what is in transit does not arrive any more */
    sg_sem_t    over;               /* released when alive falls to 0 */
    inbox_item *spare;
};

/* Count the bytes of messages that were reckoned and have arrived by now. */
void dt_inside_arrivals(dt_engine *e);

/* Wake every actor that blocks, because the training is over. */
void dt_port_wake_all(dt_engine *e);

/* Every [time] call begins here: port_state is what it returns while the port is aborted (DT_EDOWN), else DT_OK. */
dt_status dt_port_enter(dt_port *p);
dt_status dt_port_state(const dt_port *p);

/* Count a [time] call.  If simulated time stands still, the calling actor is ended here (dt_engine_on_standstill). */
void dt_clock_count(dt_engine *e);

/* The failure of an engine whose remaining actors are woken by nobody: a circle of them where there is one, else
 * what they wait for. */
dt_status dt_engine_deadlock(const dt_engine *e);

#endif
