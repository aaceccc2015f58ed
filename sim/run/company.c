/* company.c - which choices of a scenario can be used together. */
#include "run/plan.h"
#include "run/inside.h"
#include <string.h>

/* Check that the aggregation rule can be used: some rules take all vectors in one place. */
static dt_status plan_merging(const dt_config *out, dt_arena *arena) {
    dt_strategy strategy;
    dt_aggregate aggregate;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(out, "aggregate"), arena));
    if (strategy.type->averages) return dt_collective_check(dt_config_get(out, "collective"), &aggregate, arena);
    if (dt_role_served(strategy.type) || aggregate.type->partial) return DT_OK;
    return dt_fail_at(DT_EINVAL, "aggregate", "\"%s\" needs the vectors of all workers in one place, and \"%s\" has no such "
                      "place: expected a strategy with a server such as \"fedavg\", one that takes means (with collective = "
                      "\"star\"), or an aggregate that is a sum, such as \"weighted\"",
                      aggregate.type->is.name, strategy.type->is.name);
}

/* Check the compressor by a vector of one entry; and, with twice, that packets are summed at all.  Servers and neighbours decode
 * each packet by itself. */
static dt_status plan_packets(const dt_config *out, dt_arena *arena) {
    const dt_block block = { 1, 1, 1, 0, NULL };
    const dt_config *compress = dt_config_get(out, "compress");
    dt_strategy strategy;
    dt_compress opened;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    DT_TRY(dt_compress_open(&opened, compress, &block, 1, dt_rng_stream(arena, 0, 0, "compress"), arena));
    if (strcmp(opened.type->is.name, "kkt") == 0 && strategy.type->stores != DT_STORES_ONE && (!strategy.type->replicates || strategy.type->outer))
        return dt_fail_at(DT_EINVAL, "compress", "\"kkt\" compares gradients, and workers of \"%s\" send none that are compressed: expected a strategy "
                          "such as \"ps\" or \"sgd\"", strategy.type->is.name);
    if (!opened.twice) return DT_OK;
    if (opened.type->varies)
        return dt_fail_at(DT_EINVAL, "compress.twice", "packets of \"%s\" vary in size, and that of a sum is not known while it is sent "
                          "on: expected a compressor whose packets are all of one size, such as \"topk\"%s", dt_config_name(compress),
                          opened.cache_keys ? " without cache_keys" : "");
    if (strategy.type->averages) return DT_OK;
    return dt_fail_at(DT_EINVAL, "compress.twice", "no worker or server of \"%s\" sums packets and sends the sum on as one: expected a strategy "
                      "whose workers take means, such as \"sgd\" or \"localsgd\"", strategy.type->is.name);
}

/* Does the strategy form means with several servers? */
static bool plan_sharded(const dt_config *out, const dt_strategy_type *strategy) {
    const char *name = dt_config_name(dt_config_get(out, "collective"));
    return strategy->averages && dt_collective_of(dt_room_find(&dt_collective_room, name))->sharded;
}

/* Check that workers which exchange models along a graph can do so. */
static dt_status plan_graph(const dt_config *out, dt_arena *arena) {
    dt_strategy strategy;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    return strategy.type->mixes ? dt_mixing_fit(out, arena) : DT_OK;
}

/* Check that the strategy can use several servers. */
static dt_status plan_serving(const dt_config *out, dt_arena *arena) {
    const dt_config *count = dt_config_at(out, "servers.count"), *on = dt_config_at(out, "servers.on");
    dt_strategy strategy;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    bool one = count == NULL || (count->number == 1 && strcmp(on->text, "sites") != 0);
    bool by_site = on != NULL && strcmp(on->text, "sites") == 0;
    if (one || strategy.type->stores != DT_STORES_NONE || (plan_sharded(out, strategy.type) && !by_site)) return DT_OK;
    return dt_fail_at(DT_EINVAL, count->number > 1 ? "servers.count" : "servers.on", "the strategy \"%s\" has no more than one "
                      "server%s: expected 1, got %s", strategy.type->is.name,
                      strategy.type->averages && !by_site ? " unless collective = \"shards\" or \"kvstore\"" : "",
                      count->number > 1 ? dt_arena_text(arena, "%.0f", count->number) : "one in every site");
}

/* Check that clients are drawn alike, if the strategy has a choice. */
static dt_status plan_uniform(const dt_config *out, const char *key, const char *why) {
    const dt_config *sample = dt_config_at(out, "strategy.sample");
    if (sample == NULL || strcmp(sample->text, "uniform") == 0) return DT_OK;
    return dt_fail_at(DT_EINVAL, key, "%s: expected strategy.sample = \"uniform\", got \"%s\"", why, sample->text);
}

