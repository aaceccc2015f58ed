/* crossing.h - messages between their post and their taking.  Private to this room. */
#ifndef DT_ENGINE_CROSSING_H
#define DT_ENGINE_CROSSING_H

#include "engine/inside.h"

/* A message from its post until its receiver takes it. */
struct inbox_item {
    dt_message         m;
    dt_port           *from, *to;
    double             posted_s, departed_s, sent_s, arrived_s; /* departed, sent: first, last began to cross */
    double             carried;         /* of its bytes, those already counted by dt_inside_carried */
    dt_transfer       *transfer;        /* while it crosses it; NULL while it waits to be sent again */
    bool               begun;           /* a transfer of it is under way */
    bool               alone;           /* its sender waits for it alone: dt_port_send */
    bool               lost;            /* will not be delivered */
    struct inbox_item *next, *before;   /* of the list it is in: parked, crossing, arrived, spare */
};

/* Onto the network. */
void dt_crossing_depart(inbox_item *item);

/* It has arrived, or never will: its sender may be waiting for it alone, or for all of its posts. */
void dt_crossing_tell_sender(dt_port *from, const inbox_item *item);

/* The end of a transfer, to be told of by dt_door_listen: left of its bytes have not crossed. */
void dt_crossing_ended(void *item, bool whole, double left);

/* Gone, and its bytes with it. */
void dt_crossing_count_lost(inbox_item *item);

/* Joules are counted up to now of what is on the network: before a link's bandwidth changes. */
void dt_crossing_settle(dt_engine *e);

/* What is still on the network will not arrive any more. */
void dt_crossing_stop(dt_engine *e);

/* Of port.c: into the inbox, and its receiver is woken if it waits for this one; nobody will get it; wake who waits. */
void dt_inside_deliver(dt_port *to, inbox_item *item);
void dt_inside_drop(dt_engine *e, inbox_item *item);
void dt_inside_wake(dt_port *p);

#endif
