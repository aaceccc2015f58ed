/* halving.c - recursive halving, then recursive doubling; ranks beyond a power of two fold into partners.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 4.5: 2 log2(p) alpha + 2 ((p-1)/p) N beta for p = 2^k,
 * and 2 alpha + 2 N beta more for other p. */
#include "collective/collective.h"

enum { FOLD, UNFOLD, HALVE };

/* 2^k of the p ranks play; the first 2 (p - 2^k) form pairs, of which the odd one plays. */
typedef struct cast { size_t p, players, pairs; } cast;

static cast halving_cast(size_t p) {
    size_t players = 1;
    while (players * 2 <= p) players *= 2;
    return (cast){ p, players, p - players };
}

static size_t halving_rank(cast c, size_t player) {
    return player < c.pairs ? 2 * player + 1 : player + c.pairs;
}

/* Ranks whose vectors player holds merged once it has met partners at distances above d. */
static size_t halving_merged(cast c, size_t player, size_t d) {
    size_t count = 0;
    for (size_t other = player % (2 * d); other < c.players; other += 2 * d) count += other < c.pairs ? 2 : 1;
    return count;
}

/* Partners meet: what one sends early would crowd the link on which the other still folds. */
static dt_status halving_swap(const dt_round *round, size_t partner, long step, size_t count, size_t entries) {
    dt_round_meet(round, partner, step, dt_round_bytes(round, count, entries));
    DT_TRY(dt_round_receive(round, partner, step));
    return dt_round_flush(round);
}

/* Entries of the pieces first .. first + count - 1 of players pieces. */
static size_t halving_entries(const dt_round *round, cast c, size_t first, size_t count) {
    size_t sum = 0;
    for (size_t i = first; i < first + count; i++) sum += dt_round_piece(round, i, c.players);
    return sum;
}

static dt_status halving_play(const dt_round *round, cast c, size_t me) {
    size_t first = 0;                                       /* of the pieces still held */
    long step = HALVE;
    for (size_t d = c.players / 2; d > 0; d /= 2, step++) {
        size_t keep = first + ((me & d) != 0 ? d : 0), give = first + ((me & d) != 0 ? 0 : d);
        DT_TRY(halving_swap(round, halving_rank(c, me ^ d), step, halving_merged(c, me, d),
                            halving_entries(round, c, give, d)));
        first = keep;
    }
    for (size_t d = 1; d < c.players; d *= 2, step++) {
        DT_TRY(halving_swap(round, halving_rank(c, me ^ d), step, c.p, halving_entries(round, c, first, d)));
        first &= ~d;
    }
    return DT_OK;
}

static dt_status halving_exchange(const void *state, const dt_round *round) {
    (void)state;
    cast c = halving_cast(round->ranks);
    size_t r = round->self;
    if (r >= 2 * c.pairs) return halving_play(round, c, r - c.pairs);
    if (r % 2 == 1) {
        DT_TRY(dt_round_receive(round, r - 1, FOLD));
        DT_TRY(halving_play(round, c, r / 2));
        dt_round_post(round, r - 1, UNFOLD, dt_round_bytes(round, c.p, round->n));
        return dt_round_flush(round);
    }
    dt_round_post(round, r + 1, FOLD, dt_round_bytes(round, 1, round->n));
    DT_TRY(dt_round_flush(round));
    return dt_round_receive(round, r + 1, UNFOLD);
}

static void halving_ways(size_t ranks, dt_way *way, void *owner) {
    cast c = halving_cast(ranks);
    for (size_t pair = 0; pair < c.pairs; pair++) {
        way(owner, 2 * pair, 2 * pair + 1);
        way(owner, 2 * pair + 1, 2 * pair);
    }
    for (size_t d = 1; d < c.players; d *= 2)
        for (size_t me = 0; me < c.players; me++) way(owner, halving_rank(c, me), halving_rank(c, me ^ d));
}

const dt_collective_type dt_collective_halving = {
    .is = { .name = "halving", .brief = "Recursive halving and doubling: least bytes and few start-ups.",
            .source = "Thakur, Rabenseifner, Gropp 2005, section 4.5" },
    .exchange = halving_exchange, .ways = halving_ways,
};