/* Check that there is a mean of updates which one client moves by a known share of its update. */
static dt_status plan_private(const dt_config *out, dt_arena *arena) {
    dt_strategy strategy;
    dt_aggregate aggregate;
    const dt_config *compress = dt_config_get(out, "compress");
    if (dt_config_get(out, "privacy") == NULL) return DT_OK;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(out, "aggregate"), arena));
    if (!strategy.type->merges)
        return dt_fail_at(DT_EINVAL, "privacy", "no server of \"%s\" takes means of its clients' updates, which could be clipped and get noise: expected "
                          "a strategy such as \"fedavg\"", strategy.type->is.name);
    if (strategy.type->asynchronous && dt_privacy_of(dt_room_find(&dt_privacy_room, dt_config_name(dt_config_get(out, "privacy"))))->by_clients)
        return dt_fail_at(DT_EINVAL, "privacy", "the noise of an update would shrink with its age in \"%s\": expected one whose server adds the noise, such as "
                          "\"central\"", strategy.type->is.name);
    if (!aggregate.type->partial)
        return dt_fail_at(DT_EINVAL, "privacy", "how far one client moves \"%s\" is not known, so that no epsilon follows: expected aggregate = \"mean\" or "
                          "\"weighted\"", aggregate.type->is.name);
    if (dt_compress_of(dt_room_find(&dt_compress_room, dt_config_name(compress)))->joint)
        return dt_fail_at(DT_EINVAL, "privacy", "packets of \"%s\" are summed before they are decoded, so that no update can be clipped: expected another "
                          "compressor, such as \"none\"", dt_config_name(compress));
    return plan_uniform(out, "privacy", "clients that are drawn by their sizes have no common sampling rate");
}

/* Check that liars have anybody to lie to. */
static dt_status plan_attack(const dt_config *out, dt_arena *arena) {
    const dt_config *attack = dt_config_get(out, "attack");
    dt_strategy strategy;
    if (attack == NULL || strcmp(dt_config_name(attack), dt_attack_room.preset) == 0) return DT_OK;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    if (strategy.type->averages || strategy.type->mixes || dt_role_served(strategy.type)) return DT_OK;
    return dt_fail_at(DT_EINVAL, "attack", "workers of \"%s\" send nothing that could be a lie: expected \"none\", or a strategy whose workers "
                      "send something, such as \"sgd\"", strategy.type->is.name);
}

/* Check that a server forms nothing but sums of whole updates of one round. */
static dt_status plan_secure(const dt_config *out, dt_arena *arena) {
    const char *key = "secure_aggregation", *compress = dt_config_name(dt_config_get(out, "compress"));
    dt_strategy strategy;
    dt_aggregate aggregate;
    if (dt_config_get(out, key) == NULL) return DT_OK;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    DT_TRY(dt_aggregate_open(&aggregate, dt_config_get(out, "aggregate"), arena));
    if (!strategy.type->merges || strategy.type->asynchronous)
        return dt_fail_at(DT_EINVAL, key, "no server of \"%s\" merges the updates of a round and nothing else: expected a strategy such as \"fedavg\"",
                          strategy.type->is.name);
    if (!aggregate.type->partial)
        return dt_fail_at(DT_EINVAL, key, "\"%s\" looks at every update, and the server sees only their sum: expected aggregate = \"mean\" or \"weighted\"",
                          aggregate.type->is.name);
    const dt_compress_type *type = dt_compress_of(dt_room_find(&dt_compress_room, compress));
    if (type->lossy || type->varies)
        return dt_fail_at(DT_EINVAL, key, "masks hide which entries a packet of \"%s\" has, and how it encodes them: expected compress = \"none\", and "
                          "fewer bits for fewer bytes", compress);
    return plan_uniform(out, key, "how often a client counts must be known before the draw is");
}

/* The preset of the server's optimiser is the strategy's. */
static dt_status plan_outer(dt_config *out, dt_arena *arena) {
    const char *key = "server_optimiser";
    dt_strategy strategy;
    dt_config *preset;
    DT_TRY(dt_strategy_open(&strategy, dt_config_get(out, "strategy"), arena));
    if (strategy.type->outer_preset == NULL || dt_config_get(out, key) != NULL) return DT_OK;
    DT_TRY(dt_config_parse(strategy.type->outer_preset, &preset, arena));
    return dt_room_resolve(&dt_optimiser_room, preset, key, sizeof(dt_optimiser), out, key, arena);
}

dt_status dt_plan_company(dt_config *out, dt_arena *arena) {
    dt_schedule schedule;
    dt_project project;
    DT_TRY(dt_schedule_open(&schedule, dt_config_get(out, "schedule"), NULL, arena));
    DT_TRY(dt_project_open(&project, dt_config_get(out, "project"), arena));
    DT_TRY(plan_outer(out, arena));
    DT_TRY(plan_merging(out, arena));
    DT_TRY(plan_packets(out, arena));
    DT_TRY(plan_graph(out, arena));
    DT_TRY(plan_serving(out, arena));
    DT_TRY(dt_plan_durable(out, arena));
    DT_TRY(plan_private(out, arena));
    DT_TRY(plan_secure(out, arena));
    DT_TRY(plan_attack(out, arena));
    DT_TRY(dt_strategy_check(out, arena));
    return DT_OK;
}
