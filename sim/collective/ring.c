/* ring.c - reduce-scatter, then all-gather, each in p - 1 steps around a ring.
 * Source: Patarasuk, Yuan 2009: 2 (p-1) alpha + 2 ((p-1)/p) N beta. */
#include "collective/collective.h"

static dt_status ring_step(const dt_round *round, size_t piece, size_t count, long step) {
    size_t p = round->ranks, next = (round->self + 1) % p, before = (round->self + p - 1) % p;
    dt_round_post(round, next, step, dt_round_bytes(round, count, dt_round_piece(round, piece, p)));
    DT_TRY(dt_round_receive(round, before, step));
    return dt_round_flush(round);
}

static dt_status ring_exchange(const void *state, const dt_round *round) {
    (void)state;
    size_t p = round->ranks, r = round->self;
    for (size_t s = 0; s + 1 < p; s++) DT_TRY(ring_step(round, (r + p - s) % p, s + 1, (long)s));
    for (size_t s = 0; s + 1 < p; s++) DT_TRY(ring_step(round, (r + 1 + p - s) % p, p, (long)(p + s)));
    return DT_OK;
}

static void ring_ways(size_t ranks, dt_way *way, void *owner) {
    for (size_t r = 0; r < ranks; r++) way(owner, r, (r + 1) % ranks);
}

const dt_collective_type dt_collective_ring = {
    .is = { .name = "ring", .brief = "Ring all-reduce: least bytes, a start-up cost that grows with the workers.",
            .source = "Patarasuk, Yuan 2009" },
    .exchange = ring_exchange, .ways = ring_ways,
};
