/* plan.c - the keys of a scenario, and checking one flat scenario against them. */
#include "run/plan.h"
#include "base/foreign.h"
#include "base/near.h"
#include "base/warn.h"
#include "fault/fault.h"
#include "layer/layer.h"
#include "profile/profile.h"
#include "queue/queue.h"
#include "role/loading.h"
#include "run/inside.h"
#include <math.h>
#include <string.h>

const dt_param dt_plan_params[] = {
    DT_TEXT_PARAM(dt_setting, system, NULL, "a published system, such as \"bytescheduler\": its choices of strategy, queue, collective "
                  "and others, where the scenario does not say them itself; dtsim list system"),
    DT_INT_PARAM(dt_setting, workers, 0, 0, 1e7,
                 "how many workers train; 0: one on every host except the servers'; a table says on which hosts"),
    DT_INT_PARAM(dt_setting, seed, 1, 0, 1e15, "names every stream of random numbers of the run; repeat with other seeds to see how far results scatter"),
    DT_INT_PARAM(dt_setting, data_seed, 0, 0, 1e15,
                 "names the streams of generated data, so that the data stay the same while seed varies; 0: the run's seed"),
    DT_BOOL_PARAM(dt_setting, learn, true, "false: simulate only time and bytes, which is faster; no model is trained, and there is no loss"),
    DT_INT_PARAM(dt_setting, batch_size, 32, 0, 1e9, "samples of a gradient (mini-batch); 0: all samples of the worker"),
    DT_INT_PARAM(dt_setting, accumulate, 1, 1, 1e6, "gradient accumulation: batches of batch_size whose gradients are averaged "
                 "before one step and one exchange, for larger batches than fit into memory; a step takes the time of all of them"),
    DT_TEXT_PARAM(dt_setting, server, NULL, "name of the server's host; without it the host called server, else the first worker's"),
    DT_TEXT_PARAM(dt_setting, sites, "", "property of hosts that says in which site (data centre) each is, such as \"region\" of "
                  "wan; bytes within and between sites are then counted apart; empty: all hosts are in one site"),
    DT_CHOICE_PARAM(dt_setting, network, "LV08", "LV08|CM02",
                    "SimGrid's network model: LV08 has measured correction factors, CM02 agrees with closed formulas"),
    DT_REAL_PARAM(dt_setting, window, 4 << 20, 0, 1e15, "B", "TCP window: the rate of a message is at most window / (2 latency of "
                  "its route); 0: no such bound; the <config> of a platform may preset another value than 4 MiB (wan presets 0)"),
    DT_CHOICE_PARAM(dt_setting, trace, "none", "none|spans|messages",
                    "spans: record what every worker does at each time; messages: every message, too; explain, trace and timelines take them"),
    DT_CHOICE_PARAM(dt_setting, detail, "auto", "auto|messages|folded",
                    "how exchanges such as an all-reduce are simulated: messages: message by message; folded: at once, with the same times and "
                    "bytes, where nothing else can be on the way (else message by message, with a warning); auto: folded from 32 workers on "
                    "where it can be: exchanges of thousands of workers then take seconds less of real time"),
    DT_CHOICE_PARAM(dt_setting, keep, "nothing", "nothing|model", "model: record the final parameters, a checkpoint of the trained model"),
    { 0 }
};

static const dt_param workers_params[] = {
    DT_INT_NAMED("count", dt_setting, workers, 0, 0, 1e7, "how many workers train; 0: one on every host whose name matches on"),
    DT_TEXT_PARAM(dt_setting, on, NULL, "names of the workers' hosts, with * and ?, such as \"gpu*\"; in natural order (gpu2 before "
                  "gpu10), without the server's host if another one matches"),
    DT_CHOICE_PARAM(dt_setting, order, "fill", "fill|spread", "fill: workers take hosts in that order, so that a machine of gpus is full "
                    "before the next; spread: one host of every site in turn, as the key sites says"),
    { 0 }
};

