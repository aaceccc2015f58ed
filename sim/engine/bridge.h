/* bridge.h - what of SimGrid is reached through C++, because the C interface cannot catch an exception. */
#ifndef DT_ENGINE_BRIDGE_H
#define DT_ENGINE_BRIDGE_H

#include <simgrid/forward.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Load the platform file.  False: what SimGrid says is in reason [size]. */
bool dt_bridge_load(const char *path, char *reason, size_t size);

/* A transfer of whole bytes from host to host begins; ended(arg, whole, left) is called when it is over, by SimGrid itself
 * rather than an actor: it may release semaphores and must not wait.  whole: all bytes are there; false: a host or
 * link on the way failed, or the transfer was cancelled, when left of its bytes had not crossed.  Where the platform has
 * no way between them, the process dies (dt_die) and names both. */
typedef struct dt_bridge_flow dt_bridge_flow;
void dt_bridge_listen(void (*ended)(void *arg, bool whole, double left));
dt_bridge_flow *dt_bridge_begin(sg_host_t from, sg_host_t to, double bytes, void *arg);
void dt_bridge_cancel(dt_bridge_flow *transfer);
double dt_bridge_left(const dt_bridge_flow *transfer);       /* bytes that have not crossed */

/* End what an actor executes and waits for; the execution stays its own, whose wait lets it go (sg_exec_cancel would let
 * it go a second time). */
void dt_bridge_break(sg_exec_t exec);

/* The links from host to host, at most room of them, and the sum of their latencies; returns how many there are. */
size_t dt_bridge_route(sg_host_t from, sg_host_t to, sg_link_t *link, size_t room, double *latency_s);

/* The names of a host's properties, at most room of them, in no order; returns how many there are. */
size_t dt_bridge_properties(const_sg_host_t host, const char **name, size_t room);

/* What a key of SimGrid's configuration is where neither the platform nor the command line sets it. */
void dt_bridge_preset(const char *key, bool on);
void dt_bridge_preset_text(const char *key, const char *text);

/* The factor of the network model in effect, by the key of SimGrid's configuration ("network/latency-factor",
 * "network/bandwidth-factor"), for a message of so many bytes. */
double dt_bridge_factor(const char *key, double bytes);

/* Call without any actor acting meanwhile: each call of SimGrid's lets others go first otherwise. */
void dt_bridge_at_once(void (*call)(void *arg), void *arg);

/* Call at this very time, by SimGrid itself, once no actor can act; nobody acts earlier or later for it. */
void dt_bridge_soon(void (*call)(void *arg), void *arg);

/* Have the energy of hosts counted; before the platform is loaded. */
void dt_bridge_energy(void);

/* What a link draws, by its property "wattage_range" ("idle:busy"); nothing without one. */
void dt_bridge_link_watts(sg_link_t link, double *idle, double *busy);

/* A link that goes off fails what crosses it.  Of a transfer that begins on a way that is cut SimGrid tells nothing:
 * dt_bridge_cut asks first.  With cross-traffic (LV08) the way back belongs to it. */
void dt_bridge_link_switch(sg_link_t link, bool on);
bool dt_bridge_cut(sg_host_t from, sg_host_t to);

/* [time] Simulate to the end.  False: SimGrid gave up (reason). */
bool dt_bridge_run(char *reason, size_t size);

#ifdef __cplusplus
}
#endif

#endif
