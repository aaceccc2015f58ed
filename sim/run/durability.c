/* durability.c - the keys by which servers of a store may fail: servers.checkpoint, servers.replicas and faults.servers. */
#include "run/build.h"
#include "role/durable.h"

typedef struct checkpointing { double rounds, seconds, bandwidth; } checkpointing;

const dt_param dt_plan_checkpoint_params[] = {
    DT_REAL_PARAM(checkpointing, rounds, 0, 0, 1e15, "1", "write one after every so many rounds; 0: not by rounds"),
    DT_REAL_PARAM(checkpointing, seconds, 0, 0, 1e15, "s", "write one when so many seconds have passed since the last one was begun; 0: not by time"),
    DT_REAL_PARAM(checkpointing, bandwidth, 5e8, 1, 1e15, "B/s", "of the storage, which does not fail: a server handles no requests while "
                  "it writes or reads its range and its optimiser's memory"),
    { 0 }
};

dt_status dt_plan_checkpoint(const dt_config *given, dt_config *servers, dt_arena *arena) {
    checkpointing c;
    DT_TRY(dt_plan_nameless(given, "servers.checkpoint", arena));
    if (given == NULL) return DT_OK;
    DT_TRY(dt_param_fill((dt_target){ dt_plan_checkpoint_params, &c }, (dt_target){ 0 }, given, "servers.checkpoint", arena));
    if (!(c.rounds > 0) && !(c.seconds > 0))
        return dt_fail_at(DT_EINVAL, "servers.checkpoint", "expected rounds or seconds between two checkpoints, such as { seconds = \"10min\" }, "
                          "got neither");
    dt_param_dump((dt_target){ dt_plan_checkpoint_params, &c }, dt_config_set_table(servers, "checkpoint", arena), arena);
    return DT_OK;
}

/* What of these keys a scenario has: the path of one, or NULL. */
static const char *durable_key(const dt_config *scenario) {
    const dt_config *replicas = dt_config_at(scenario, "servers.replicas");
    if (dt_config_at(scenario, "faults.servers") != NULL) return "faults.servers";
    if (dt_config_at(scenario, "servers.checkpoint") != NULL) return "servers.checkpoint";
    return replicas != NULL && replicas->number > 0 ? "servers.replicas" : NULL;
}

dt_status dt_plan_durable(const dt_config *scenario, dt_arena *arena) {
    const char *key = durable_key(scenario);
    const dt_config *replicas = dt_config_at(scenario, "servers.replicas"), *count = dt_config_at(scenario, "servers.count");
    dt_strategy strategy;
    if (key == NULL) return DT_OK;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(scenario, "strategy"), arena));
    if (strategy.type->stores == DT_STORES_BY_SITE)
        return dt_fail_at(DT_EINVAL, key, "\"%s\" has servers in every site, which would lack the changes of others that came while they were "
                          "down: expected a strategy with one set of servers, \"ps\"", strategy.type->is.name);
    if (strategy.type->stores == DT_STORES_NONE)
        return dt_fail_at(DT_EINVAL, key, "the servers of \"%s\" do not fail%s: expected a strategy with parameter servers, \"ps\"",
                          strategy.type->is.name, strategy.type->serve == NULL ? "" : ", since what such a server keeps beside the model "
                          "(who is busy, states of clients, a memory) is not saved");
    DT_TRY(dt_durable_fits(scenario, arena));
    if (replicas != NULL && replicas->number >= count->number)
        return dt_fail_at(DT_EINVAL, "servers.replicas", "expected less than servers.count, since copies are on other servers: at most %g, got %g",
                          count->number - 1, replicas->number);
    return DT_OK;
}

bool dt_run_durable(const dt_config *scenario) { return durable_key(scenario) != NULL; }

static void durable_event(void *owner, const dt_durable_event *event) { dt_notes_durable(owner, event); }

static dt_status durable_server(void *owner, size_t server, bool up) {
    struct dt_stores *stores = ((dt_run *)owner)->team.stores;
    if (!up) return dt_durable_failed(stores, server);
    dt_durable_returned(stores, server);
    return DT_OK;
}

void dt_run_durability(dt_run *r, dt_fault_setup *setup) {
    checkpointing c;
    const dt_config *node = dt_config_at(r->config, "servers.checkpoint");
    if (!dt_run_durable(r->config)) return;
    dt_durability *d = dt_arena_take(r->arena, 1, sizeof *d);
    dt_param_fill((dt_target){ dt_plan_checkpoint_params, &c }, (dt_target){ 0 }, node, "servers.checkpoint", r->arena);
    *d = (dt_durability){ .replicas = r->setting.servers.replicas, .rounds = c.rounds, .seconds = c.seconds, .bandwidth = c.bandwidth,
                          .notice_s = 1, .recovers = true, .on_event = durable_event, .owner = &r->notes };
    if (r->faults.servers != NULL) {
        d->notice_s = dt_fault_notice(&r->faults);
        d->recovers = dt_fault_servers_recover(&r->faults);
        setup->servers = r->team.group.server;
        setup->server_count = r->team.group.servers;
        setup->on_server = durable_server;
    }
    r->team.durability = d;
}
