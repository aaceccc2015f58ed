/* inbox.h - messages, from their post until their receiver takes them, and the inbox of a port.  Private to this room. */
#ifndef DT_ENGINE_INBOX_H
#define DT_ENGINE_INBOX_H

#include "engine/inside.h"

struct inbox_item {
    dt_message         m;
    dt_port           *from, *to;
    long               label;           /* of the sender when it was posted */
    double             posted_s, departed_s, sent_s, arrived_s; /* departed, sent: first, last began to cross */
    double             carried;         /* of its bytes, those already counted by dt_inside_carried */
    double             moving_s;        /* when its latency is over, where latencies change; and the first link of its way */
    sg_link_t          first;
    dt_transfer       *transfer;        /* while it crosses it; NULL while it waits to be sent again */
    bool               begun;           /* a transfer of it is under way */
    bool               alone;           /* its sender waits for it alone: dt_port_send */
    bool               lost;            /* will not be delivered */
    struct inbox_item *next, *before;   /* of the list it is in: parked, crossing, arrived, spare */
};

/* A message of from, posted now; and let one go, with its vector or without (the receiver has it). */
inbox_item *dt_inbox_item(dt_port *from, dt_port *to, dt_message m);
void        dt_inbox_drop(dt_engine *e, inbox_item *item);

bool dt_inbox_fits(const inbox_item *item, const dt_port *from, long tag);

/* Wake the actor of p, which looks then whether it waits for something that has come. */
void dt_inbox_wake(dt_port *p);

/* Into the inbox; its receiver is woken if it waits for this one. */
void dt_inbox_deliver(dt_port *to, inbox_item *item);

/* Take the earliest message that fits; false: there is none. */
bool dt_inbox_take(dt_port *p, const dt_port *from, long tag, dt_message *m, double *departed_s);

/* Messages that are to be lost: all with tags from first to last that p sent or was to get. */
typedef struct dt_inbox_choice { const dt_port *p; long first, last; } dt_inbox_choice;
bool dt_inbox_chosen(const dt_inbox_choice *which, const inbox_item *item);
void dt_inbox_drop_arrived(dt_port *p, const dt_inbox_choice *which);

/* If p follows from, whose actor may have returned: it looks whether there will be more. */
void dt_inbox_tell_follower(dt_port *p, const dt_port *from);

#endif
