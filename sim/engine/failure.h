/* failure.h - what happens to machines while the simulation goes on: alarms, ports that go off and come back, links that
 * change, and the energy that is used.  Units: seconds, bytes, joules, watts. */
#ifndef DT_ENGINE_FAILURE_H
#define DT_ENGINE_FAILURE_H

#include "engine/engine.h"

/* Have call(arg) called at that simulated second, by nobody in particular: it may switch, wake and post, but not wait.
 * HUGE_VAL: never.  A failure ends the run.  Equal times are called in the order of asking. */
void dt_engine_at(dt_engine *e, double time_s, dt_status (*call)(void *arg), void *arg);

/* Call at this very simulated second, once no actor can act: what several actors do at one moment can then be decided once,
 * in an order that is nobody's.  It may switch, wake and post, but not wait. */
void dt_engine_soon(dt_engine *e, void (*call)(void *arg), void *arg);

/* Call what switches, wakes and posts so that no actor acts before all of it is done; it must not wait. */
void dt_engine_at_once(void (*call)(void *arg), void *arg);

/* ---- what goes wrong -------------------------------------------------------------------------
 * A port is down while its host has failed.  When it goes down its actor's call is aborted, messages from and to it are
 * lost, and from then on every [time] call of engine.h returns DT_EDOWN at once and without effect, until dt_port_reset
 * succeeds.  What is sent to a port that is down is lost.  A port may also be aborted while its host is up: the same, but
 * that dt_port_reset succeeds at once.
 * Otherwise the transport is reliable, as TCP is: a message that is lost on the way (with probability loss.share of the
 * setup, drawn from a stream of the sender's), or whose link failed, is sent again loss.timeout_s
 * later, and its bytes count as sent and lost each time. */

/* The host of a program fails, or is back: of all its ports, whichever is named. */
void   dt_port_fail(dt_port *p);
void   dt_port_recover(dt_port *p);

double dt_engine_bytes_lost(const dt_engine *e);
bool   dt_port_up(const dt_port *p);            /* its host is up */
bool   dt_port_aborted(const dt_port *p);       /* its calls return DT_EDOWN */

/* Simulated time of the last sign of life of a port that is down: when it failed, or an earlier time that was set since
 * (it could not be reached before). */
double dt_port_last_seen(const dt_port *p);
void   dt_port_set_last_seen(dt_port *p, double since_s);

/* 1, 2, ...: each once, for tags by which the messages of one exchange are told from those of all others. */
long dt_engine_number(dt_engine *e);

/* The parts of a failure: messages from and to p with tags from first to last are lost; its actor's call is aborted. */
void dt_port_drop_messages(dt_port *p, long first, long last);
void dt_port_abort(dt_port *p);         /* with a program's own port all its hands; with a hand only that */

/* Post on behalf of p, which is up: its host sends what it holds, whatever its actor does. */
void dt_port_post_from_host(dt_port *p, dt_port *to, dt_message m);

/* Calls have effect again.  Errors: DT_EDOWN while the host is down. */
dt_status dt_port_reset(dt_port *p);

/* [time] Block, taking no part in anything, until dt_port_wake, a failure or recovery of the port, or the deadline; also
 * while the port is down.  Errors: DT_ELATE at the deadline, DT_EOVER when the training is over (dt_engine_finish). */
DT_CHECKED dt_status dt_port_block(dt_port *p, double deadline);
void dt_port_wake(dt_port *p);

/* If p waits for a message of that sender (NULL: of anybody), its call returns DT_ELATE; true if so. */
bool dt_port_cancel_receive(dt_port *p, const dt_port *from);

/* Who waits for whom, for people: a circle of actors where there is one, else what each of the first few waits for. */
const char *dt_engine_waits(const dt_engine *e);

/* The training is over: wake all who block; from now on dt_port_block returns DT_EOVER at once. */
void dt_engine_finish(dt_engine *e);
bool dt_engine_finished(const dt_engine *e);

/* Have call(arg) called by an actor that has made, with the others, a million [time] calls at one simulated instant: a loop
 * that lets no time pass.  A failure ends the run. */
void dt_engine_on_standstill(dt_engine *e, dt_status (*call)(void *arg), void *arg);

/* Counts as a [time] call: for what loops ask at every turn. */
void dt_engine_turn(dt_engine *e);

/* ---- links and energy ------------------------------------------------------------------------ */

/* Links as trace.h numbers them, from now on.  A bandwidth below 1 B/s is 1 B/s, a latency below 1 ns is
 * 1 ns (without any a flow that is under way would stand still); what crosses a link that goes off fails, and is sent again later. */
void dt_engine_link_bandwidth(dt_engine *e, size_t link, double bandwidth);
void dt_engine_link_latency(dt_engine *e, size_t link, double latency);
void dt_engine_link_switch(dt_engine *e, size_t link, bool on);

/* Joules so far: of a host (property wattage_per_state) with the links that its property "links" names, of a link
 * (wattage_range; what crosses it counts at its end), and of all hosts and links; the watts that such a host draws at
 * most.  NaN where the platform has no figures. */
double dt_engine_host_joules(const dt_engine *e, size_t host);
double dt_engine_link_joules(const dt_engine *e, size_t link);
double dt_engine_host_watts(const dt_engine *e, size_t host);
double dt_engine_joules(dt_engine *e);

/* Have told what all have used up to now, once no actor can act at this time: dt_engine_joules lets others act first.
 * Nothing is told where the platform has no figures, or the simulation ends before. */
void dt_engine_tell_joules(dt_engine *e, void (*tell)(void *owner, double time_s, double joules), void *owner);

#endif
