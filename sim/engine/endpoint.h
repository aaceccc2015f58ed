/* endpoint.h - what the engine knows of a port: its place, what its actor waits for, its messages, its condition.
 * Private to this room; port.c has the table of states. */
#ifndef DT_ENGINE_ENDPOINT_H
#define DT_ENGINE_ENDPOINT_H

#include "engine/failure.h"
#include <simgrid/exec.h>
#include <simgrid/semaphore.h>

typedef struct inbox_item inbox_item;      /* inbox.h */

/* What the actor of a port waits for.  Whoever brings that about sets DT_RUNNING and wakes the actor. */
typedef enum dt_waiting {
    DT_RUNNING,         /* nothing: it acts, executes flops, or has been woken; also where there is no actor */
    DT_RECEIVING,       /* a message from want_from with want_tag */
    DT_SENDING,         /* the arrival or the loss of the message `sending` */
    DT_FLUSHING,        /* the arrival or the loss of all its posts */
    DT_BLOCKED,         /* dt_port_wake */
    DT_SLEEPING,        /* a time */
    DT_SETTLING         /* the end of what happens at this simulated second */
} dt_waiting;

struct dt_port {
    dt_engine  *engine;
    size_t      host;
    dt_port_kind kind;
    size_t      index, number, site;
    const char *hand;               /* "": the program's own */
    long        label;              /* of what its actor does from now on; 0: none */
    dt_port    *own, *hands, *next_hand;    /* the program's own port; of that: its first hand; of a hand: the next one */
    dt_port    *next;               /* all ports of the engine, the newest first */

    const char *name;               /* of the actor that uses it */
    dt_status (*body)(void *arg);   /* what that actor does */
    void       *arg;
    bool        daemon, taken, acting;      /* taken: the body is to begin; acting: it has begun and has not returned */
    bool        free;               /* nothing that its actor does takes time */
    dt_task     task;               /* stands here, not on the actor's stack, because it must outlive a killed actor */
    dt_usage    usage;

    dt_waiting  waiting;
    sg_sem_t    wake;               /* the actor sleeps on it; made when it first waits */
    double      deadline;           /* of its waiting; HUGE_VAL: none */
    sg_exec_t   exec;               /* what its actor executes, while it does; it is DT_RUNNING then */
    const dt_port *want_from;       /* DT_RECEIVING: NULL: anybody */
    long        want_tag;
    const dt_port *following;       /* whose messages its actor follows; NULL: nobody's */
    inbox_item *sending;            /* DT_SENDING */
    bool        woken;              /* dt_port_wake was called since it last began to block */
    bool        held;               /* DT_SLEEPING until dt_port_release says when it goes on */
    const dt_usage *gain;           /* what it has used by then */
    bool        cancelled;          /* its receive is over without a message */
    bool        listed;             /* it is in the engine's list of ports that settle */
    dt_port    *next_settling;

    inbox_item *first, *last;       /* messages that have arrived and are not taken yet */
    inbox_item *pending;            /* messages to it that depart when it waits for them */
    long        pending_here, pending_there;    /* how many in its list, and how many of its own in the lists of others */
    long        in_transit;         /* messages on the network from it or to it */
    long        on_the_way;         /* its posts that are pending or in transit */
    dt_rng     *loss;               /* which of its messages are lost; made when first drawn from */

    bool        down;               /* its host has failed and has not recovered */
    bool        aborted;            /* its [time] calls return DT_EDOWN until dt_port_reset succeeds */
    double      last_seen_s;        /* while it is down: its last sign of life */
    size_t      seen;               /* by which walk of the report of a deadlock; 0: by none */
};

#endif
