/* scatter_reduce.c - piece k of every vector goes straight to member k, which forms its mean and sends it to all: two start-ups
 * whatever the number of members, and a ring's bytes.  It is a parameter server on every worker's host (shards with servers =
 * { count = p, on = "workers" } takes the same time) without servers, so that its members may fail.  For switches that carry
 * p (p - 1) flows at once; where many members share one link to the others, each sends (p - 1) / p of a vector over it.
 * Each member has a piece of all vectors, so that aggregates that go entry by entry (median, trimmed) can be formed.
 * Source: Gan et al. 2022, "BAGUA: Scaling up Distributed Learning with System Relaxations", PVLDB 15(4), arXiv:2107.01499
 * (ScatterReduce): 2 alpha + 2 ((p-1)/p) N beta, and N gamma, as one's own piece is weighted, too. */
#include "collective/direct.h"

enum { SCATTER, REDUCE, GATHER, ALL };

static dt_status scatter_reduce_exchange(const void *state, const dt_round *round) {
    (void)state;
    dt_exchange_kind kind = round->kind;
    if (kind == DT_BROADCAST || kind == DT_SCATTER) DT_TRY(dt_direct_scatter(round, SCATTER));
    if (kind == DT_ALL_REDUCE || kind == DT_REDUCE_SCATTER || kind == DT_REDUCE) DT_TRY(dt_direct_reduce_scatter(round, REDUCE));
    if (kind == DT_REDUCE || kind == DT_GATHER) return dt_direct_gather(round, GATHER);
    bool all = kind == DT_ALL_REDUCE || kind == DT_ALL_GATHER || kind == DT_BROADCAST;
    return all ? dt_direct_all_gather(round, ALL) : DT_OK;
}

static void scatter_reduce_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_direct_ways(group, way, owner);
}

const dt_collective_type dt_collective_scatter_reduce = {
    .is = { .name = "scatter_reduce",
            .brief = "Scatter-reduce: each member forms the mean of a piece and sends it to all: least bytes, two start-ups, p (p - 1) flows.",
            .source = "Gan et al. 2022 (BAGUA), arXiv:2107.01499" },
    .pieces = true, .exchange = scatter_reduce_exchange, .ways = scatter_reduce_ways,
};
