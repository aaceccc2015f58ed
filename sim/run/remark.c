/* remark.c - what a scenario says and nothing looks at: keys of a platform's <config>, and choices that its strategies do not
 * ask for. */
#include "run/remark.h"
#include "base/warn.h"
#include "queue/queue.h"
#include <math.h>
#include <string.h>

static bool is_network(const dt_survey_item *i, const char *key) {
    return strcmp(i->element, "config") == 0 && strncmp(i->key, "network/", 8) == 0 &&
           (key == NULL || strcmp(i->key, key) == 0);
}

/* The window of the scenario [bytes] if it differs from the platform's; NaN: the platform's is in effect. */
static double other_window(const dt_survey_item *i, const dt_plan_run *run) {
    double window = dt_config_get(run->config, "window")->number;
    return is_network(i, "network/TCP-gamma") && window != run->platform->window ? window : NAN;
}

/* SimGrid's weight of slow links, where the engine sets it to 0. */
static bool weight_unused(const dt_survey_item *i, const dt_plan_run *run) {
    return is_network(i, "network/weight-S") &&
           (dt_config_at(run->config, "faults.links") != NULL || run->platform->survey->changing);
}

/* Settings that the engine makes itself, whatever the platform says. */
static void remark_unused(const char *name, const dt_survey_item *i, const char *network, const dt_plan_run *run) {
    if (is_network(i, "network/model") && strcmp(i->value, network) != 0)
        dt_warn("", "platform %s: its <config> sets network/model to %s, which is not used: the key network of the scenario "
                "says %s", name, i->value, network);
    if (strcmp(i->element, "config") == 0 && strcmp(i->key, "host/model") == 0 && strncmp(i->value, "ptask", 5) == 0)
        dt_warn("", "platform %s: its <config> sets host/model to %s, which is not used: it would bring a network model of its "
                "own", name, i->value);
    if (!isnan(other_window(i, run)))
        dt_warn("", "platform %s: its <config> sets network/TCP-gamma to %s, which is not used: the key window of the scenario "
                "says %.10g B", name, i->value, other_window(i, run));
    if (weight_unused(i, run))
        dt_warn("", "platform %s: its <config> sets network/weight-S, which is not used: with it SimGrid ends where links "
                "change", name);
    if (strcmp(i->element, "prop") == 0)
        dt_warn("", "platform %s: SimGrid does not read the property %s any more, its name is wattage_per_state: no energy is "
                "counted where it stands", name, i->key);
}

static void remark_run(const dt_plan_run *run, dt_arena *arena) {
    const char *network = dt_config_get(run->config, "network")->text, *list = "";
    const char *name = dt_config_name(dt_config_get(run->config, "platform"));
    if (run->platform->survey == NULL) return;
    for (const dt_survey_item *i = run->platform->survey->item; i != NULL; i = i->next) {
        remark_unused(name, i, network, run);
        if (is_network(i, NULL) && !is_network(i, "network/model") && isnan(other_window(i, run)) && !weight_unused(i, run))
            list = dt_arena_text(arena, "%s%s%s = %s", list, list[0] == '\0' ? "" : ", ", i->key, i->value);
    }
    if (list[0] != '\0')
        dt_warn("", "platform %s: its <config> sets %s; this takes the place of what network = \"%s\" stands for", name, list,
                network);
}

/* ---- choices without effect ------------------------------------------------------------------ */

static bool takes_means(const dt_strategy_type *s) { return s->averages; }
static bool mixes(const dt_strategy_type *s) { return s->mixes; }
static bool stores(const dt_strategy_type *s) { return s->stores != DT_STORES_NONE; }
static bool codes(const dt_strategy_type *s) { return s->codes; }
static bool layered(const dt_strategy_type *s) { return s->layered; }
static bool steps_outer(const dt_strategy_type *s) { return s->outer; }

