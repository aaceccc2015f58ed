/* limits.h - what many actors and flows at the same time cost on the real machine, and what that machine has. */
#ifndef DT_ENGINE_LIMITS_H
#define DT_ENGINE_LIMITS_H

#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>

/* Up to so many actors have stacks with guard pages; more have stacks without, which share mappings. */
enum { DT_GUARDED_MOST = 5000 };

/* Estimates for so many actors, from measurements on hosts with a link in each direction; right within a factor of two. */
typedef struct dt_load {
    double bytes;       /* of memory, for actors with their stacks, inboxes and flows */
    double mappings;    /* pieces that memory is mapped in; the system allows a process so many */
    double burst_s;     /* real seconds in which SimGrid carries a flow of each at the same time, there and back */
} dt_load;
dt_load dt_load_of(size_t actors);

/* True if this version of SimGrid looks at all flows whenever one ends, so that burst_s grows with their square. */
bool dt_load_scans(void);

/* Bytes of memory that so many hosts with their links take. */
double dt_load_hosts(size_t hosts);

/* Bytes of memory that this machine has left, and mappings that it allows a process; HUGE_VAL where it does not say. */
double dt_load_memory_left(void);
double dt_load_mappings_most(void);

#endif
