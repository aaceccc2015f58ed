/* fault.c - the section "faults": its parameters, checked and written out. */
#include "fault/fault.h"
#include "fault/inside.h"
#include <string.h>

static const dt_param link_params[] = {
    DT_TABLE_PARAM(dt_fault_link, bandwidth, "B/s", "profile", "bandwidth of the link over time"),
    DT_TABLE_PARAM(dt_fault_link, latency, "s", "profile", "latency of the link over time"),
    DT_TABLE_PARAM(dt_fault_link, on, "1", "profile",
                   "whether the link is on (1) or off (0) over time; messages wait while it is off"),
    { 0 }
};

static const dt_param server_params[] = {
    DT_TABLE_PARAM(dt_fault_server_keys, crash, "s", "distribution",
                   "time to failure of each server (MTBF), drawn anew after each recovery; what it had in memory is lost"),
    DT_TABLE_PARAM(dt_fault_server_keys, recover, "s", "distribution",
                   "time to repair of a server that has failed (MTTR); without it a failed server stays down for good"),
    DT_REAL_PARAM(dt_fault_server_keys, notice, 1, 1e-6, 1e9, "s",
                  "how long a server is silent before its failure is noticed, and a copy of its range (servers.replicas) takes over"),
    { 0 }
};

static const dt_param straggler_params[] = {
    DT_INT_PARAM(dt_fault_stragglers, count, 1, 0, 1e6, "workers that are late in a round: exactly so many, drawn by the number of the round alone"),
    DT_TABLE_PARAM(dt_fault_stragglers, delay, "s", "distribution",
                   "by how much they begin their first step of the round later, drawn for each; without it they never go on with that round, and a "
                   "strategy that waits for all of them ends by faults.patience, which stop.seconds does not shorten"),
    DT_INT_PARAM(dt_fault_stragglers, every, 1, 0, 1e9, "rounds after which they are drawn anew; 0: the same workers are late in all rounds"),
    { 0 }
};

const dt_param dt_fault_params[] = {
    DT_TABLE_PARAM(dt_faults, crash, "s", "distribution",
                   "time to failure of each worker's host (MTBF), drawn anew after each recovery"),
    DT_TABLE_PARAM(dt_faults, recover, "s", "distribution",
                   "time to repair of a failed host (MTTR); without it a failed host stays down for good"),
    DT_TABLE_PARAM(dt_faults, availability, "1", "profile",
                   "when a worker is available: a profile of 1 (there) and 0 (away), as of phones that charge"),
    DT_TABLE_PARAM(dt_faults, battery, "J", "distribution",
                   "energy budget of each worker's host; the host fails for good when it is used up"),
    DT_KEYS_PARAM(dt_faults, stragglers, straggler_params,
                  "{ count = 2, delay = \"4s\", every = 1 }: so many workers of every round are late; for what the others do meanwhile, which "
                  "independent delays (jitter) cannot tell as sharply"),
    DT_TABLES_PARAM(dt_faults, links, link_params,
                   "{ { \"pattern\", bandwidth = profile, latency = profile, on = profile }, ... }: links whose values change over time"),
    DT_KEYS_PARAM(dt_faults, servers, server_params,
                   "failures of parameter servers (strategy = \"ps\"): without copies of its range (servers.replicas), a server begins again "
                   "with its last checkpoint (servers.checkpoint)"),
    DT_REAL_PARAM(dt_faults, message_loss, 0, 0, 0.99, "1",
                  "probability that a message is lost; its sender sends it again after timeout"),
    DT_REAL_PARAM(dt_faults, timeout, 0.2, 1e-6, 1e6, "s", "how long after it left a lost message is sent again"),
    DT_REAL_PARAM(dt_faults, deadline, 60, 1e-6, 1e9, "s",
                  "how long the others wait for a worker that has failed or cannot be reached, before they go on without it"),
    DT_REAL_PARAM(dt_faults, patience, 86400, 1e-6, 1e12, "s",
                  "simulated time without a completed training step, or without an update of a client that counts, after which the run ends as a "
                  "failure"),
    { 0 }
};

/* One profile of a link or a worker: NULL is none. */
static dt_status fault_profile(const dt_config *node, const char *path, const char *key, const char *unit,
                               dt_config *out, dt_arena *arena) {
    dt_profile profile;
    if (node == NULL) return DT_OK;
    const char *at = dt_arena_text(arena, "%s.%s", path, key);
    DT_TRY(dt_profile_open(&profile, node, at, unit, arena));
    return dt_room_resolve(&dt_profile_room, node, at, sizeof(dt_profile_common), out, key, arena);
}

void dt_fault_link_read(const dt_config *node, dt_fault_link *link, dt_arena *arena) {
    *link = (dt_fault_link){ .pattern = dt_config_name(node) };
    dt_param_fill((dt_target){ link_params, link }, (dt_target){ 0 }, node, "", arena);
}

bool dt_fault_latencies(const dt_faults *faults) {
    for (const dt_config *c = faults->links == NULL ? NULL : faults->links->first; c != NULL; c = c->next)
        if (dt_config_get(c, "latency") != NULL) return true;
    return false;
}

static dt_status fault_link(const dt_config *node, const char *path, dt_config *out, dt_arena *arena) {
    dt_fault_link link;
    if (node->key != NULL || node->kind != DT_CONFIG_TABLE || dt_config_name(node) == NULL)
        return dt_fail_at(DT_EINVAL, path, "expected { { \"pattern\", bandwidth = profile }, ... }, got %s",
                          dt_config_json(node, arena));
    DT_TRY(dt_param_fill((dt_target){ link_params, &link }, (dt_target){ 0 }, node, path, arena));
    dt_config *table = dt_config_set_table(out, NULL, arena);
    dt_config_set_text(table, NULL, dt_config_name(node), arena);
    DT_TRY(fault_profile(link.bandwidth, path, "bandwidth", "B/s", table, arena));
    DT_TRY(fault_profile(link.latency, path, "latency", "s", table, arena));
    return fault_profile(link.on, path, "on", "1", table, arena);
}

