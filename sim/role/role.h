/* role.h - what a strategy declares: the roles of its workers and servers, and what these use.
 * A role is one function that reads from top to bottom.  Every worker is an actor with a stack of its own, so that waiting is an
 * ordinary call.
 *
 * A role does not handle failures.  Every [time] function returns DT_EDOWN if the actor's own host has failed, or DT_EOVER if the
 * training is over, and the role passes that on with DT_TRY.  The driver (driver.c) then waits until the host is up again,
 * resets the worker to the model of its last finished round, calls rejoin and begins the role anew.  A role that returns for
 * another reason has ended. */
#ifndef DT_ROLE_ROLE_H
#define DT_ROLE_ROLE_H

#include "base/room.h"
#include "role/background.h"
#include "role/coding.h"
#include "role/mixing.h"
#include "role/replica.h"
#include "role/server.h"
#include "role/step.h"
#include "role/tasks.h"
#include "role/mirror.h"

/* The parameter servers of a strategy: none, one store of all servers, or a store of the servers of each site. */
typedef enum dt_storing { DT_STORES_NONE, DT_STORES_ONE, DT_STORES_BY_SITE } dt_storing;

typedef struct dt_strategy_type {
    dt_entry is;
    const dt_metric *columns;   /* its own columns of the evaluations (dt_worker_report); ends with a name NULL; NULL: none */
    const dt_ledger *tables;    /* its own tables, likewise */
    const char *faults;     /* a sentence for help: what it does when hosts fail */
    bool averages;          /* it uses all-reduces over all workers: there is a team.collective; with own_rounds nobody waits for one */
    bool merges;            /* its server forms every model by dt_server_merge, or dt_server_merge_changes, of what dt_worker_submit, or
                               dt_client_submit_change, has sent, with no factor above 1; so that updates can be clipped and get
                               noise (key privacy) and, if it is not asynchronous, masks (key secure_aggregation) */
    bool replicates;        /* its workers are equal replicas that share each step: replica.h can be used */
    bool agrees;            /* all workers that have finished a round have the same model then; the audit checks it */
    bool mixes;             /* its workers exchange models along a graph: there is a team.topology, and mixing.h can be used */
    double spectrum;        /* of those that mix: all eigenvalues of W have to be above it, else models may diverge; 0: any will do */
    size_t bundle;          /* vectors that go to a neighbour in one message (dt_worker_publish), each with a public copy; 0: one */
    dt_storing stores;      /* it has parameter servers: team.stores, the room sync and store.h can be used */
    bool layered;           /* it computes and exchanges layer by layer: team.queue, the room queue and step.h can be used */
    bool codes;             /* its server decodes words: there is a team.code, and coding.h can be used */
    bool labels;            /* its roles label what they do (dt_port_label): the record says it of every stretch of time and every
                               message, and has the table of layers */
    bool budgets;           /* it takes the limits on seconds, bytes and joules for budgets, and ends before it would exceed one */
    bool own_rounds;        /* its workers have no common rounds; monitor.h says what their learning rate follows */
    dt_judged judged;       /* whose model is evaluated */
    bool asynchronous;      /* its server does not wait for the clients of a round: those of several rounds train at the same time */
    bool outer;             /* its common model can take a step along the mean change of the workers: the key server_optimiser */
    const char *outer_preset;   /* that key, as JSON, where the scenario does not say it; NULL: the mean takes the model's place */
    /* Returns how many models differ, and sets of [workers] to the one that each worker's own rows are evaluated with.  The
     * strategy reports them by index (dt_monitor_collect, dt_monitor_own), and says which leave and join.
     * NULL: every worker has a model, with its rank as index. */
    size_t (*models)(const void *state, const dt_team *team, size_t *of);
    /* Check before anything runs whether the strategy can work with the other choices of the scenario, which is resolved: every
     * key is written out.  NULL: it works with all.  Errors: DT_EINVAL at the key at fault. */
    dt_status (*fits)(const void *state, const dt_config *scenario);
    /* Is what its models learn the same whatever anything takes in time?  Then runs that differ in time alone can share one
     * training (run/training.h, which knows the conditions that are common to all strategies).  NULL: never. */
    bool (*timeless)(const void *state, const dt_config *scenario);
    /* [time] The role of a worker; each is an actor.  All workers share state, and the first in a round (dt_worker_first)
     * writes it for all.  The role begins again after each failure of its host.
     * NULL: workers act only as clients that a server invites. */
    dt_status (*work)(void *state, dt_worker *w);
    /* [time] The host of a worker is up again, and others do not wait for it yet: fetch what it lacks from them.  work begins
     * again after this.  NULL: it lacks nothing.  Errors: DT_EDOWN, the host failed again. */
    dt_status (*rejoin)(void *state, dt_worker *w);
    /* [time] The role of the server, whose host does not fail.  NULL: none. */
    dt_status (*serve)(void *state, dt_server *s);
    /* [time] The role of each server of a store.  NULL: dt_store_serve, the one that can fail. */
    dt_status (*keep)(void *state, dt_store *store, size_t server);
    /* The largest number of workers that act at the same time.  NULL: all do. */
    size_t (*actors)(const void *state, size_t workers);
    /* How many vectors are aggregated into one if nothing fails.  NULL: those of all workers. */
    size_t (*together)(const void *state, size_t workers);
} dt_strategy_type;

/* The sentence on faults of strategies whose workers meet in an all-reduce of models. */
#define DT_WAITS_AND_GOES_ON                                                                                    \
    "with faults: an all-reduce waits until faults.deadline for workers whose hosts have failed, and then goes " \
    "on without them; a recovered worker starts from the model of the others and joins their next all-reduce"

typedef struct dt_strategy { const dt_strategy_type *type; void *state; } dt_strategy;

/* True if it has one server or several. */
static inline bool dt_role_served(const dt_strategy_type *type) { return type->serve != NULL || type->stores != DT_STORES_NONE; }

/* For strategies without a condition of their own. */
bool dt_role_timeless(const void *state, const dt_config *scenario);

/* The largest number of actors that exist at the same time, with so many workers and servers. */
size_t dt_role_actors(const dt_strategy *s, size_t workers, size_t servers);

/* How many vectors are aggregated into one if nothing fails. */
size_t dt_role_together(const dt_strategy *s, size_t workers);

/* Everything that a run is made of, except its strategy.  monitor.engine to monitor.run are set; x is the initial model. */
typedef struct dt_training {
    dt_learning *learning;
    dt_pace     *pace;
    dt_team     *team;
    dt_monitor    *monitor;
    dt_vec      *x;
    dt_arena    *run;
} dt_training;

/* [time] Evaluate the initial model, begin every role and simulate to the end.
 * Errors: those of the roles (DT_EDIVERGED, ...), DT_EDEADLOCK. */
dt_status dt_role_run(const dt_strategy *s, const dt_training *training);

#endif
