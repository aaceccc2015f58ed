/* inside.h - what the files of engine/ share. */
#ifndef DT_ENGINE_INSIDE_H
#define DT_ENGINE_INSIDE_H

#include "engine/door.h"
#include "engine/failure.h"
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/exec.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <simgrid/semaphore.h>

typedef struct inbox_item inbox_item;      /* inbox.h */
typedef struct link_entry link_entry;      /* energy.h */

/* An actor that carries out one body after another, moving from host to host: making one costs more than a round. */
typedef struct pooled_actor {
    dt_port       *port;
    sg_actor_t     actor;
    sg_sem_t       work;
    struct pooled_actor *next;        /* while idle */
} pooled_actor;

struct dt_port {
    dt_engine  *engine;
    size_t      host;
    dt_port_kind kind;
    size_t      index, number, site;
    const char *hand;               /* "": the program's own */
    long        label;              /* of what its actor does from now on; 0: none */
    dt_port    *own, *hands, *next_hand, *next_settling;    /* the program's own port; of that: its hands; listed: who settle */
    const char *name;               /* of the actor that uses it */
    dt_status (*body)(void *arg);   /* what that actor does */
    void       *arg;
    bool        daemon, free, taken, acting;    /* free: nothing it does takes time; body is to begin; has, and not returned */
    const dt_port *following;       /* whose messages its actor follows; NULL: nobody's */
    inbox_item *first, *last;       /* arrived and not yet taken */
    inbox_item *parked;             /* will depart when this port waits for them */
    long        parked_here, parked_there, crossing;    /* of messages: in parked, of its own elsewhere, to or from it
                                                           on the network */
    sg_sem_t    wake;               /* made when its actor first waits */
    double      deadline, last_seen_s;      /* of its waiting (HUGE_VAL: none); last sign of life while it is down */
    bool        receiving, flushing, blocked, sleeping, settling, listed;
    bool        woken;              /* something happened while it was blocked */
    bool        cancelled;          /* from waiting for a message that will not come */
    bool        down;               /* its host is down for it */
    bool        aborted;            /* its calls return DT_EDOWN until it is reset */
    sg_exec_t   exec;               /* what its actor executes, while it does */
    dt_rng     *loss;               /* which of its messages are lost; made when first drawn from */
    inbox_item *sending;            /* the message its actor waits for to arrive */
    const dt_port *want_from;       /* NULL: anybody */
    long        want_tag;
    long        on_the_way;         /* own posts that have not arrived */
    dt_usage    usage;
    dt_task     task;               /* here, not on the actor's stack: it must outlive a killed actor */
    dt_port    *next;               /* all ports of the engine, the newest first */
    size_t      seen;               /* by which walk of the report of a deadlock; 0: by none */
};

typedef struct host_entry { sg_host_t host; const char *name; double speed; } host_entry;

void dt_inside_idealise(const dt_engine_ideal *ideal);      /* links as the setup wants them */
/* Something that will be called at its time. */
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
    double      bytes, on_the_way, bytes_lost;  /* arrived; sent and not yet arrived; neither */
    double      bytes_between;      /* of those that arrived, between sites */
    struct { double share, timeout_s; uint64_t seed; } loss;
    long        links_off;
    dt_alarm   *alarm;              /* [alarms] a heap, the earliest first */
    size_t      alarms, alarm_room;
    long        alarm_number, numbers;          /* numbers: given out */
    struct dt_sleeper *sleeper, *idle_sleepers;     /* who will ring the earliest; NULL: nobody */
    bool        finished, energy, latencies, unsettled;     /* the training is over; joules; latencies change; who settles: again */
    long        alive;              /* bodies that are no daemons and have not returned */
    double      still_s;            /* the instant at which still_calls [time] calls have been made */
    long        still_calls, followers;         /* followers: actors in dt_port_follow */
    dt_status (*on_still)(void *arg);           /* NULL: nobody asked for it */
    void       *on_still_arg;
    dt_status   status;             /* of the first body that failed */
    const char *reason;
    dt_port    *ports;
    size_t      port_count;
    long        events, settled_events;     /* [time] calls and deliveries: so far; when one who settles looked last */
    dt_port    *settling;           /* who settles, the first first */
    struct soon_call *spare_soon;
    size_t      home;               /* host of the engine's own actors: where the first port is, which takes part */
    pooled_actor     *idle_actors;
    inbox_item *crossing;           /* messages on the network */
    bool        ended;              /* nobody is left who could act */
    sg_sem_t    over;               /* released when alive falls to 0 */
    inbox_item *spare;
};

/* The training is over: everybody who blocks is woken. */
void dt_port_wake_all(dt_engine *e);

/* A [time] call is made: a standstill is noticed here, and ends the calling actor. */
void dt_clock_count(dt_engine *e);

/* The failure of an engine on which actors are left that nobody wakes: a circle of them where there is one, else
 * what they wait for. */
dt_status dt_engine_deadlock(const dt_engine *e);

#endif