static const dt_param servers_params[] = {
    DT_INT_NAMED("count", dt_setting, servers.count, 1, 1, 1e6, "how many servers, or how many in each site"),
    DT_CHOICE_NAMED("on", dt_setting, servers.on, "own", "own|workers|sites", "own: on hosts called server, server-1, ...; workers: "
                    "on the workers' hosts in order; sites: count servers in every site, on its hosts of these names, else on the "
                    "hosts of its first workers"),
    DT_INT_NAMED("replicas", dt_setting, servers.replicas, 0, 0, 1e6, "copies of the range of every parameter server at the servers after it, in "
                 "a ring (chain replication): a push is acknowledged once all have it, so that no failure of so many servers at a time loses one"),
    DT_KEYS_NAMED("checkpoint", dt_setting, servers.checkpoint, dt_plan_checkpoint_params, "parameter servers write their ranges every "
                   "so often, and begin again with the last one after a failure that no copy survives; without it, with the initial values"),
    { 0 }
};

static const dt_param mark_params[] = {
    DT_REAL_NAMED("rounds", dt_marking, every.rounds, 0, 0, 1e15, "1", "evaluate after every so many rounds"),
    DT_REAL_NAMED("steps", dt_marking, every.steps, 0, 0, 1e15, "1", "evaluate after every so many steps"),
    DT_REAL_NAMED("seconds", dt_marking, every.seconds, 0, 0, 1e15, "s", "evaluate after every so many seconds"),
    DT_REAL_NAMED("epochs", dt_marking, every.epochs, 0, 0, 1e15, "1", "evaluate after every so many epochs"),
    DT_REAL_NAMED("bytes", dt_marking, every.bytes, 0, 0, 1e300, "B", "evaluate after every so many bytes"),
    DT_BOOL_PARAM(dt_marking, each, false, "also record the scores of every worker, in the table scores, and, where the mean of models that differ is evaluated (gossip), "
                  "the mean of the models' own scores, in loss_each and accuracy_each; it costs an evaluation for each worker"),
    DT_INT_PARAM(dt_marking, rows, 0, 0, 1e15, "training samples that the loss is computed on; 0: all; if it is set, the samples of the data "
                 "set synthetic with split = \"natural\" are made when a client takes part, so that memory hardly grows with the clients"),
    { 0 }
};

static const dt_param compute_params[] = {
    DT_TABLE_PARAM(dt_computing, seconds, "s", "distribution",
                   "time of each step, drawn from a distribution, instead of flops / host speed; or a list with a value for each worker"),
    { 0 }
};

static const dt_param ideal_params[] = {
    DT_BOOL_PARAM(dt_ideal, jitter, false, "every step takes the mean time of its distribution, so that no step is a straggler; random draws are unchanged"),
    DT_BOOL_PARAM(dt_ideal, slowness, false, "all workers compute at their mean speed, so that no worker is a straggler"),
    DT_BOOL_PARAM(dt_ideal, latency, false, "links have no latency, so that TCP windows set no bound either"),
    DT_BOOL_PARAM(dt_ideal, bandwidth, false,
                  "links have no bandwidth limit: a message takes its latency, and more only if the TCP window sets a bound"),
    DT_BOOL_PARAM(dt_ideal, window, false, "no TCP window: the narrowest link of its route alone bounds a message"),
    DT_BOOL_PARAM(dt_ideal, server, false, "sending, receiving and computing of the server take no time"),
    { 0 }
};

/* How a section is resolved: as the choice of an algorithm or of a distribution, as a table, or by a function of its own. */
typedef dt_status resolver(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena);
static resolver plan_choice, plan_drawn, plan_table, plan_places, plan_servers, plan_compute, plan_load, plan_faults;

