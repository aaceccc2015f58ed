/* actor.h - the actors of SimGrid that carry out what ports have to do.  Private to this room. */
#ifndef DT_ENGINE_ACTOR_H
#define DT_ENGINE_ACTOR_H

#include "engine/inside.h"

/* An actor that SimGrid keeps on that host. */
sg_actor_t dt_actor_new(dt_engine *e, size_t host, void (*code)(int, char **), void *data, bool daemon);

/* The end of the run because of a failure, whose reason stands: the first decides, everyone but the caller stops. */
void dt_actor_stop_all(dt_engine *e, dt_status status);

#endif
