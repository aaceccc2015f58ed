/* star.c - everyone sends to one server, which sends the result back: a single parameter server.
 * Time of an all-reduce, where the server's link is the bottleneck: 2 alpha + 2 p N beta. */
#include "collective/round.h"

enum { UP, DOWN };

/* Does member number send something to the server, and get something back? */
static bool star_sends(const dt_round *round, size_t number) {
    if (round->kind == DT_BROADCAST || round->kind == DT_SCATTER) return number == round->root && round->ranks > 1;
    return round->kind != DT_GATHER || number != round->root;
}

static bool star_gets(const dt_round *round, size_t number) {
    if (round->kind == DT_REDUCE || round->kind == DT_GATHER) return number == round->root;
    return number != round->root || (round->kind != DT_BROADCAST && round->kind != DT_SCATTER);
}

static double star_up_bytes(const dt_round *round) {
    dt_sum own = { 0 };
    if (round->kind == DT_GATHER || round->kind == DT_ALL_GATHER) return dt_round_piece_bytes(round, round->self, 1);
    if (round->kind == DT_BROADCAST || round->kind == DT_SCATTER) return dt_round_result_bytes(round, round->n);
    dt_round_add(round, &own, round->self, 1);
    return dt_round_sum_bytes(round, &own, round->n);
}

static double star_down_bytes(const dt_round *round, size_t number) {
    bool piece = round->kind == DT_REDUCE_SCATTER || round->kind == DT_SCATTER;
    return piece ? dt_round_piece_bytes(round, number, 1) : dt_round_result_bytes(round, round->n);
}

static dt_status star_exchange(const void *state, const dt_round *round) {
    (void)state;
    if (star_sends(round, round->self)) dt_round_post(round, DT_SERVER, UP, star_up_bytes(round));
    DT_TRY(dt_round_flush(round));
    if (dt_round_late(round)) return DT_ELATE;
    return star_gets(round, round->self) ? dt_round_receive(round, DT_SERVER, DOWN) : DT_OK;
}

static dt_status star_serve(const void *state, const dt_round *round) {
    (void)state;
    size_t p = round->ranks;
    bool all = dt_round_waits_for_all(round);
    if (!all) DT_TRY(dt_round_receive_first(round, UP));
    for (size_t r = 0; all && r < p; r++)
        if (star_sends(round, r)) DT_TRY(dt_round_receive(round, r, UP));
    DT_TRY(dt_round_form(round));
    for (size_t r = 0; r < p; r++)
        if (star_gets(round, r) && (all || dt_round_came(round, r))) dt_round_post(round, r, DOWN, star_down_bytes(round, r));
    return dt_round_flush(round);
}

static void star_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    for (size_t r = 0; r < group->ranks; r++) {
        way(owner, r, DT_SERVER);
        way(owner, DT_SERVER, r);
    }
}

const dt_collective_type dt_collective_star = {
    .is = { .name = "star", .brief = "One server gathers all and sends the mean back to all.",
            .source = "Li et al. 2014, a parameter server of one node" },
    .gathers = true, .exchange = star_exchange, .serve = star_serve, .ways = star_ways,
};