const dt_section dt_plan_sections[] = {
    { "workers", NULL, workers_params, sizeof(dt_setting),
      "on which hosts the workers train, if not on all: { on = \"gpu*\" }", plan_places, false },
    { "servers", NULL, servers_params, sizeof(dt_setting),
      "how many servers there are, and where: { count = 4, on = \"workers\" }", plan_servers, false },
    { "data", &dt_data_room, NULL, 0, NULL, plan_choice, false },
    { "split", &dt_split_room, NULL, sizeof(dt_split), NULL, plan_choice, false },
    { "model", &dt_model_room, NULL, 0, NULL, plan_choice, false },
    { "optimiser", &dt_optimiser_room, NULL, sizeof(dt_optimiser), NULL, plan_choice, false },
    { "project", &dt_project_room, NULL, 0, NULL, plan_choice, true },
    { "schedule", &dt_schedule_room, NULL, sizeof(dt_schedule), NULL, plan_choice, false },
    { "strategy", &dt_strategy_room, NULL, 0, NULL, plan_choice, false },
    { "server_optimiser", &dt_optimiser_room, NULL, sizeof(dt_optimiser),
      "optimiser that steps the global model along the mean change of the clients (outer optimiser), at its own lr, which the schedule "
      "does not change; without it their mean takes the model's place, as with { \"sgd\", lr = 1 }", plan_choice, true },
    { "collective", &dt_collective_room, NULL, 0, NULL, plan_choice, false },
    { "compress", &dt_compress_room, NULL, sizeof(dt_compress), NULL, plan_choice, false },
    { "aggregate", &dt_aggregate_room, NULL, sizeof(dt_aggregate), NULL, plan_choice, false },
    { "topology", &dt_topology_room, NULL, sizeof(dt_topology), NULL, plan_choice, false },
    { "sync", &dt_sync_room, NULL, 0, NULL, plan_choice, false },
    { "queue", &dt_queue_room, NULL, sizeof(dt_queue), NULL, plan_choice, false },
    { "code", &dt_code_room, NULL, 0, NULL, plan_choice, true },
    { "secure_aggregation", NULL, dt_secure_params, sizeof(dt_secure),
      "the server of federated learning sees the sum of its clients' updates and no single one (Bonawitz et al. 2017), for four exchanges a "
      "round: { threshold = 0.67 }; without the key there is none", plan_table, true },
    { "privacy", &dt_privacy_room, NULL, sizeof(dt_privacy), NULL, plan_choice, true },
    { "slowness", &dt_distribution_room, NULL, 0,
      "heterogeneity: how many times slower each worker computes, drawn once; or a list with a value for each", plan_drawn, false },
    { "jitter", &dt_distribution_room, NULL, 0,
      "stragglers: factor on the time of each step, drawn for every step; or a list with a value for each worker", plan_drawn, false },
    { "compute", NULL, compute_params, sizeof(dt_computing),
      "how long a step takes, if not flops / host speed", plan_compute, false },
    { "load", NULL, dt_occupancy_params, sizeof(dt_occupied),
      "what others use of the workers' hosts: a share, a profile of one, or a list { { \"host-*\", share = profile } }", plan_load, true },
    { "ideal", NULL, ideal_params, sizeof(dt_ideal),
      "what to make ideal, to see what it costs; random draws stay the same", plan_table, false },
    { "attack", &dt_attack_room, NULL, sizeof(dt_attack), NULL, plan_choice, true },
    { "faults", NULL, dt_fault_params, sizeof(dt_faults),
      "failures of hosts, links and messages, and how long others wait for a failed worker", plan_faults, false },
    { "stop", NULL, dt_plan_stop_params, sizeof(dt_stop),
      "when a run ends; 0: not by this key; any column of the evaluations can end it, those that the strategy or on_evaluate add, too", dt_plan_stop, false },
    { "evaluate", NULL, mark_params, sizeof(dt_marking),
      "when to evaluate the model; 0: not by this key; all 0: fifty times in the run (after every round if only joules or flops limit it)", plan_table, false },
    { 0 }
};

const dt_room *const dt_plan_rooms[] = {
    &dt_data_room, &dt_split_room, &dt_model_room, &dt_layer_room, &dt_optimiser_room, &dt_project_room, &dt_schedule_room,
    &dt_strategy_room, &dt_collective_room, &dt_compress_room, &dt_aggregate_room, &dt_topology_room, &dt_sync_room,
    &dt_queue_room, &dt_code_room, &dt_attack_room, &dt_privacy_room, &dt_distribution_room, &dt_profile_room, NULL
};

const char *dt_plan_brief(const dt_section *s) { return s->brief != NULL ? s->brief : s->room->brief; }

/* ---- checking ------------------------------------------------------------------------------ */

static const dt_section *plan_section(const char *key) {
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++)
        if (strcmp(s->key, key) == 0) return s;
    return NULL;
}

static bool plan_plain(const char *key) {
    for (const dt_param *p = dt_plan_params; p->name != NULL; p++)
        if (strcmp(p->name, key) == 0) return true;
    return false;
}

