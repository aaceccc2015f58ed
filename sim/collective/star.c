/* star.c - everyone sends to one server, which sends the mean back: a single parameter server.
 * Time, where the server's link is the bottleneck: 2 alpha + 2 p N beta. */
#include "collective/collective.h"

enum { UP, DOWN };

static dt_status star_exchange(const void *state, const dt_round *round) {
    (void)state;
    dt_round_post(round, DT_SERVER, UP, dt_round_bytes(round, 1, round->n));
    DT_TRY(dt_round_flush(round));
    return dt_round_receive(round, DT_SERVER, DOWN);
}

static dt_status star_serve(const void *state, const dt_round *round) {
    (void)state;
    size_t p = round->ranks;
    for (size_t r = 0; r < p; r++) DT_TRY(dt_round_receive(round, r, UP));
    for (size_t r = 0; r < p; r++) dt_round_post(round, r, DOWN, dt_round_bytes(round, p, round->n));
    return dt_round_flush(round);
}

static void star_ways(size_t ranks, dt_way *way, void *owner) {
    for (size_t r = 0; r < ranks; r++) {
        way(owner, r, DT_SERVER);
        way(owner, DT_SERVER, r);
    }
}

const dt_collective_type dt_collective_star = {
    .is = { .name = "star", .brief = "One server gathers all and sends the mean back to all.",
            .source = "Li et al. 2014, a parameter server of one node" },
    .gathers = true, .exchange = star_exchange, .serve = star_serve, .ways = star_ways,
};
