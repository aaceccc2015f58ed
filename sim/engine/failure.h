/* failure.h - what happens to machines during a run: calls that are due at a time, ports (endpoints) that fail and recover,
 * links that change, energy that is used.  One would use it to simulate stragglers, crashes and recovery, churn of devices
 * and unreliable links.  Units: seconds, bytes, joules, watts. */
#ifndef DT_ENGINE_FAILURE_H
#define DT_ENGINE_FAILURE_H

#include "engine/engine.h"

/* Run call(arg) at the simulated time time_s, outside of any actor; HUGE_VAL: never.  It may change states of ports, wake
 * actors and post messages, but must not block.  Calls of equal times run in the order in which they were asked for.  If it
 * returns a failure, the run ends with it. */
void dt_engine_at(dt_engine *e, double time_s, dt_status (*call)(void *arg), void *arg);

/* Run call(arg) at the current simulated time, as soon as no actor can act: what several actors ask for at one moment is
 * then decided once, whatever the order of SimGrid's scheduler.  It may do what a call of dt_engine_at may. */
void dt_engine_soon(dt_engine *e, void (*call)(void *arg), void *arg);

/* Run call(arg) now and atomically: no actor acts until it has returned.  It may do what a call of dt_engine_at may. */
void dt_engine_at_once(void (*call)(void *arg), void *arg);

/* ---- failures of ports -----------------------------------------------------------------------
 * A port is *down* while its host has failed.  When it goes down, its actor's current call is aborted, messages from and to
 * it are lost, and every later [time] call of engine.h returns DT_EDOWN at once and without effect, until dt_port_reset
 * succeeds.  Messages that are sent to a port that is down are lost.  A port may also be *aborted* while its host is up: its
 * calls return DT_EDOWN in the same way, and dt_port_reset succeeds at once.
 * Otherwise the transport is reliable, as TCP is.  A message that is lost on the way (with the probability loss.share of the
 * setup, drawn from a stream of its sender), or whose link fails, is sent again loss.timeout_s later; its bytes count as sent
 * and lost each time. */

/* The host of a program fails or recovers, and with it all ports of the program, whichever of them is named. */
void   dt_port_fail(dt_port *p);
void   dt_port_recover(dt_port *p);

double dt_engine_bytes_lost(const dt_engine *e);
bool   dt_port_up(const dt_port *p);            /* its host is up */
bool   dt_port_aborted(const dt_port *p);       /* its calls return DT_EDOWN */

/* The simulated time of the last sign of life of a port that is down: when it failed, or an earlier time that was set here
 * because the port could not be reached before. */
double dt_port_last_seen(const dt_port *p);
void   dt_port_set_last_seen(dt_port *p, double since_s);

/* The next of the numbers 1, 2, ..., for tags: the messages of one exchange differ by it from those of all others. */
long dt_engine_number(dt_engine *e);

/* The two parts of a failure.  Messages from p and to p with tags from first to last are lost; the current call of the actor
 * of p is aborted. */
void dt_port_drop_messages(dt_port *p, long first, long last);
void dt_port_abort(dt_port *p);         /* of a program's own port: its hands too; of a hand: the hand alone */

/* Post a message of p, which is up, though p may be aborted: its host sends what it holds. */
void dt_port_post_from_host(dt_port *p, dt_port *to, dt_message m);

/* The [time] calls of p have effect again; its actor calls this, or nobody uses p.  Errors: DT_EDOWN while it is down. */
dt_status dt_port_reset(dt_port *p);

/* [time] Block until dt_port_wake, a failure or a recovery of the port, or the deadline; a port that is down may block, too.
 * Errors: DT_ELATE at the deadline, DT_EOVER when the training is over (dt_engine_finish). */
DT_CHECKED dt_status dt_port_block(dt_port *p, double deadline);
void dt_port_wake(dt_port *p);

/* If p waits in dt_port_receive for a message of just that sender (NULL: of anybody), that call returns DT_ELATE; true if
 * p did wait so. */
bool dt_port_cancel_receive(dt_port *p, const dt_port *from);

/* A sentence for people about who waits for whom: a circle of actors where there is one, else what the first few wait for. */
const char *dt_engine_waits(const dt_engine *e);

/* The training is over: wake all actors that block; from now on dt_port_block returns DT_EOVER at once. */
void dt_engine_finish(dt_engine *e);
bool dt_engine_finished(const dt_engine *e);

/* Detect a livelock: when a million [time] calls have been made at one simulated instant, the actor that makes the next one
 * runs call(arg).  If it returns a failure, the run ends with it. */
void dt_engine_on_standstill(dt_engine *e, dt_status (*call)(void *arg), void *arg);

/* Count a [time] call: for questions that a loop asks at every turn, so that a livelock is detected there, too. */
void dt_engine_turn(dt_engine *e);

/* ---- links and energy ------------------------------------------------------------------------ */

/* Change a link, numbered as in trace.h, from now on.  A bandwidth below 1 B/s becomes 1 B/s and a latency below 1 ns becomes
 * 1 ns, since a flow would stand still for ever without.  Flows over a link that is switched off fail; their messages are
 * sent again. */
void dt_engine_link_bandwidth(dt_engine *e, size_t link, double bandwidth);
void dt_engine_link_latency(dt_engine *e, size_t link, double latency);
void dt_engine_link_switch(dt_engine *e, size_t link, bool on);

/* Joules used so far: by a host (property wattage_per_state) with the links that its property "links" names; by a link
 * (property wattage_range; a flow counts when it ends); by all hosts and links.  dt_engine_host_watts: the power of a busy
 * host with those links [watts].  NaN where the platform has no power model. */
double dt_engine_host_joules(const dt_engine *e, size_t host);
double dt_engine_link_joules(const dt_engine *e, size_t link);
double dt_engine_host_watts(const dt_engine *e, size_t host);
double dt_engine_joules(dt_engine *e);

/* Report the energy used so far by calling tell, as soon as no actor can act at the current simulated time; dt_engine_joules
 * would let others act first.  Nothing is reported if the platform has no power model, or the simulation ends before. */
void dt_engine_tell_joules(dt_engine *e, void (*tell)(void *owner, double time_s, double joules), void *owner);

#endif