static dt_status plan_unknown(const dt_config *given, dt_arena *arena) {
    const char *names[64], *key = given->key, *foreign = dt_foreign_key(key, dt_config_json(given, arena));
    if (foreign[0] != '\0') return dt_fail_at(DT_EINVAL, key, "there is no such key of a scenario%s", foreign);
    size_t count = 0;
    names[count++] = "platform";
    for (const dt_param *p = dt_plan_params; p->name != NULL; p++) names[count++] = p->name;
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++) names[count++] = s->key;
    const char *near = dt_nearest(key, names, count);
    if (near != NULL) return dt_fail_at(DT_EINVAL, key, "there is no such key%s", dt_did_you_mean(near));
    return dt_fail_at(DT_EINVAL, key, "there is no such key of a scenario (\"dtsim help scenario\" lists them)");
}

static dt_status plan_keys(const dt_config *given, dt_arena *arena) {
    for (const dt_config *c = given->first; c != NULL; c = c->next) {
        if (c->key == NULL) return dt_fail(DT_EINVAL, "expected key = value in the scenario, got a value without a key");
        if (strcmp(c->key, "platform") != 0 && !plan_plain(c->key) && plan_section(c->key) == NULL)
            return plan_unknown(c, arena);
    }
    if (dt_config_get(given, "platform") == NULL)
        return dt_fail_at(DT_EINVAL, "platform", "expected the machines and the network of the run, such as \"lan\", got nothing");
    return DT_OK;
}

/* The key workers takes a number or a table. */
static bool plan_tabled(const dt_config *node) {
    return node->kind == DT_CONFIG_TABLE && plan_section(node->key) != NULL;
}

/* A table of the plain keys alone. */
static const dt_config *plan_scalars(const dt_config *given, dt_arena *arena) {
    dt_config *table = dt_config_new(arena);
    for (const dt_config *c = given->first; c != NULL; c = c->next)
        if (plan_plain(c->key) && !plan_tabled(c)) dt_config_set_copy(table, c->key, c, arena);
    return table;
}

/* Refuse a table of parameters that has a name or items, as only a choice has. */
dt_status dt_plan_nameless(const dt_config *node, const char *path, dt_arena *arena) {
    if (node == NULL) return DT_OK;
    if (node->kind != DT_CONFIG_TABLE)
        return dt_fail_at(DT_EINVAL, path, "expected a table { key = value }, got %s%s", dt_config_json(node, arena),
                          dt_foreign_value(path, dt_config_json(node, arena)));
    for (const dt_config *c = node->first; c != NULL; c = c->next)
        if (c->key == NULL)
            return dt_fail_at(DT_EINVAL, path, "expected key = value, got %s without a key", dt_config_json(c, arena));
    return DT_OK;
}

/* workers = NUMBER is a plain key; this is the table. */
static dt_status plan_places(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    dt_setting setting = { 0 };
    if (node == NULL || !plan_tabled(node)) return DT_OK;
    bool empty = node->first == NULL || (node->first->key == NULL && node->first->next == NULL);
    if (!empty) DT_TRY(dt_plan_nameless(node, s->key, arena));
    if (!empty) DT_TRY(dt_param_fill((dt_target){ s->params, &setting }, (dt_target){ 0 }, node, s->key, arena));
    if (setting.on == NULL ? dt_config_get(node, "order") == NULL : setting.on[0] == '\0')
        return dt_fail_at(DT_EINVAL, s->key, "expected a number of workers, or a table that says on which hosts they train, "
                          "{ on = \"gpu*\" }, got a table without on");
    if (strcmp(setting.order, "spread") == 0 && dt_config_get(out, "sites")->text[0] == '\0')
        return dt_fail_at(DT_EINVAL, "workers.order", "\"spread\" expects the key sites to say what a site is, such as sites = "
                          "\"region\" on the platform wan");
    if (setting.on != NULL && strchr(setting.on, '[') != NULL)        /* to fnmatch [1-12] is a set of characters: 1 and 2 */
        return dt_fail_at(DT_EINVAL, "workers.on", "expected names of hosts with only * and ? in them, such as \"gpu*\", got "
                          "\"%s\"", setting.on);
    dt_param_dump((dt_target){ s->params, &setting }, dt_config_set_table(out, s->key, arena), arena);
    return DT_OK;
}

