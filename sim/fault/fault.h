/* fault.h - fault injection: hosts that crash and recover, devices that are not available or run out of battery, messages that
 * are lost, links that change over time.  Workers fail independently of each other.  Servers fail by faults.servers alone, apart from
 * workers of the same host; they must be those of a store.  A worker counts as disconnected once a link on its route to or from
 * its server has been off for faults.deadline, until all links of both routes are on again.
 * A worker is up while no cause holds it down.  When it goes down, its current call is aborted (engine/failure.h).
 * Random numbers come from the streams (seed, rank, "crash"), (.., "recover") (server k has the rank -1 - k), (.., "availability"),
 * (.., "battery"), (.., "loss") and, by the number of the link in natural order, (.., "link bandwidth"), (.., "link latency"),
 * (.., "link on"); a profile has a second stream, whose name ends in " off" (profile/profile.h).  Therefore the times of
 * failures do not depend on what workers do, and another distribution of one cause leaves the draws of all others as they
 * are. */
#ifndef DT_FAULT_FAULT_H
#define DT_FAULT_FAULT_H

#include "base/room.h"
#include "engine/engine.h"

/* The section "faults" of a scenario. */
typedef struct dt_faults {
    const dt_config *crash, *recover;   /* distributions of the time to failure and to repair [s]; NULL: never */
    const dt_config *availability;      /* profile: 1 is there, 0 is away */
    const dt_config *battery;           /* distribution of the energy budget [J] */
    const dt_config *stragglers;        /* { count = , delay = , every = }: dt_fault_stragglers; NULL: there are none */
    const dt_config *links;             /* list of { pattern, bandwidth = , latency = , on = } */
    const dt_config *servers;           /* { crash = , recover = , notice = }; NULL: servers do not fail */
    double message_loss, timeout, deadline, patience;
} dt_faults;

extern const dt_param dt_fault_params[];

/* Check the section as it was given and write it to out.faults, presets included.  Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO,
 * DT_EFORMAT with the key's path. */
dt_status dt_fault_resolve(const dt_config *given, dt_config *out, dt_arena *arena);

/* Read a resolved section; NULL: there are no faults. */
void dt_fault_read(const dt_config *resolved, dt_faults *faults, dt_arena *arena);

/* After how long the failure of a server is noticed [s]; do servers recover? */
double dt_fault_notice(const dt_faults *faults);
bool   dt_fault_servers_recover(const dt_faults *faults);

/* Stragglers that are drawn: in every round exactly count workers begin later by a delay, drawn for each; or never.  They are
 * drawn anew every so many rounds, or once for the run (every 0).  The workers do that themselves, as they know their rounds. */
typedef struct dt_fault_stragglers { long count, every; const dt_config *delay; } dt_fault_stragglers;
void dt_fault_read_stragglers(const dt_config *node, dt_fault_stragglers *s, dt_arena *arena);

/* True if latencies of links change. */
bool dt_fault_latencies(const dt_faults *faults);

/* Check that every pattern of faults.links fits a link.  Errors: DT_EINVAL at "faults.links", with the nearest name. */
dt_status dt_fault_links_known(const dt_faults *faults, dt_engine *e, dt_arena *run);

/* A failure or a recovery, for the record. */
typedef struct dt_fault_event {
    double      time_s;
    const dt_port *worker;  /* or server; NULL: it was a link */
    const char *link;       /* its name, or "" */
    const char *what;       /* "crash", "recover"; "away", "back"; "empty"; "cut off", "in reach"; "link off", "link on" */
} dt_fault_event;

typedef struct dt_fault_setup {
    const dt_faults *faults;
    dt_engine       *engine;
    dt_port *const  *port;      /* [ranks] */
    size_t           ranks;
    const size_t    *server;    /* [ranks] the host that each worker has to reach */
    uint64_t         seed;
    void           (*on_event)(void *owner, const dt_fault_event *event);     /* NULL: events are not told */
    double         (*progress)(const void *owner);      /* a number that grows while the training progresses; NULL: not watched */
    dt_port *const  *servers;   /* [server_count] that may fail; NULL: none */
    size_t           server_count;
    dt_status      (*on_server)(void *owner, size_t server, bool up);         /* it has just failed, or recovered */
    void            *owner;
} dt_fault_setup;

/* Begin to inject faults.  The training is over when all workers have failed for good.  If progress has not grown for
 * faults.patience, the run fails with DT_EDEADLOCK.
 * Errors: DT_EINVAL (no link of that name; a battery without a power model), and those of distributions and profiles. */
dt_status dt_fault_begin(const dt_fault_setup *setup, dt_arena *run);

/* For runs without faults: only detect that simulated time stands still (a livelock). */
void dt_fault_watch(const dt_fault_setup *setup, dt_arena *run);

#endif
