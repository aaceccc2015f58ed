/* transfer.h - messages in transit: on the network, or waiting to be sent again.  Private to this room. */
#ifndef DT_ENGINE_TRANSFER_H
#define DT_ENGINE_TRANSFER_H

#include "engine/inbox.h"

/* Send a message that is posted or pending: it is in transit from now on, and is sent until it arrives or is dropped. */
void dt_transfer_depart(inbox_item *item);

/* Tell the sender that a message has arrived or never will: it may wait for this one (send) or for all its posts (flush). */
void dt_transfer_tell_sender(dt_port *from, const inbox_item *item);

/* The end of a flow, to be told of by dt_bridge_listen: whole, or with left of its bytes not transmitted. */
void dt_transfer_ended(void *item, bool whole, double left);

/* Count the bytes of a message as sent and lost. */
void dt_transfer_count_lost(inbox_item *item);

/* Count the energy of all flows up to now: before the bandwidth of a link changes. */
void dt_transfer_settle(dt_engine *e);

/* Where latencies change: note until when a flow that begins has its latency before it. */
void dt_transfer_follow(inbox_item *item);

/* End the simulation: what is still in transit does not arrive any more. */
void dt_transfer_stop(dt_engine *e);

/* Is a message from the one to the other in transit or pending? */
bool dt_transfer_between(const dt_port *from, const dt_port *to);

#endif
