/* fluid.h - how long messages take that nobody else disturbs, reckoned at once: no actors, no clock of SimGrid.
 * Flows get SimGrid's rates: weighted max-min fairness over all links of a way, windows, the factors of the network model and
 * the share of the way back (cross-traffic).  For exchanges whose messages are known before they begin; it knows nothing of other
 * messages, so that the caller sees to it that there are none.  Times are seconds since dt_fluid_begin.
 * Source: SimGrid's models CM02 and LV08 (network.c); Bertsekas, Gallager 1992, "Data Networks", section 6.5.2 (max-min). */
#ifndef DT_ENGINE_FLUID_H
#define DT_ENGINE_FLUID_H

#include "engine/engine.h"

typedef struct dt_fluid dt_fluid;

/* NULL: the network has links whose rule of sharing is not known here.  It belongs to the engine. */
dt_fluid *dt_fluid_new(dt_engine *e);

/* Can messages be reckoned, as nothing else is on the way or will come?  bodies: of actors that are no daemons, that there may be.
 * False where links change or fail, messages are lost, traced or cost nothing, or joules are counted. */
bool dt_fluid_may(const dt_engine *e, size_t bodies);

/* Begin anew at second 0: no message is on its way, and what is due is forgotten. */
void dt_fluid_begin(dt_fluid *f);

/* The way from host to another host: a number.  The least latency [s], as a message feels it; the time of a message alone [s]. */
size_t dt_fluid_way(dt_fluid *f, size_t from, size_t to);
double dt_fluid_least(const dt_fluid *f);        /* of all ways that were asked for */
double dt_fluid_alone(const dt_fluid *f, size_t way, double bytes);

/* Has every link that is shared at most one of these ways? */
bool dt_fluid_apart(dt_fluid *f, const size_t *way, size_t count);

/* Is way i one of a ring of count ways alike: shared links of one bandwidth, each taken by one way, and by the way back of a
 * neighbour of it?  Then a way's rate hangs on its neighbours alone: by max-min each gets beside while one of these moves, else alone. */
typedef struct dt_fluid_pace { double latency_s, alone, beside; } dt_fluid_pace;     /* rates in byte/s */
bool dt_fluid_ring(dt_fluid *f, const size_t *way, size_t count, dt_fluid_pace *pace);

/* A message departs now; something else is due at time_s.  id comes with its end. */
void dt_fluid_send(dt_fluid *f, size_t way, double bytes, size_t id);
void dt_fluid_at(dt_fluid *f, double time_s, size_t id);

/* The next that is over or due; its time is now.  False: nothing is left. */
bool   dt_fluid_next(dt_fluid *f, size_t *id);
double dt_fluid_now(const dt_fluid *f);

/* ---- what actors feel of it ------------------------------------------------------------------ */

/* [time] Wait until the time that dt_port_release says.  Errors: DT_EDOWN. */
DT_CHECKED dt_status dt_port_hold(dt_port *p);

/* The actor that is held goes on at time_s, and has used so much by then: seconds, bytes and messages count as those of calls.  more
 * stays as it is until then. */
void dt_port_release(dt_port *p, double time_s, const dt_usage *more);

/* So many bytes arrive at time_s, on ways between hosts, for those who ask how many have; between: of those, between sites. */
void dt_fluid_count(dt_engine *e, double time_s, double bytes, double between);

#endif