/* The key server names the host of one server, so that servers cannot be set as well. */
static dt_status plan_servers(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    const dt_config *named = dt_config_get(out, "server"), *sites = dt_config_get(out, "sites");
    dt_setting setting = { 0 };
    DT_TRY(dt_plan_nameless(node, s->key, arena));
    DT_TRY(dt_param_fill((dt_target){ s->params, &setting }, (dt_target){ 0 }, node, s->key, arena));
    const dt_config *checkpoint = setting.servers.checkpoint;
    setting.servers.checkpoint = NULL;
    if (named == NULL) {
        dt_config *table = dt_config_set_table(out, s->key, arena);
        dt_param_dump((dt_target){ s->params, &setting }, table, arena);
        DT_TRY(dt_plan_checkpoint(checkpoint, table, arena));
    }
    if (named != NULL && node != NULL)
        return dt_fail_at(DT_EINVAL, s->key, "expected this table or server = \"%s\", which names the host of one server, got both",
                          named->text);
    const dt_config *on = dt_config_at(out, "servers.on");
    if (on == NULL || strcmp(on->text, "sites") != 0 || sites->text[0] != '\0') return DT_OK;
    return dt_fail_at(DT_EINVAL, "servers.on", "\"sites\" expects the key sites to say what a site is, such as sites = "
                      "\"region\" on the platform wan");
}

static dt_status plan_compute(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    dt_computing computing = { 0 };
    DT_TRY(dt_plan_nameless(node, s->key, arena));
    DT_TRY(dt_param_fill((dt_target){ s->params, &computing }, (dt_target){ 0 }, node, s->key, arena));
    if (computing.seconds == NULL) return DT_OK;
    dt_config *resolved = dt_config_set_table(out, s->key, arena);
    return dt_distribution_resolve(computing.seconds, "s", "compute.seconds", resolved, "seconds", arena);
}

static dt_status plan_load(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    (void)s;
    return dt_occupancy_resolve(node, out, arena);
}

/* If the scenario has no faults, neither has the resolved configuration. */
static dt_status plan_faults(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    DT_TRY(dt_plan_nameless(node, s->key, arena));
    return node == NULL ? DT_OK : dt_fault_resolve(node, out, arena);
}

static dt_status plan_table(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    void *state = dt_arena_take(arena, 1, s->state_size);
    DT_TRY(dt_plan_nameless(node, s->key, arena));
    DT_TRY(dt_param_fill((dt_target){ s->params, state }, (dt_target){ 0 }, node, s->key, arena));
    dt_param_dump((dt_target){ s->params, state }, dt_config_set_table(out, s->key, arena), arena);
    return DT_OK;
}

static dt_status plan_choice(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    return dt_room_resolve(s->room, node, s->key, s->state_size, out, s->key, arena);
}

/* slowness and jitter are factors on time, without a unit. */
static dt_status plan_drawn(const dt_section *s, const dt_config *node, dt_config *out, dt_arena *arena) {
    return dt_distribution_resolve(node, "1", s->key, out, s->key, arena);
}

static bool plan_ends(const dt_stop *s) {
    return s->steps > 0 || s->rounds > 0 || s->epochs > 0 || s->seconds > 0 || s->bytes > 0 || s->joules > 0 || s->flops > 0;
}

/* If evaluate is not set: fifty evaluations by the limits of the run, or one a round if only joules or flops limit it. */
static void plan_default_marks(dt_marking *m, const dt_stop *s, dt_config *out, dt_arena *arena) {
    enum { MARKS = 50 };
    dt_config *mark = out->first;
    while (strcmp(mark->key, "evaluate") != 0) mark = mark->next;
    const dt_every *e = &m->every;
    if (e->rounds > 0 || e->steps > 0 || e->seconds > 0 || e->epochs > 0 || e->bytes > 0) return;
    if (s->seconds > 0) dt_config_set_number(mark, "seconds", s->seconds / MARKS, arena);
    if (s->steps > 0) dt_config_set_number(mark, "steps", ceil(s->steps / MARKS), arena);
    if (s->rounds > 0) dt_config_set_number(mark, "rounds", ceil(s->rounds / MARKS), arena);
    if (s->epochs > 0) dt_config_set_number(mark, "epochs", s->epochs / MARKS, arena);
    if (s->bytes > 0) dt_config_set_number(mark, "bytes", s->bytes / MARKS, arena);
    if (s->seconds + s->steps + s->rounds + s->epochs + s->bytes == 0) dt_config_set_number(mark, "rounds", 1, arena);
}

