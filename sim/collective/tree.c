/* tree.c - along a binomial tree: whole vectors up to its root and down from it, or each subtree's pieces.
 * Source: Thakur, Rabenseifner, Gropp 2005: reduce and broadcast log2(p) (alpha + N beta) each, and an all-reduce is both;
 * gather and scatter log2(p) alpha + ((p-1)/p) N beta. */
#include "collective/round.h"

enum { WHOLE, PIECES = WHOLE + 2 };

static dt_status tree_exchange(const void *state, const dt_round *round) {
    (void)state;
    switch (round->kind) {
    case DT_ALL_REDUCE: DT_TRY(dt_round_reduce(round, 0, WHOLE)); return dt_round_broadcast(round, 0, WHOLE);
    case DT_REDUCE_SCATTER: DT_TRY(dt_round_reduce(round, 0, WHOLE)); return dt_round_scatter(round, 0, PIECES);
    case DT_ALL_GATHER: DT_TRY(dt_round_gather(round, 0, PIECES)); return dt_round_broadcast(round, 0, WHOLE);
    case DT_REDUCE: return dt_round_reduce(round, round->root, WHOLE);
    case DT_GATHER: return dt_round_gather(round, round->root, PIECES);
    case DT_BROADCAST: return dt_round_broadcast(round, round->root, WHOLE);
    default: return dt_round_scatter(round, round->root, PIECES);
    }
}

static void tree_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    for (size_t r = 1; r < group->ranks; r++) {
        way(owner, r, r & (r - 1));
        way(owner, r & (r - 1), r);
    }
}

const dt_collective_type dt_collective_tree = {
    .is = { .name = "tree", .brief = "Binomial-tree all-reduce (reduce and broadcast): few start-ups, whole vectors.",
            .source = "Thakur, Rabenseifner, Gropp 2005" },
    .exchange = tree_exchange, .ways = tree_ways,
};
