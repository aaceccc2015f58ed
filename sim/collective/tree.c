/* tree.c - along a binomial tree: whole vectors up to its root and down from it, or each subtree's pieces.
 * Source: Thakur, Rabenseifner, Gropp 2005: reduce and broadcast log2(p) (alpha + N beta) each, and an all-reduce is both;
 * gather and scatter log2(p) alpha + ((p-1)/p) N beta. */
#include "collective/round.h"

enum { UP, DOWN, GATHER, SCATTER = GATHER + 2 };

static dt_status tree_send(const dt_round *round, size_t to, long step, double bytes) {
    dt_round_post(round, to, step, bytes);
    return dt_round_flush(round);
}

/* Members are counted from the root: at place v, the children of v are v + 1, v + 2, v + 4, ... below its lowest bit. */
static size_t tree_place(const dt_round *round, size_t root) { return (round->self + round->ranks - root) % round->ranks; }
static size_t tree_member(const dt_round *round, size_t root, size_t v) { return (v + root) % round->ranks; }

static dt_status tree_reduce(const dt_round *round, size_t root) {
    size_t p = round->ranks, v = tree_place(round, root), bit = 1;
    for (; bit < p && (v & bit) == 0; bit <<= 1) {
        if (v + bit >= p) continue;
        DT_TRY(dt_round_receive(round, tree_member(round, root, v + bit), UP));
        DT_TRY(dt_round_merge(round, round->n));
    }
    if (v == 0) return DT_OK;
    dt_sum sum = { 0 };
    dt_round_add(round, &sum, round->self, bit < p - v ? bit : p - v);
    return tree_send(round, tree_member(round, root, v - bit), UP, dt_round_sum_bytes(round, &sum, round->n));
}

static dt_status tree_broadcast(const dt_round *round, size_t root) {
    size_t p = round->ranks, v = tree_place(round, root), bit = 1;
    while (bit < p && (v & bit) == 0) bit <<= 1;
    if (v > 0) DT_TRY(dt_round_receive(round, tree_member(round, root, v - bit), DOWN));
    for (bit >>= 1; bit > 0; bit >>= 1)
        if (v + bit < p)
            DT_TRY(tree_send(round, tree_member(round, root, v + bit), DOWN, dt_round_result_bytes(round, round->n)));
    return DT_OK;
}

static dt_status tree_exchange(const void *state, const dt_round *round) {
    (void)state;
    switch (round->kind) {
    case DT_ALL_REDUCE: DT_TRY(tree_reduce(round, 0)); return tree_broadcast(round, 0);
    case DT_REDUCE_SCATTER: DT_TRY(tree_reduce(round, 0)); return dt_round_scatter(round, 0, SCATTER);
    case DT_ALL_GATHER: DT_TRY(dt_round_gather(round, 0, GATHER)); return tree_broadcast(round, 0);
    case DT_REDUCE: return tree_reduce(round, round->root);
    case DT_GATHER: return dt_round_gather(round, round->root, GATHER);
    case DT_BROADCAST: return tree_broadcast(round, round->root);
    default: return dt_round_scatter(round, round->root, SCATTER);
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
