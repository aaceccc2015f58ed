/* outlook.c - the engine's estimates for as many actors as take part at a time. */
#include "run/outlook.h"
#include "base/quantity.h"
#include "run/inside.h"
#include <math.h>

static const double short_round_s = 0.1, long_round_s = 20, long_run_s = 120;

dt_status dt_outlook_of(const dt_plan_run *run, dt_outlook *o, dt_arena *arena) {
    dt_setting setting;
    dt_stop stop;
    dt_marking marking;
    dt_computing computing;
    dt_strategy strategy;
    dt_plan_read(run->config, &setting, &stop, &marking, &computing, arena);
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(run->config, "strategy"), arena));
    size_t hosts = run->platform->hosts, workers = setting.workers > 0 ? (size_t)setting.workers : hosts;
    size_t actors = dt_role_actors(&strategy, workers, (size_t)setting.servers.count);
    size_t hands = strategy.type->layered ? DT_GUARDED_MOST : 0;      /* with stacks of which there may be any number */
    if (strategy.type->stores != DT_STORES_NONE) hands += (size_t)(setting.servers.count * setting.servers.replicas);
    dt_load load = dt_load_of(actors + hands);
    *o = (dt_outlook){ hosts, actors, hands, dt_load_hosts(hosts) + load.bytes, dt_load_of(actors).burst_s, NAN };
    if (stop.rounds > 0 || stop.steps > 0)      /* a round has a step at least */
        o->rounds = fmin(stop.rounds > 0 ? stop.rounds : HUGE_VAL, stop.steps > 0 ? stop.steps : HUGE_VAL);
    return DT_OK;
}

dt_status dt_outlook_worst(const dt_plan *plan, dt_outlook *worst, dt_arena *arena) {
    *worst = (dt_outlook){ .rounds = 0 };
    for (size_t i = 0; i < plan->runs; i++) {
        dt_outlook o;
        DT_TRY(dt_outlook_of(&plan->run[i], &o, arena));
        if (o.hosts > worst->hosts) worst->hosts = o.hosts;
        if (o.actors > worst->actors) worst->actors = o.actors;
        if (o.hands > worst->hands) worst->hands = o.hands;
        worst->bytes = fmax(worst->bytes, o.bytes);
        worst->round_s = fmax(worst->round_s, o.round_s);
        worst->rounds = isnan(o.rounds) || isnan(worst->rounds) ? NAN : fmax(worst->rounds, o.rounds);
    }
    return DT_OK;
}

dt_status dt_outlook_afford(const dt_outlook *o, size_t parameters) {
    char need[32], left_text[32];
    double left = dt_load_memory_left(), bytes = o->bytes, most = dt_load_mappings_most();
    double mappings = dt_load_of(o->actors + o->hands).mappings, models = 4.0 * (double)parameters * (double)o->actors;
    if (parameters > 0 && models > left)
        return dt_fail_at(DT_EINVAL, "model", "%zu models of %zu parameters at a time need about %s of memory, and %s are "
                          "left: let fewer take part at a time, or set learn = false", o->actors, parameters,
                          dt_quantity_bytes(models, need), dt_quantity_bytes(left, left_text));
    if (parameters == 0 && bytes > left)
        return dt_fail_at(DT_EINVAL, "workers", "%zu actors at a time on %zu hosts need about %s of memory, and %s are left: "
                          "let fewer take part", o->actors, o->hosts, dt_quantity_bytes(bytes, need),
                          dt_quantity_bytes(left, left_text));
    if (mappings > most)
        return dt_fail_at(DT_EINVAL, "workers", "%zu actors at a time need about %.0f mappings of memory, and this system "
                          "allows a process %.0f: \"sysctl vm.max_map_count=%.0f\" allows more", o->actors, mappings, most,
                          2 * mappings);
    return DT_OK;
}

const char *dt_outlook_warning(const dt_outlook *o, dt_arena *arena) {
    char round[32], run[32];
    double rounds = isnan(o->rounds) ? 1 : o->rounds;
    if (o->round_s < short_round_s || (o->round_s < long_round_s && rounds * o->round_s < long_run_s)) return NULL;
    const char *all = rounds <= 1 ? "" : dt_arena_text(arena, ", and %.0f rounds %s", rounds,
                                                             dt_quantity_seconds(rounds * o->round_s, run));
    return dt_arena_text(arena, "%zu actors that talk at the same time take SimGrid %s about %s of real time a round%s%s",
                         o->actors, dt_engine_version(), dt_quantity_seconds(o->round_s, round), all,
                         dt_load_scans() ? " (it looks at all of them for each; SimGrid 4.0 does not)" : "");
}