/* A choice that is not the preset, if no run has a strategy that uses it. */
static void remark_idle(const dt_plan *plan, const dt_room *room, bool (*uses)(const dt_strategy_type *s), const char *what) {
    const char *chosen = NULL;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *config = plan->run[i].config;
        const char *name = dt_config_name(dt_config_get(config, room->name));
        if (uses(dt_strategy_of(dt_room_find(&dt_strategy_room, dt_config_name(dt_config_get(config, "strategy")))))) return;
        if (name != NULL && strcmp(name, room->preset) != 0) chosen = name;
    }
    if (chosen != NULL) dt_warn(room->name, "\"%s\" has no effect: no strategy of this scenario %s", chosen, what);
}

/* Lies are told in numbers, of which there are none where nothing is learnt. */
static void remark_attack(const dt_plan *plan) {
    size_t mute = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *config = plan->run[i].config, *attack = dt_config_get(config, "attack");
        bool blank = !dt_config_get(config, "learn")->truth ||
                     dt_model_of(dt_room_find(&dt_model_room, dt_config_name(dt_config_get(config, "model"))))->gradient == NULL;
        if (attack != NULL && strcmp(dt_config_name(attack), dt_attack_room.preset) != 0 && !blank) return;
        mute += attack != NULL && strcmp(dt_config_name(attack), dt_attack_room.preset) != 0;
    }
    if (mute > 0) dt_warn("attack", "nothing is learnt in this scenario, so that a lie is as long as the truth and changes nothing");
}

/* More liars than a code bears: words that are alike are then decoded to a wrong gradient, and only the simulator knows. */
static void remark_liars(const dt_plan_run *run) {
    const dt_config *attack = dt_config_get(run->config, "attack"), *code = dt_config_get(run->config, "code");
    const dt_strategy_type *s = dt_strategy_of(dt_room_find(&dt_strategy_room, dt_config_name(dt_config_get(run->config, "strategy"))));
    if (!s->codes || attack == NULL || code == NULL || strcmp(dt_config_name(attack), dt_attack_room.preset) == 0) return;
    const dt_config *ranks = dt_config_get(attack, "ranks"), *bears = dt_config_get(code, "byzantine");
    double liars = 0;
    for (const dt_config *r = ranks == NULL ? NULL : ranks->first; r != NULL; r = r->next) liars++;
    const char *key = liars > 0 ? "attack.ranks" : "attack.count";
    if (liars == 0) liars = dt_config_get(attack, "count")->number;
    if (bears != NULL && liars > bears->number)
        dt_warn(key, "%g workers lie, and the code \"%s\" is sure to bear %g (code.byzantine): with more it may end the run or decode a wrong "
                "gradient without a word, which shows in the column gradient_error alone", liars, dt_config_name(code), bears->number);
}

/* A key that only some strategies have. */
static void remark_unused_key(const dt_plan *plan, const char *key, bool (*uses)(const dt_strategy_type *s), const char *what) {
    bool said = false;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *config = plan->run[i].config;
        if (uses(dt_strategy_of(dt_room_find(&dt_strategy_room, dt_config_name(dt_config_get(config, "strategy")))))) return;
        said |= dt_config_get(config, key) != NULL;
    }
    if (said) dt_warn(key, "it has no effect: no strategy of this scenario %s", what);
}

static void remark_sites(const dt_plan_run *run) {
    const char *name = dt_config_name(dt_config_get(run->config, "collective"));
    if (strcmp(name, "hierarchical") == 0 && dt_config_get(run->config, "sites")->text[0] == '\0')
        dt_warn("collective", "\"hierarchical\" finds all hosts in one site, and is the algorithm inside it alone: expected the "
                "property of hosts that says in which site each is, such as sites = \"region\" on the platform wan");
}

