/* tell.h - what the listeners of a run are told: stretches of time and messages.  Private to this room. */
#ifndef DT_ENGINE_TELL_H
#define DT_ENGINE_TELL_H

#include "engine/inbox.h"

/* A stretch of p's time; nothing is told of one that took no time. */
void dt_tell_span(const dt_port *p, dt_span_kind kind, const dt_port *peer, double start_s, double end_s, double bytes);

/* A message between different hosts; taken_s NaN: it never was. */
void dt_tell_flight(const dt_port *to, const inbox_item *item, double taken_s);

#endif
