/* role.h - what a strategy declares: the roles of its workers and of its server, and what they need.
 * A role is one function, straight down: every worker is an actor with a stack of its own, so waiting is an ordinary call.
 *
 * Failures are no business of a role.  Every [time] word returns DT_EDOWN where the own host has failed (or DT_EOVER: the
 * training is over), and the role passes that on with DT_TRY.  The driver (driver.c) then waits until the host is back,
 * resets the worker to the model of its last finished round, calls rejoin and begins the role anew.  A role that returns
 * for another reason has ended. */
#ifndef DT_ROLE_ROLE_H
#define DT_ROLE_ROLE_H

#include "base/room.h"
#include "role/mixing.h"
#include "role/replica.h"
#include "role/server.h"
#include "role/step.h"
#include "role/mirror.h"

/* What stores a strategy has: none, one of all servers, or one of the servers of each site. */
typedef enum dt_storing { DT_STORES_NONE, DT_STORES_ONE, DT_STORES_BY_SITE } dt_storing;

/* A table of a strategy's own in the record of a run; a row of it by dt_monitor_row. */
typedef struct dt_ledger { const char *name; const dt_column *columns /* ends with a name NULL */; } dt_ledger;

typedef struct dt_strategy_type {
    dt_entry is;
    const dt_metric *columns;   /* of its own in "evaluations" (dt_worker_report); ends with a name NULL; NULL: none */
    const dt_ledger *tables;    /* likewise */
    const char *faults;     /* what it does where hosts fail: a sentence */
    bool averages;          /* takes means over all workers: team.collective is there */
    bool replicates;        /* its workers are equal replicas, which share each step: the words of replica.h are there */
    bool agrees;            /* all who have finished a round hold one model then: a law of the audit */
    bool mixes;             /* talks along a graph: team.topology and the words of mixing.h are there */
    dt_storing stores;      /* parameter servers: team.stores, the room sync and the words of store.h are there */
    bool layered;           /* computes and exchanges layer by layer: the room queue and the words of step.h are there */
    bool labels;            /* its roles label what they do (dt_port_label): the record of a run says it of every stretch of
                               time and message, and has the table of layers */
    bool own_rounds;        /* its workers have no common rounds: monitor.h says what their learning rate follows */
    dt_judged judged;       /* whose model is evaluated */
    /* Models that differ, and of [workers] the one that each worker's own rows are judged by: the strategy brings them by
     * their index (dt_monitor_pile, dt_monitor_own), and says which leave and join.  NULL: one a worker, by rank. */
    size_t (*models)(const void *state, const dt_team *team, size_t *of);
    /* Refuse company that it cannot work in, before anything runs; scenario is resolved, with every key written out.
     * NULL: takes all.  Errors: DT_EINVAL at the key at fault. */
    dt_status (*fits)(const void *state, const dt_config *scenario);
    /* [time] The role of a worker: one actor each.  state is shared by all of them; whoever is first in a round
     * (dt_worker_first) writes it for all.  It may begin several times: after each failure of its host.
     * NULL: workers act only when a server invites them. */
    dt_status (*work)(void *state, dt_worker *w);
    /* [time] The host of a worker is back, and others do not count on it yet: take from them what it needs.  Afterwards
     * work begins anew.  NULL: nothing.  Errors: DT_EDOWN, it failed again. */
    dt_status (*rejoin)(void *state, dt_worker *w);
    /* [time] The role of the server, whose host does not fail.  NULL: none. */
    dt_status (*serve)(void *state, dt_server *s);
    /* [time] The role of each server of a store; none fails.  NULL: dt_store_serve. */
    dt_status (*keep)(void *state, dt_store *store, size_t server);
    /* How many of the workers act at the same time, at most.  NULL: all. */
    size_t (*actors)(const void *state, size_t workers);
    /* How many vectors are merged into one where nothing fails.  NULL: those of all workers. */
    size_t (*together)(const void *state, size_t workers);
} dt_strategy_type;

/* faults of all whose workers meet in a mean. */
#define DT_WAITS_AND_GOES_ON                                                                                    \
    "with faults: a mean waits for those who are gone until faults.deadline, then goes on without them; who is " \
    "back joins the next, with the model of the others"

typedef struct dt_strategy { const dt_strategy_type *type; void *state; } dt_strategy;

/* Has it a server, or several? */
static inline bool dt_role_served(const dt_strategy_type *type) { return type->serve != NULL || type->stores != DT_STORES_NONE; }

/* Actors that exist at the same time, at most, of so many workers and servers. */
size_t dt_role_actors(const dt_strategy *s, size_t workers, size_t servers);

/* Vectors that an aggregate makes one of. */
size_t dt_role_together(const dt_strategy *s, size_t workers);

/* Everything a run is made of, but its strategy.  monitor.engine .. monitor.run are set; x is the initial model. */
typedef struct dt_stage {
    dt_learning *learning;
    dt_pace     *pace;
    dt_team     *team;
    dt_monitor    *monitor;
    dt_vec      *x;
    dt_arena    *run;
} dt_stage;

/* [time] Mark the initial model, begin every role and simulate to the end.
 * Errors: those of the roles (DT_EDIVERGED, ...), DT_EDEADLOCK. */
dt_status dt_role_run(const dt_strategy *s, const dt_stage *stage);

#endif
