/* inbox.h - messages, from their post until their receiver takes them, and the inbox of a port.  Private to this room;
 * port.c draws the life of a message. */
#ifndef DT_ENGINE_INBOX_H
#define DT_ENGINE_INBOX_H

#include "engine/inside.h"

typedef enum dt_message_state {
    DT_SPARE,           /* no message: it waits to be used again */
    DT_POSTED,          /* made, and in no list yet */
    DT_PENDING,         /* in the list `pending` of its receiver: it departs when that one waits for it */
    DT_FLOWING,         /* in transit: a flow carries it over the network */
    DT_RETRYING,        /* in transit: it was lost on the way and is sent again after the timeout */
    DT_ARRIVED          /* in the inbox of its receiver */
} dt_message_state;

struct inbox_item {
    dt_message         m;
    dt_port           *from, *to;
    long               label;           /* of the sender when it was posted */
    dt_message_state   state;
    double             posted_s, departed_s, sent_s, arrived_s; /* departed, sent: when its first, its last flow began */
    double             transmitted;     /* bytes of its flow that dt_inside_transmitted has counted */
    double             moving_s;        /* when the latency of its flow is over, where latencies change */
    sg_link_t          first;           /* the first link of its route, where latencies change */
    dt_bridge_flow    *flow;            /* DT_FLOWING: SimGrid's, once it has begun; else NULL */
    bool               alone;           /* its sender waits for this one message: dt_port_send */
    bool               lost;            /* dropped while in transit: it will not be delivered */
    struct inbox_item *next, *before;   /* in the list of its state; before: only in transit */
};

/* A message of from to `to`, posted now.  It is given back by dt_inbox_take, which hands its vector to the receiver, or by
 * dt_inbox_drop, which lets one count of the vector go. */
inbox_item *dt_inbox_item(dt_port *from, dt_port *to, dt_message m);
void        dt_inbox_drop(dt_engine *e, inbox_item *item);

/* Is it from that sender (NULL: anybody) and of that tag (DT_ANY: any)? */
bool dt_inbox_fits(const inbox_item *item, const dt_port *from, long tag);

/* [time] Put the actor of p to sleep until somebody wakes it, or until the deadline; false at the deadline.  It may wake for
 * nothing: the caller looks again whether what it waits for has happened. */
bool dt_inbox_wait(dt_port *p, double deadline);

/* Wake the actor of p.  If it does not sleep, its next dt_inbox_wait returns at once. */
void dt_inbox_wake(dt_port *p);

/* Put a message into the inbox of `to`, and wake its actor if it waits for this one. */
void dt_inbox_deliver(dt_port *to, inbox_item *item);

/* Take the earliest message that fits out of the inbox; false: there is none. */
bool dt_inbox_take(dt_port *p, const dt_port *from, long tag, dt_message *m, double *departed_s);

/* A message enters (1) or leaves (-1) the list of those that are pending. */
void dt_inbox_count_pending(inbox_item *item, long change);

/* Messages that are to be dropped: those from p or to p with tags from first to last. */
typedef struct dt_inbox_choice { const dt_port *p; long first, last; } dt_inbox_choice;
bool dt_inbox_chosen(const dt_inbox_choice *which, const inbox_item *item);
void dt_inbox_drop_arrived(dt_port *p, const dt_inbox_choice *which);

/* If p follows from (dt_port_follow) and that actor has returned, end the receive of p: it looks whether more will come. */
void dt_inbox_tell_follower(dt_port *p, const dt_port *from);

#endif
