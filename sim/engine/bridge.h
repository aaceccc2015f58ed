/* bridge.h - the calls of SimGrid that are made through C++, since the C interface cannot catch an exception, and lacks some.
 * Private to this room.  sg_host_t and its like are SimGrid's. */
#ifndef DT_ENGINE_BRIDGE_H
#define DT_ENGINE_BRIDGE_H

#include <simgrid/forward.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Load the platform file.  False: reason [size] holds what SimGrid says. */
bool dt_bridge_load(const char *path, char *reason, size_t size);

/* A flow of whole bytes from host to host begins.  When it is over, SimGrid's scheduler, and no actor, calls
 * ended(arg, whole, left), which may release semaphores and must not block.  whole: all bytes have arrived; false: a host or
 * a link of the route failed, or the flow was cancelled, when left of its bytes were not transmitted.  If the platform has no
 * route between the hosts, the process dies (dt_die) and names both. */
typedef struct dt_bridge_flow dt_bridge_flow;
void dt_bridge_listen(void (*ended)(void *arg, bool whole, double left));
dt_bridge_flow *dt_bridge_begin(sg_host_t from, sg_host_t to, double bytes, void *arg);
void dt_bridge_cancel(dt_bridge_flow *transfer);
double dt_bridge_left(const dt_bridge_flow *transfer);       /* bytes that are not transmitted */

/* Cancel what an actor executes and waits for.  The actor still owns the execution, and its wait releases it; sg_exec_cancel
 * would release it a second time. */
void dt_bridge_break(sg_exec_t exec);

/* Do the flows of a link share its bandwidth by the common rule?  Those of Wi-Fi, and of links with a function of their own, do not. */
bool dt_bridge_fair(sg_link_t link);

/* The links from host to host, at most room of them, and the sum of their latencies; returns how many there are. */
size_t dt_bridge_route(sg_host_t from, sg_host_t to, sg_link_t *link, size_t room, double *latency_s);

/* The names of a host's properties, at most room of them, in no order; returns how many there are. */
size_t dt_bridge_properties(const_sg_host_t host, const char **name, size_t room);

/* Set the default of a key of SimGrid's configuration, for where neither the platform nor the command line sets it. */
void dt_bridge_preset(const char *key, bool on);
void dt_bridge_preset_text(const char *key, const char *text);

/* The factor of the network model in effect, by the key of SimGrid's configuration ("network/latency-factor",
 * "network/bandwidth-factor"), for a message of so many bytes. */
double dt_bridge_factor(const char *key, double bytes);

/* Run call(arg) atomically; otherwise each call of SimGrid lets other actors act first. */
void dt_bridge_at_once(void (*call)(void *arg), void *arg);

/* Run call(arg) at the current simulated time from SimGrid's scheduler, after all actors that can act have yielded; the order
 * of events does not change. */
void dt_bridge_soon(void (*call)(void *arg), void *arg);

/* The same at a later simulated time, to the last digit. */
void dt_bridge_at(double time_s, void (*call)(void *arg), void *arg);

/* Count the energy of hosts; to be called before the platform is loaded. */
void dt_bridge_energy(void);

/* The power of a link [watts], by its property "wattage_range" ("idle:busy"); 0 without one. */
void dt_bridge_link_watts(sg_link_t link, double *idle, double *busy);

/* Switch a link.  Flows over a link that goes off fail.  Of a flow that begins on a route with a link that is off SimGrid
 * tells nothing, so dt_bridge_cut is asked first; with cross-traffic (LV08) the route back counts, too. */
void dt_bridge_link_switch(sg_link_t link, bool on);
bool dt_bridge_cut(sg_host_t from, sg_host_t to);

/* [time] Simulate to the end.  False: SimGrid has given up; reason [size] says why. */
bool dt_bridge_run(char *reason, size_t size);

#ifdef __cplusplus
}
#endif

#endif