/* Layers in time: where nothing overlaps, and where every part is charged as one on a new connection. */
static void remark_layers(const dt_plan *plan) {
    size_t whole = 0, fresh = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        const dt_config *config = plan->run[i].config;
        if (!layered(dt_strategy_of(dt_room_find(&dt_strategy_room, dt_config_name(dt_config_get(config, "strategy")))))) continue;
        bool one = strcmp(dt_config_name(dt_config_get(config, "queue")), "whole") == 0;
        whole += one;
        fresh += !one && strcmp(dt_config_get(config, "network")->text, "LV08") == 0;
    }
    if (whole > 0 && whole == plan->runs)
        dt_warn("queue", "\"whole\" leaves nothing to overlap, as the gradient leaves when backward is over: expected one of the others, "
                "such as queue = \"fifo\"");
    if (fresh > 0)
        dt_warn("network", "\"LV08\" charges every message 13 latencies, as on a new connection, so that many small parts cost more than "
                "on connections that stay open (NCCL, Horovod, parameter servers): those are network = \"CM02\"");
}

/* The KKT filter compares gradients with the weight of an l1 penalty. */
static void remark_kkt(const dt_plan_run *run) {
    const dt_config *compress = dt_config_get(run->config, "compress"), *project = dt_config_get(run->config, "project");
    if (strcmp(dt_config_name(compress), "kkt") != 0) return;
    bool l1 = project != NULL && strcmp(dt_config_name(project), "l1") == 0;
    double lam = dt_config_get(compress, "lam")->number;
    if (!l1)
        dt_warn("compress", "\"kkt\" leaves out gradients for good, as if an l1 penalty kept entries at 0, and there is none: expected "
                "project = { \"l1\", lam = %g }", lam);
    else if (dt_config_get(project, "lam")->number != lam)
        dt_warn("compress.lam", "expected %g, the weight of the penalty project.lam, got %g", dt_config_get(project, "lam")->number, lam);
}

/* Compressors that hold what the optimiser or the shape of layers should. */
static void remark_compress(const dt_plan_run *run) {
    const dt_config *compress = dt_config_get(run->config, "compress"), *optimiser = dt_config_get(run->config, "optimiser");
    const dt_config *momentum = dt_config_get(optimiser, "momentum"), *own = dt_config_get(compress, "momentum");
    const char *name = dt_config_name(compress), *by = dt_config_get(compress, "by")->text;
    bool corrects = own != NULL && own->number > 0 && dt_config_get(compress, "error_feedback")->truth;
    if (corrects && momentum != NULL && momentum->number > 0)
        dt_warn("optimiser.momentum", "\"%s\" has momentum itself (compress.momentum = %g), so that it is counted twice: expected 0 in one of the "
                "two, got %g", name, own->number, momentum->number);
    if (strcmp(name, "powersgd") == 0 && strcmp(by, "whole") == 0)
        dt_warn("compress.by", "\"powersgd\" finds no matrices in one packet of the whole model, unless it has a single layer, and sends it as "
                "it is: expected by = \"layer\"");
}

void dt_remarks(const dt_plan *plan, dt_arena *arena) {
    remark_idle(plan, &dt_collective_room, takes_means, "forms a mean over all workers");
    remark_idle(plan, &dt_topology_room, mixes, "talks along a graph, as \"gossip\" does");
    remark_idle(plan, &dt_sync_room, stores, "has parameter servers, as \"ps\" does");
    remark_idle(plan, &dt_queue_room, layered, "exchanges its gradients layer by layer, as \"overlap\" does");
    remark_idle(plan, &dt_code_room, codes, "decodes words, as \"coded\" does");
    remark_unused_key(plan, "server_optimiser", steps_outer, "steps a global model along a mean change, as \"fedavg\" does");
    remark_layers(plan);
    remark_attack(plan);
    for (size_t i = 0; i < plan->runs; i++) remark_liars(&plan->run[i]);
    for (size_t i = 0; i < plan->runs; i++) remark_kkt(&plan->run[i]);
    for (size_t i = 0; i < plan->runs; i++) remark_compress(&plan->run[i]);
    for (size_t i = 0; i < plan->runs; i++) remark_sites(&plan->run[i]);
    for (size_t i = 0; i < plan->runs; i++) remark_run(&plan->run[i], arena);
}
