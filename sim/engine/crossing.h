/* crossing.h - messages on the network.  Private to this room. */
#ifndef DT_ENGINE_CROSSING_H
#define DT_ENGINE_CROSSING_H

#include "engine/inbox.h"

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

/* Where latencies change: until when a message that begins to cross has its latency before it. */
void dt_crossing_follow(inbox_item *item);

/* What is still on the network will not arrive any more. */
void dt_crossing_stop(dt_engine *e);

/* Is a message between them on the network, or waiting for its receiver to wait for it? */
bool dt_crossing_between(const dt_port *from, const dt_port *to);

#endif
