/* halving.c - recursive halving, then recursive doubling; ranks beyond a power of two fold into partners.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 4.5: 2 log2(p) alpha + 2 ((p-1)/p) N beta for p = 2^k,
 * and 2 alpha + 2 N beta more for other p.  Its halves are a reduce-scatter and an all-gather of log2(p) alpha +
 * ((p-1)/p) N beta; a broadcast is a scatter and an all-gather, a reduce a reduce-scatter and a gather (section 4.2). */
#include "collective/round.h"

enum { FOLD, UNFOLD, BINOMIAL, HALVE = BINOMIAL + 2, DOUBLE = HALVE + 64 };

/* 2^k of the p ranks are active, numbered anew from 0; the first 2 (p - 2^k) ranks form pairs, of which the odd one is active and
 * stands for both. */
typedef struct fold { size_t p, active, pairs; } fold;

static fold halving_folded(size_t p) {
    size_t active = 1;
    while (active * 2 <= p) active *= 2;
    return (fold){ p, active, p - active };
}

static size_t halving_rank(fold c, size_t number) {
    return number < c.pairs ? 2 * number + 1 : number + c.pairs;
}

/* The first of the ranks that the active ones from number on stand for. */
static size_t halving_from(fold c, size_t number) { return number < c.pairs ? 2 * number : number + c.pairs; }

/* What the active rank with that number holds once it has met partners at distances above d: the vectors of those at
 * multiples of 2 d from it. */
static dt_sum halving_sum(const dt_round *round, fold c, size_t number, size_t d) {
    dt_sum sum = { 0 };
    for (size_t other = number % (2 * d); other < c.active; other += 2 * d)
        dt_round_add(round, &sum, halving_from(c, other), other < c.pairs ? 2 : 1);
    return sum;
}

/* Partners meet: what one sends early would crowd the link on which the other still folds. */
static dt_status halving_swap(const dt_round *round, size_t partner, long step, double bytes) {
    dt_round_meet(round, partner, step, bytes);
    DT_TRY(dt_round_receive(round, partner, step));
    return dt_round_flush(round);
}

/* Entries of the pieces of count active ranks from first on: of an all-reduce, n is cut evenly among the active ranks. */
static size_t halving_entries(const dt_round *round, fold c, size_t first, size_t count) {
    size_t sum = 0, from = halving_from(c, first);
    if (round->kind != DT_ALL_REDUCE) return dt_round_pieces(round, from, halving_from(c, first + count) - from);
    for (size_t i = first; i < first + count; i++) sum += dt_round_cut(round, i, c.active);
    return sum;
}

static dt_status halving_halve(const dt_round *round, fold c, size_t me) {
    size_t first = 0;                                       /* of the pieces still held */
    long step = HALVE;
    for (size_t d = c.active / 2; d > 0; d /= 2, step++) {
        size_t keep = first + ((me & d) != 0 ? d : 0), give = first + ((me & d) != 0 ? 0 : d);
        dt_sum sum = halving_sum(round, c, me, d);
        DT_TRY(halving_swap(round, halving_rank(c, me ^ d), step,
                            dt_round_sum_bytes(round, &sum, halving_entries(round, c, give, d))));
        DT_TRY(dt_round_merge(round, halving_entries(round, c, keep, d)));
        first = keep;
    }
    return DT_OK;
}

static double halving_result_bytes(const dt_round *round, fold c, size_t first, size_t count) {
    size_t from = halving_from(c, first);
    if (round->kind == DT_ALL_REDUCE) return dt_round_result_bytes(round, halving_entries(round, c, first, count));
    return dt_round_piece_bytes(round, from, halving_from(c, first + count) - from);
}

static dt_status halving_double(const dt_round *round, fold c, size_t me) {
    size_t first = me;
    long step = DOUBLE;
    for (size_t d = 1; d < c.active; d *= 2, step++) {
        DT_TRY(halving_swap(round, halving_rank(c, me ^ d), step, halving_result_bytes(round, c, first, d)));
        first &= ~d;
    }
    return DT_OK;
}

/* What a pair sends each other: the even rank all it has to bring, the odd one what it gets. */
static double halving_fold_bytes(const dt_round *round) {
    dt_sum own = { 0 };
    if (round->kind == DT_ALL_GATHER || round->kind == DT_BROADCAST) return dt_round_piece_bytes(round, round->self, 1);
    dt_round_add(round, &own, round->self, 1);
    return dt_round_sum_bytes(round, &own, round->n);
}

static double halving_unfold_bytes(const dt_round *round) {
    bool piece = round->kind == DT_REDUCE_SCATTER || round->kind == DT_REDUCE;
    return piece ? dt_round_piece_bytes(round, round->self - 1, 1) : dt_round_result_bytes(round, round->n);
}

static dt_status halving_run(const dt_round *round, fold c, size_t me) {
    bool halves = round->kind != DT_ALL_GATHER && round->kind != DT_BROADCAST;
    bool doubles = round->kind != DT_REDUCE_SCATTER && round->kind != DT_REDUCE;
    if (halves) DT_TRY(halving_halve(round, c, me));
    return doubles ? halving_double(round, c, me) : DT_OK;
}

static dt_status halving_fold(const dt_round *round) {
    fold c = halving_folded(round->ranks);
    size_t r = round->self;
    if (r >= 2 * c.pairs) return halving_run(round, c, r - c.pairs);
    if (r % 2 == 1) {
        DT_TRY(dt_round_receive(round, r - 1, FOLD));
        if (round->kind != DT_ALL_GATHER && round->kind != DT_BROADCAST) DT_TRY(dt_round_merge(round, round->n));
        DT_TRY(halving_run(round, c, r / 2));
        dt_round_post(round, r - 1, UNFOLD, halving_unfold_bytes(round));
        return dt_round_flush(round);
    }
    dt_round_post(round, r + 1, FOLD, halving_fold_bytes(round));
    DT_TRY(dt_round_flush(round));
    return dt_round_receive(round, r + 1, UNFOLD);
}

static dt_status halving_exchange(const void *state, const dt_round *round) {
    (void)state;
    switch (round->kind) {
    case DT_GATHER: return dt_round_gather(round, round->root, BINOMIAL);
    case DT_SCATTER: return dt_round_scatter(round, round->root, BINOMIAL);
    case DT_REDUCE: DT_TRY(halving_fold(round)); return dt_round_gather(round, round->root, BINOMIAL);
    case DT_BROADCAST: DT_TRY(dt_round_scatter(round, round->root, BINOMIAL)); return halving_fold(round);
    default: return halving_fold(round);
    }
}

static void halving_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    fold c = halving_folded(group->ranks);
    for (size_t pair = 0; pair < c.pairs; pair++) {
        way(owner, 2 * pair, 2 * pair + 1);
        way(owner, 2 * pair + 1, 2 * pair);
    }
    for (size_t d = 1; d < c.active; d *= 2)
        for (size_t me = 0; me < c.active; me++) way(owner, halving_rank(c, me), halving_rank(c, me ^ d));
}

const dt_collective_type dt_collective_halving = {
    .is = { .name = "halving", .brief = "Recursive halving and doubling (Rabenseifner's all-reduce): least bytes and few start-ups.",
            .source = "Thakur, Rabenseifner, Gropp 2005, section 4.5" },
    .exchange = halving_exchange, .ways = halving_ways,
};
