/* strategy.h - the loops of the papers, one file each: who computes, who talks to whom, and when.
 * What a strategy declares, and how its roles are run, is in role/role.h; the words that the loops are written in are in
 * role/worker.h, role/mixing.h and role/server.h. */
#ifndef DT_STRATEGY_STRATEGY_H
#define DT_STRATEGY_STRATEGY_H

#include "role/role.h"

DT_DECLARE_ROOM(strategy)

dt_status dt_strategy_open(dt_strategy *s, const dt_config *config, dt_arena *run);

/* Open the strategy of a resolved scenario and ask whether it can work in that company, before anything runs.
 * Errors: those of dt_strategy_open and of its fits. */
dt_status dt_strategy_check(const dt_config *scenario, dt_arena *arena);

#endif
