/* strategy.c - the registry of strategies. */
#include "strategy/strategy.h"

#define ROOM strategy
#include "base/members.h"

static const char *strategy_faults(const dt_entry *e) { return dt_strategy_of(e)->faults; }

const dt_room dt_strategy_room = {
    .name = "strategy", .brief = "the training algorithm: which worker computes what, and who sends what to whom", .preset = NULL,
    ROOM_MEMBERS, .more = strategy_faults,
};

dt_status dt_strategy_open(dt_strategy *s, const dt_config *config, dt_arena *run) {
    const dt_entry *entry;
    DT_TRY(dt_room_open(&dt_strategy_room, config, NULL, NULL, run, &entry, &s->state));
    s->type = dt_strategy_of(entry);
    return DT_OK;
}

dt_status dt_strategy_check(const dt_config *scenario, dt_arena *arena) {
    dt_strategy s;
    DT_TRY(dt_strategy_open(&s, dt_config_get(scenario, "strategy"), arena));
    return s.type->fits == NULL ? DT_OK : s.type->fits(s.state, scenario);
}
