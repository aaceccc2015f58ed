/* doubling.c - recursive doubling: members at distances 1, 2, 4, ... swap all that they have summed so far; ranks beyond a power of
 * two fold into partners.  Half as many start-ups as halving, for small vectors: where N beta (log2(p) - 2 + 2/p) is more than
 * log2(p) alpha, halving is faster.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 4.5: log2(p) (alpha + N beta + N gamma) for p = 2^k, and 2 alpha + 2 N beta
 * more for other p.  An all-gather doubles pieces, log2(p) alpha + ((p-1)/p) N beta; a reduce-scatter leaves out what the partner
 * and those whom it has met have no use for, log2(p) alpha + (log2(p) - (p-1)/p) N beta (section 4.2); what has a root goes along
 * a binomial tree. */
#include "collective/fold.h"

enum { BINOMIAL = DT_FOLD_STEPS, DOUBLE = BINOMIAL + 4, GATHER = DOUBLE + 64 };

/* Before they meet at distance d, an active member has the sum of its block of d, and the pieces of that block's members are of
 * no use to its partner: each of them gets them from its own. */
static dt_status doubling_sum(const dt_round *round, dt_fold c, size_t me) {
    long step = DOUBLE;
    for (size_t d = 1; d < c.active; d *= 2, step++) {
        size_t first = me & ~(d - 1), from = dt_fold_from(c, first), ranks = dt_fold_from(c, first + d) - from;
        size_t other = (me ^ d) & ~(d - 1), give = round->n, get = round->n;
        dt_sum sum = { 0 };
        dt_round_add(round, &sum, from, ranks);
        if (round->kind == DT_REDUCE_SCATTER) {
            give -= dt_fold_entries(round, c, first, d);
            get -= dt_fold_entries(round, c, other, d);
        }
        DT_TRY(dt_fold_swap(round, c, me ^ d, step, dt_round_sum_bytes(round, &sum, give)));
        DT_TRY(dt_round_merge(round, get));
    }
    return DT_OK;
}

static dt_status doubling_run(const dt_round *round, dt_fold c, size_t me) {
    return round->kind == DT_ALL_GATHER ? dt_fold_all_gather(round, c, me, GATHER) : doubling_sum(round, c, me);
}

static dt_status doubling_exchange(const void *state, const dt_round *round) {
    (void)state;
    switch (round->kind) {
    case DT_REDUCE: return dt_round_reduce(round, round->root, BINOMIAL);
    case DT_GATHER: return dt_round_gather(round, round->root, BINOMIAL);
    case DT_BROADCAST: return dt_round_broadcast(round, round->root, BINOMIAL);
    case DT_SCATTER: return dt_round_scatter(round, round->root, BINOMIAL);
    default: return dt_fold_exchange(round, doubling_run);
    }
}

static void doubling_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_fold_ways(group, way, owner);
}

const dt_collective_type dt_collective_doubling = {
    .is = { .name = "doubling", .brief = "Recursive doubling: partners swap whole sums: fewest start-ups, log2(p) times the bytes, for small "
                                         "vectors.",
            .source = "Thakur, Rabenseifner, Gropp 2005, section 4.5" },
    .exchange = doubling_exchange, .ways = doubling_ways,
};
