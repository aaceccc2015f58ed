/* fault.h - what goes wrong in a run, and when: hosts that crash and recover, devices that are not there or run out of
 * battery, messages that are lost, links that change.  Each worker fails by itself; the server's host does not
 * fail.  A worker between whose host and the server's (of its own site) a link has been off for the deadline is cut off: gone
 * until all links on the way are on.
 * Draws come from the streams (seed, rank, "crash"), (.., "recover"), (.., "availability"), (.., "battery"), (.., "loss")
 * and, by the number of the link in natural order, (.., "link bandwidth"), (.., "link latency"), (.., "link on"); a profile
 * has a second stream, whose name ends in " off" (profile/profile.h).  So what fails when does not hang on what the workers
 * do, and another distribution of one of these leaves the draws of all others as they are.
 * A worker is up while nothing holds it down.  What it then computes, sends or waits for is broken off (engine/failure.h). */
#ifndef DT_FAULT_FAULT_H
#define DT_FAULT_FAULT_H

#include "base/room.h"
#include "engine/engine.h"

/* The section "faults" of a scenario. */
typedef struct dt_faults {
    const dt_config *crash, *recover;   /* distributions of s up and s down; NULL: never */
    const dt_config *availability;      /* profile: 0 is away */
    const dt_config *battery;           /* distribution of J */
    const dt_config *links;             /* list of { pattern, bandwidth = , latency = , on = } */
    double message_loss, timeout, deadline, patience;
} dt_faults;

extern const dt_param dt_fault_params[];

/* Check the section and write it out as out.faults, presets included.  Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO,
 * DT_EFORMAT with the key's path. */
dt_status dt_fault_resolve(const dt_config *given, dt_config *out, dt_arena *arena);

/* A resolved section, or NULL: nothing goes wrong. */
void dt_fault_read(const dt_config *resolved, dt_faults *faults, dt_arena *arena);

/* Does it change latencies of links? */
bool dt_fault_latencies(const dt_faults *faults);

/* Does every pattern of links fit one?  Errors: DT_EINVAL at "faults.links" with the nearest name. */
dt_status dt_fault_links_known(const dt_faults *faults, dt_engine *e, dt_arena *run);

/* One thing that failed or recovered. */
typedef struct dt_fault_event {
    double      time_s;
    const dt_port *worker;  /* NULL: it was a link */
    const char *link;       /* its name, or "" */
    const char *what;       /* "crash", "recover"; "away", "back"; "empty"; "cut off", "in reach"; "link off", "link on" */
} dt_fault_event;

typedef struct dt_fault_setup {
    const dt_faults *faults;
    dt_engine       *engine;
    dt_port *const  *port;      /* [ranks] */
    size_t           ranks;
    const size_t    *server;    /* [ranks] host that each worker is cut off from */
    uint64_t         seed;
    void           (*on_event)(void *owner, const dt_fault_event *event);     /* NULL: nobody listens */
    double         (*progress)(const void *owner);      /* grows as long as the training does; NULL: not watched */
    void            *owner;
} dt_fault_setup;

/* Begin to inject faults.  When all workers are gone for good the training is over; when progress has not
 * grown for patience, the run fails with DT_EDEADLOCK.
 * Errors: DT_EINVAL (no link of that name; battery without power figures), and those of distributions and profiles. */
dt_status dt_fault_begin(const dt_fault_setup *setup, dt_arena *run);

/* Without faults: only see that simulated time does not stand still for ever (faults.patience). */
void dt_fault_watch(const dt_fault_setup *setup, dt_arena *run);

#endif
