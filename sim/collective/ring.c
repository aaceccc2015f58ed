/* ring.c - every member sends to the next alone: pieces go around, p - 1 steps for each of four moves.
 * Source: Patarasuk, Yuan 2009: reduce-scatter and all-gather (p-1) alpha + ((p-1)/p) N beta each, and an all-reduce is
 * both; a gather and a scatter pass pieces on, to and from the root, in the same time. */
#include "collective/round.h"

/* Pass on what is farther away than oneself; distances are to the root, along the ring. */
static dt_status ring_gather(const dt_round *round) {
    size_t p = round->ranks, away = (round->root + p - round->self) % p;
    for (size_t k = away > 0 ? away : 1; k < p; k++) {
        if (k > away) DT_TRY(dt_round_receive(round, (round->self + p - 1) % p, (long)(p + k)));
        if (away == 0) continue;
        DT_TRY(dt_round_flush(round));
        dt_round_post(round, (round->self + 1) % p, (long)(p + k), dt_round_piece_bytes(round, (round->root + p - k) % p, 1));
    }
    return dt_round_flush(round);
}

/* The farthest first; distances are from the root. */
static dt_status ring_scatter(const dt_round *round) {
    size_t p = round->ranks, away = (round->self + p - round->root) % p;
    for (size_t k = p - 1; k > 0 && k >= away; k--) {
        if (away > 0) DT_TRY(dt_round_receive(round, (round->self + p - 1) % p, (long)k));
        if (k == away) continue;
        DT_TRY(dt_round_flush(round));
        dt_round_post(round, (round->self + 1) % p, (long)k, dt_round_piece_bytes(round, (round->root + k) % p, 1));
    }
    return dt_round_flush(round);
}

static dt_status ring_exchange(const void *state, const dt_round *round) {
    (void)state;
    dt_exchange_kind kind = round->kind;
    size_t own = kind == DT_ALL_REDUCE;     /* after the reduce-scatter member r has piece r + own, which it brings to the all-gather */
    bool all = kind == DT_ALL_REDUCE || kind == DT_ALL_GATHER || kind == DT_BROADCAST;
    if (kind == DT_ALL_REDUCE || kind == DT_REDUCE_SCATTER || kind == DT_REDUCE) DT_TRY(dt_round_circle(round, own, true, 0));
    if (kind == DT_BROADCAST || kind == DT_SCATTER) DT_TRY(ring_scatter(round));
    if (all) return dt_round_circle(round, own, false, (long)round->ranks);
    return kind == DT_REDUCE || kind == DT_GATHER ? ring_gather(round) : DT_OK;
}

static void ring_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    for (size_t r = 0; r < group->ranks; r++) way(owner, r, (r + 1) % group->ranks);
}

const dt_collective_type dt_collective_ring = {
    .is = { .name = "ring", .brief = "Ring all-reduce: least bytes, a start-up cost that grows with the workers.",
            .source = "Patarasuk, Yuan 2009" },
    .exchange = ring_exchange, .ways = ring_ways,
};
