/* shards.c - every vector is cut over all servers: each gathers its piece of all, and sends the mean of it back to all, as the
 * parameter servers of synchronous training do (BytePS, MXNet's KVStore).  Give them hosts of their own with
 * servers = { count = S }, or let them share the workers' hosts with on = "workers".  With S servers a worker's link bears
 * 2 N beta and a server's 2 (p / S) N beta, so that S = p on hosts of their own is as fast as links allow.
 * Of k of n the first server gathers all alone.
 * Source: Li et al. 2014, "Scaling Distributed Machine Learning with the Parameter Server", section 3; Jiang et al. 2020,
 * "A Unified Architecture for Accelerating Distributed DNN Training in Heterogeneous GPU/CPU Clusters", section 3. */
#include "collective/served.h"

static void shards_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_served_ways(group, group->servers, way, owner);
}

const dt_collective_type dt_collective_shards = {
    .is = { .name = "shards", .brief = "Parameter servers: each gathers a piece of every vector and sends the mean of it back.",
            .source = "Li et al. 2014; Jiang et al. 2020 (BytePS)" },
    .pieces = true, .sharded = true, .exchange = dt_served_exchange, .serve = dt_served_serve, .ways = shards_ways,
};
