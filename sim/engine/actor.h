/* actor.h - the actors of SimGrid that carry out the bodies of ports.  Private to this room. */
#ifndef DT_ENGINE_ACTOR_H
#define DT_ENGINE_ACTOR_H

#include "engine/inside.h"

/* Start an actor of SimGrid on that host, which runs code; it finds data by sg_actor_self_get_data. */
sg_actor_t dt_actor_new(dt_engine *e, size_t host, void (*code)(int, char **), void *data, bool daemon);

/* End the run because of a failure, whose reason is dt_reason: all actors but the caller are killed.  Of several failures the
 * first one counts. */
void dt_actor_stop_all(dt_engine *e, dt_status status);

#endif