/* A single worker without a server has nobody to send to. */
static dt_status plan_lonely(const dt_setting *setting, const dt_stop *stop, const dt_config *out, dt_arena *arena) {
    dt_strategy strategy;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    const dt_entry *by = dt_room_find(&dt_collective_room, dt_config_name(dt_config_get(out, "collective")));
    bool served = dt_role_served(strategy.type) || (strategy.type->averages && dt_collective_of(by)->serve != NULL);
    dt_stop others = *stop;
    others.bytes = 0;
    if (stop->bytes == 0 || setting->workers != 1 || served || plan_ends(&others)) return DT_OK;
    return dt_fail_at(DT_EINVAL, "stop.bytes", "a single worker sends nothing: expected more workers, or another limit such as stop.steps");
}

/* Check what concerns several keys. */
static dt_status plan_cross(dt_config *out, dt_arena *arena) {
    dt_setting setting;
    dt_stop stop;
    dt_marking marking;
    dt_computing computing;
    dt_plan_read(out, &setting, &stop, &marking, &computing, arena);
    if (!plan_ends(&stop))
        return dt_fail_at(DT_EINVAL, "stop", "expected at least one of steps, rounds, epochs, seconds, bytes, joules and "
                          "flops above 0 (loss, accuracy and other columns may never be reached)");
    DT_TRY(plan_lonely(&setting, &stop, out, arena));
    if (setting.accumulate > 1 && setting.batch_size == 0)
        return dt_fail_at(DT_EINVAL, "accumulate", "a step takes the whole shard, of which there is one: expected batch_size above 0");
    plan_default_marks(&marking, &stop, out, arena);
    DT_TRY(dt_plan_company(out, arena));
    return dt_data_check(dt_config_get(out, "data"));
}

dt_status dt_plan_resolve(const dt_config *given, bool watched, dt_arena *arena, dt_config **resolved) {
    dt_config *out = dt_config_new(arena);
    dt_setting *setting = dt_arena_take(arena, 1, sizeof *setting);
    DT_TRY(plan_keys(given, arena));
    DT_TRY(dt_param_fill((dt_target){ dt_plan_params, setting }, (dt_target){ 0 }, plan_scalars(given, arena), "", arena));
    dt_param_dump((dt_target){ dt_plan_params, setting }, out, arena);
    dt_config_set_copy(out, "platform", dt_config_get(given, "platform"), arena);
    for (const dt_section *s = dt_plan_sections; s->key != NULL; s++)
        if (!s->optional || dt_config_get(given, s->key) != NULL) DT_TRY(s->resolve(s, dt_config_get(given, s->key), out, arena));
    *resolved = out;
    DT_TRY(dt_plan_goals(out, watched, arena));
    return plan_cross(out, arena);
}

/* A resolved configuration has passed every check, so that filling cannot fail. */
void dt_plan_read(const dt_config *resolved, dt_setting *setting, dt_stop *stop, dt_marking *marking,
                  dt_computing *computing, dt_arena *arena) {
    const dt_target none = { 0 };
    const dt_config *workers = dt_config_get(resolved, "workers");
    *setting = (dt_setting){ 0 };
    dt_param_fill((dt_target){ dt_plan_params, setting }, none, plan_scalars(resolved, arena), "", arena);
    if (plan_tabled(workers)) dt_param_fill((dt_target){ workers_params, setting }, none, workers, "workers", arena);
    dt_param_fill((dt_target){ servers_params, setting }, none, dt_config_get(resolved, "servers"), "servers", arena);
    dt_plan_read_stop(dt_config_get(resolved, "stop"), stop, arena);
    dt_param_fill((dt_target){ mark_params, marking }, none, dt_config_get(resolved, "evaluate"), "evaluate", arena);
    dt_param_fill((dt_target){ compute_params, computing }, none, dt_config_get(resolved, "compute"), "compute", arena);
}

void dt_plan_read_ideal(const dt_config *resolved, dt_ideal *ideal, dt_arena *arena) {
    dt_param_fill((dt_target){ ideal_params, ideal }, (dt_target){ 0 }, dt_config_get(resolved, "ideal"), "ideal", arena);
}
