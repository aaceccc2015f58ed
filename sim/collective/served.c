/* served.c - an exchange with one server is this, and with many it is this with every message cut in as many pieces. */
#include "collective/served.h"
#include <math.h>

enum { UP, DOWN };

bool dt_served_sends(const dt_round *round, size_t number) {
    if (round->kind == DT_BROADCAST || round->kind == DT_SCATTER) return number == round->root && round->ranks > 1;
    return round->kind != DT_GATHER || number != round->root;
}

bool dt_served_gets(const dt_round *round, size_t number) {
    if (round->kind == DT_REDUCE || round->kind == DT_GATHER) return number == round->root;
    return number != round->root || (round->kind != DT_BROADCAST && round->kind != DT_SCATTER);
}

double dt_served_up_bytes(const dt_round *round) {
    dt_sum own = { 0 };
    if (round->kind == DT_GATHER || round->kind == DT_ALL_GATHER) return dt_round_piece_bytes(round, round->self, 1);
    if (round->kind == DT_BROADCAST || round->kind == DT_SCATTER) return dt_round_result_bytes(round, round->n);
    dt_round_add(round, &own, round->self, 1);
    return dt_round_sum_bytes(round, &own, round->n);
}

double dt_served_down_bytes(const dt_round *round, size_t number) {
    bool piece = round->kind == DT_REDUCE_SCATTER || round->kind == DT_SCATTER;
    return piece ? dt_round_piece_bytes(round, number, 1) : dt_round_result_bytes(round, round->n);
}

/* Servers that have a part in it: who chooses the first k shares has to see all of each. */
static size_t served_servers(const dt_round *round) { return dt_round_waits_for_all(round) ? round->servers : 1; }

/* Whole bytes that server number s has of so many; the pieces add up to all. */
static double served_piece(const dt_round *round, double bytes, size_t s) {
    double servers = (double)served_servers(round);
    return floor(bytes * (double)(s + 1) / servers) - floor(bytes * (double)s / servers);
}

dt_status dt_served_exchange(const void *state, const dt_round *round) {
    (void)state;
    size_t servers = served_servers(round);
    double bytes = dt_served_sends(round, round->self) ? dt_served_up_bytes(round) : 0;
    for (size_t s = 0; s < servers && dt_served_sends(round, round->self); s++)
        dt_round_post(round, DT_SERVER(s), UP, served_piece(round, bytes, s));
    DT_TRY(dt_round_flush(round));
    if (dt_round_late(round)) return DT_ELATE;
    for (size_t s = 0; s < servers && dt_served_gets(round, round->self); s++) DT_TRY(dt_round_receive(round, DT_SERVER(s), DOWN));
    return DT_OK;
}

dt_status dt_served_serve(const void *state, const dt_round *round) {
    (void)state;
    size_t p = round->ranks, s = DT_SERVER(round->self);
    bool all = dt_round_waits_for_all(round);
    if (s >= served_servers(round)) return DT_OK;
    if (!all) DT_TRY(dt_round_receive_first(round, UP));
    for (size_t r = 0; all && r < p; r++)
        if (dt_served_sends(round, r)) DT_TRY(dt_round_receive(round, r, UP));
    DT_TRY(dt_round_form(round, dt_round_cut(round, s, served_servers(round))));
    for (size_t r = 0; r < p; r++)
        if (dt_served_gets(round, r) && (all || dt_round_came(round, r)))
            dt_round_post(round, r, DOWN, served_piece(round, dt_served_down_bytes(round, r), s));
    return dt_round_flush(round);
}

void dt_served_ways(const dt_group *group, size_t servers, dt_way *way, void *owner) {
    for (size_t r = 0; r < group->ranks; r++)
        for (size_t s = 0; s < servers; s++) {
            way(owner, r, DT_SERVER(s));
            way(owner, DT_SERVER(s), r);
        }
}
