/* ring.c - every member sends to the next alone: pieces go around, p - 1 steps for each of four moves.
 * Source: Patarasuk, Yuan 2009: reduce-scatter and all-gather (p-1) alpha + ((p-1)/p) N beta each, and an all-reduce is
 * both; a gather and a scatter pass pieces on, to and from the root, in the same time. */
#include "collective/round.h"

/* own: after reduce-scatter member r has piece r + own, which it then brings to an all-gather. */
static dt_status ring_step(const dt_round *round, long step, double bytes) {
    size_t p = round->ranks, next = (round->self + 1) % p, before = (round->self + p - 1) % p;
    dt_round_post(round, next, step, bytes);
    DT_TRY(dt_round_receive(round, before, step));
    return dt_round_flush(round);
}

static dt_status ring_reduce_scatter(const dt_round *round, size_t own) {
    size_t p = round->ranks, r = round->self;
    dt_sum sum = { 0 };
    for (size_t s = 0; s + 1 < p; s++) {
        dt_round_add(round, &sum, (r + p - s) % p, 1);
        size_t entries = dt_round_pieces(round, (r + own + p - s - 1) % p, 1);
        DT_TRY(ring_step(round, (long)s, dt_round_sum_bytes(round, &sum, entries)));
        DT_TRY(dt_round_merge(round, dt_round_pieces(round, (r + own + 2 * p - s - 2) % p, 1)));
    }
    return DT_OK;
}

static dt_status ring_all_gather(const dt_round *round, size_t own) {
    size_t p = round->ranks, r = round->self;
    for (size_t s = 0; s + 1 < p; s++)
        DT_TRY(ring_step(round, (long)(p + s), dt_round_piece_bytes(round, (r + own + p - s) % p, 1)));
    return DT_OK;
}

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
    size_t own = kind == DT_ALL_REDUCE;
    if (kind == DT_ALL_REDUCE || kind == DT_REDUCE_SCATTER || kind == DT_REDUCE) DT_TRY(ring_reduce_scatter(round, own));
    if (kind == DT_BROADCAST || kind == DT_SCATTER) DT_TRY(ring_scatter(round));
    if (kind == DT_ALL_REDUCE || kind == DT_ALL_GATHER || kind == DT_BROADCAST) return ring_all_gather(round, own);
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
