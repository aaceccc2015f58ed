/* strategy.h - who computes, who talks to whom, and when: the loop of a paper, one file each.
 * A strategy has one function per role, straight down: every worker is an actor with a stack of its own, so
 * waiting is an ordinary call. */
#ifndef DT_STRATEGY_STRATEGY_H
#define DT_STRATEGY_STRATEGY_H

#include "strategy/server.h"

typedef struct dt_strategy_type {
    dt_entry is;
    const char *faults; /* what it does where hosts fail: a sentence */
    bool averages;      /* takes means over all workers: team.collective is there */
    bool mixes;         /* talks along a graph: team.topology is there */
    bool own_rounds;    /* its workers have no common rounds: board.h says what their learning rate follows */
    /* [time] The role of a worker: one actor each.  state is shared by all of them; whoever is first in a round
     * (dt_worker_first) writes it for all.  NULL: workers act only when a server invites them. */
    dt_status (*work)(void *state, dt_worker *w);
    /* [time] The role of the server.  NULL: none. */
    dt_status (*serve)(void *state, dt_server *s);
    /* How many of the workers act at the same time, at most.  NULL: all. */
    size_t (*actors)(const void *state, size_t workers);
} dt_strategy_type;

/* faults of all whose workers meet in a mean. */
#define DT_WAITS_AND_GOES_ON                                                                                    \
    "with faults: a mean waits for those who are gone until faults.deadline, then goes on without them; who is " \
    "back joins the next, with the model of the others"

typedef struct dt_strategy { const dt_strategy_type *type; void *state; } dt_strategy;

DT_DECLARE_ROOM(strategy)

dt_status dt_strategy_open(dt_strategy *s, const dt_config *config, dt_arena *run);

/* Actors that exist at the same time, at most; the server is one. */
size_t dt_strategy_actors(const dt_strategy *s, size_t workers);

/* Everything a run is made of, but its strategy.  board.engine .. board.run are set; x is the initial model. */
typedef struct dt_stage {
    dt_learning *learning;
    dt_pace     *pace;
    dt_team     *team;
    dt_board    *board;
    dt_vec      *x;
    dt_arena    *run;
} dt_stage;

/* [time] Mark the initial model, begin every role and simulate to the end.
 * Errors: those of the roles (DT_EDIVERGED, ...), DT_EDEADLOCK. */
dt_status dt_strategy_run(const dt_strategy *s, const dt_stage *stage);

#endif