void dt_fault_server_read(const dt_config *resolved, dt_fault_server_keys *keys, dt_arena *arena) {
    dt_param_fill((dt_target){ server_params, keys }, (dt_target){ 0 }, resolved, "faults.servers", arena);
}

static dt_fault_server_keys fault_servers(const dt_faults *faults) {
    dt_fault_server_keys keys = { 0 };
    dt_arena *scratch = dt_arena_new(0);
    dt_fault_server_read(faults->servers, &keys, scratch);
    dt_arena_free(scratch);
    return keys;
}

double dt_fault_notice(const dt_faults *faults) { return fault_servers(faults).notice; }
bool dt_fault_servers_recover(const dt_faults *faults) { return fault_servers(faults).recover != NULL; }

static dt_status fault_dist(const dt_config *node, const char *key, const char *unit, dt_config *out, dt_arena *arena) {
    if (node == NULL) return DT_OK;
    const char *last = strrchr(key, '.');
    return dt_distribution_resolve(node, unit, dt_arena_text(arena, "faults.%s", key), out, last == NULL ? key : last + 1, arena);
}

static dt_status fault_serving(const dt_config *given, dt_config *out, dt_arena *arena) {
    dt_fault_server_keys keys;
    if (given == NULL) return DT_OK;
    if (given->kind != DT_CONFIG_TABLE || dt_config_name(given) != NULL)
        return dt_fail_at(DT_EINVAL, "faults.servers", "expected { crash = \"10min\", recover = \"1min\" }, got %s", dt_config_json(given, arena));
    DT_TRY(dt_param_fill((dt_target){ server_params, &keys }, (dt_target){ 0 }, given, "faults.servers", arena));
    if (keys.crash == NULL)
        return dt_fail_at(DT_EINVAL, "faults.servers.crash", "expected a time to failure of servers, such as \"10min\", got none");
    dt_config *table = dt_config_set_table(out, "servers", arena);
    DT_TRY(fault_dist(keys.crash, "servers.crash", "s", table, arena));
    DT_TRY(fault_dist(keys.recover, "servers.recover", "s", table, arena));
    keys.crash = keys.recover = NULL;           /* written out above */
    dt_param_dump((dt_target){ server_params, &keys }, table, arena);
    return DT_OK;
}

void dt_fault_read_stragglers(const dt_config *node, dt_fault_stragglers *s, dt_arena *arena) {
    dt_param_fill((dt_target){ straggler_params, s }, (dt_target){ 0 }, node, "faults.stragglers", arena);
}

static dt_status fault_late(const dt_config *node, dt_config *out, dt_arena *arena) {
    dt_fault_stragglers s;
    if (node == NULL) return DT_OK;
    for (const dt_config *c = node->first; c != NULL; c = c->next)
        if (c->key == NULL)
            return dt_fail_at(DT_EINVAL, "faults.stragglers", "expected a table { count = 2, delay = \"4s\" }, got %s", dt_config_json(node, arena));
    DT_TRY(dt_param_fill((dt_target){ straggler_params, &s }, (dt_target){ 0 }, node, "faults.stragglers", arena));
    dt_config *table = dt_config_set_table(out, "stragglers", arena);
    if (s.delay != NULL) DT_TRY(dt_distribution_resolve(s.delay, "s", "faults.stragglers.delay", table, "delay", arena));
    s.delay = NULL;
    dt_param_dump((dt_target){ straggler_params, &s }, table, arena);
    return DT_OK;
}

dt_status dt_fault_resolve(const dt_config *given, dt_config *out, dt_arena *arena) {
    dt_faults f;
    DT_TRY(dt_param_fill((dt_target){ dt_fault_params, &f }, (dt_target){ 0 }, given, "faults", arena));
    dt_config *table = dt_config_set_table(out, "faults", arena);
    DT_TRY(fault_dist(f.crash, "crash", "s", table, arena));
    DT_TRY(fault_dist(f.recover, "recover", "s", table, arena));
    DT_TRY(fault_profile(f.availability, "faults", "availability", "1", table, arena));
    DT_TRY(fault_dist(f.battery, "battery", "J", table, arena));
    DT_TRY(fault_late(f.stragglers, table, arena));
    if (f.recover != NULL && f.crash == NULL)
        return dt_fail_at(DT_EINVAL, "faults.recover",
                          "expected a time to failure beside the time to repair, got none: set faults.crash");
    if (f.links != NULL) {
        dt_config *list = dt_config_set_table(table, "links", arena);
        for (const dt_config *c = f.links->first; c != NULL; c = c->next) DT_TRY(fault_link(c, "faults.links", list, arena));
    }
    DT_TRY(fault_serving(f.servers, table, arena));
    f.crash = f.recover = f.availability = f.battery = f.links = f.stragglers = f.servers = NULL;      /* written out above */
    dt_param_dump((dt_target){ dt_fault_params, &f }, table, arena);
    return DT_OK;
}

void dt_fault_read(const dt_config *resolved, dt_faults *faults, dt_arena *arena) {
    dt_param_fill((dt_target){ dt_fault_params, faults }, (dt_target){ 0 }, resolved, "faults", arena);
}
