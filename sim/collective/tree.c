/* tree.c - reduce along a binomial tree to rank 0, then broadcast along the same tree.
 * Source: Thakur, Rabenseifner, Gropp 2005: 2 log2(p) (alpha + N beta). */
#include "collective/collective.h"

enum { UP, DOWN };

static dt_status tree_send(const dt_round *round, size_t to, long step, size_t count) {
    dt_round_post(round, to, step, dt_round_bytes(round, count, round->n));
    return dt_round_flush(round);
}

static dt_status tree_exchange(const void *state, const dt_round *round) {
    (void)state;
    size_t p = round->ranks, r = round->self, bit = 1;
    for (; bit < p && (r & bit) == 0; bit <<= 1)
        if (r + bit < p) DT_TRY(dt_round_receive(round, r + bit, UP));
    if (r > 0) {
        DT_TRY(tree_send(round, r - bit, UP, bit < p - r ? bit : p - r));
        DT_TRY(dt_round_receive(round, r - bit, DOWN));
    }
    for (bit >>= 1; bit > 0; bit >>= 1)
        if (r + bit < p) DT_TRY(tree_send(round, r + bit, DOWN, p));
    return DT_OK;
}

static void tree_ways(size_t ranks, dt_way *way, void *owner) {
    for (size_t r = 1; r < ranks; r++) {
        way(owner, r, r & (r - 1));
        way(owner, r & (r - 1), r);
    }
}

const dt_collective_type dt_collective_tree = {
    .is = { .name = "tree", .brief = "Binomial reduce and broadcast: few start-ups, whole vectors.",
            .source = "Thakur, Rabenseifner, Gropp 2005" },
    .exchange = tree_exchange, .ways = tree_ways,
};
