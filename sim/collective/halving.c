/* halving.c - recursive halving, then recursive doubling; ranks beyond a power of two fold into partners.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 4.5: 2 log2(p) alpha + 2 ((p-1)/p) N beta for p = 2^k,
 * and 2 alpha + 2 N beta more for other p.  Its halves are a reduce-scatter and an all-gather of log2(p) alpha +
 * ((p-1)/p) N beta; a broadcast is a scatter and an all-gather, a reduce a reduce-scatter and a gather (section 4.2). */
#include "collective/fold.h"

enum { BINOMIAL = DT_FOLD_STEPS, HALVE = BINOMIAL + 2, DOUBLE = HALVE + 64 };

/* What the active rank with that number holds once it has met partners at distances above d: the vectors of those at
 * multiples of 2 d from it. */
static dt_sum halving_sum(const dt_round *round, dt_fold c, size_t number, size_t d) {
    dt_sum sum = { 0 };
    for (size_t other = number % (2 * d); other < c.active; other += 2 * d)
        dt_round_add(round, &sum, dt_fold_from(c, other), other < c.pairs ? 2 : 1);
    return sum;
}

static dt_status halving_halve(const dt_round *round, dt_fold c, size_t me) {
    size_t first = 0;                                       /* of the pieces still held */
    long step = HALVE;
    for (size_t d = c.active / 2; d > 0; d /= 2, step++) {
        size_t keep = first + ((me & d) != 0 ? d : 0), give = first + ((me & d) != 0 ? 0 : d);
        dt_sum sum = halving_sum(round, c, me, d);
        DT_TRY(dt_fold_swap(round, c, me ^ d, step, dt_round_sum_bytes(round, &sum, dt_fold_entries(round, c, give, d))));
        DT_TRY(dt_round_merge(round, dt_fold_entries(round, c, keep, d)));
        first = keep;
    }
    return DT_OK;
}

static dt_status halving_run(const dt_round *round, dt_fold c, size_t me) {
    bool halves = round->kind != DT_ALL_GATHER && round->kind != DT_BROADCAST;
    bool doubles = round->kind != DT_REDUCE_SCATTER && round->kind != DT_REDUCE;
    if (halves) DT_TRY(halving_halve(round, c, me));
    return doubles ? dt_fold_all_gather(round, c, me, DOUBLE) : DT_OK;
}

static dt_status halving_exchange(const void *state, const dt_round *round) {
    (void)state;
    switch (round->kind) {
    case DT_GATHER: return dt_round_gather(round, round->root, BINOMIAL);
    case DT_SCATTER: return dt_round_scatter(round, round->root, BINOMIAL);
    case DT_REDUCE: DT_TRY(dt_fold_exchange(round, halving_run)); return dt_round_gather(round, round->root, BINOMIAL);
    case DT_BROADCAST: DT_TRY(dt_round_scatter(round, round->root, BINOMIAL)); return dt_fold_exchange(round, halving_run);
    default: return dt_fold_exchange(round, halving_run);
    }
}

static void halving_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_fold_ways(group, way, owner);
}

const dt_collective_type dt_collective_halving = {
    .is = { .name = "halving", .brief = "Recursive halving and doubling (Rabenseifner's all-reduce): least bytes and few start-ups.",
            .source = "Thakur, Rabenseifner, Gropp 2005, section 4.5" },
    .exchange = halving_exchange, .ways = halving_ways,
};
