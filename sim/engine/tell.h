/* tell.h - tells the listeners of a run of spans of time and of messages.  Private to this room. */
#ifndef DT_ENGINE_TELL_H
#define DT_ENGINE_TELL_H

#include "engine/inbox.h"

/* Tell of a span of p's time; one that took no time is left out. */
void dt_tell_span(const dt_port *p, dt_span_kind kind, const dt_port *peer, double start_s, double end_s, double bytes);

/* Tell of a message between different hosts; taken_s is NaN where it was dropped after its arrival. */
void dt_tell_flight(const dt_port *to, const inbox_item *item, double taken_s);

#endif
