/* strategy.h - the training algorithms, one file for the loop of each paper: who computes what, and who sends what to whom.
 * role/role.h says what a strategy declares and how its roles are run; the functions that the loops are written in are in
 * role/worker.h, gradient.h, mixing.h, store.h and server.h. */
#ifndef DT_STRATEGY_STRATEGY_H
#define DT_STRATEGY_STRATEGY_H

#include "role/role.h"

DT_DECLARE_ROOM(strategy)

dt_status dt_strategy_open(dt_strategy *s, const dt_config *config, dt_arena *run);

/* Open the strategy of a resolved scenario and check, before anything runs, that it works with the scenario's other choices.
 * Errors: those of dt_strategy_open and of its fits. */
dt_status dt_strategy_check(const dt_config *scenario, dt_arena *arena);

#endif
