/* served.c - an exchange with one server is this, and with many it is this with every message cut in as many pieces. */
#include "collective/served.h"
#include <math.h>

enum { UP, DOWN };

static bool served_sends(const dt_round *round, size_t number) {
    if (round->kind == DT_BROADCAST || round->kind == DT_SCATTER) return number == round->root && round->ranks > 1;
    return round->kind != DT_GATHER || number != round->root;
}

static bool served_gets(const dt_round *round, size_t number) {
    if (round->kind == DT_REDUCE || round->kind == DT_GATHER) return number == round->root;
    return number != round->root || (round->kind != DT_BROADCAST && round->kind != DT_SCATTER);
}

static double served_up_bytes(const dt_round *round) {
    dt_sum own = { 0 };
    if (round->kind == DT_GATHER || round->kind == DT_ALL_GATHER) return dt_round_piece_bytes(round, round->self, 1);
    if (round->kind == DT_BROADCAST || round->kind == DT_SCATTER) return dt_round_result_bytes(round, round->n);
    dt_round_add(round, &own, round->self, 1);
    return dt_round_sum_bytes(round, &own, round->n);
}

static double served_down_bytes(const dt_round *round, size_t number) {
    bool piece = round->kind == DT_REDUCE_SCATTER || round->kind == DT_SCATTER;
    return piece ? dt_round_piece_bytes(round, number, 1) : dt_round_result_bytes(round, round->n);
}

/* Servers that have a part in it: who chooses the first k shares has to see all of each. */
static size_t served_servers(const dt_round *round) { return dt_round_waits_for_all(round) ? round->servers : 1; }

static dt_served served_by(const dt_round *round) { return (dt_served){ 0, served_servers(round) }; }

/* Whole bytes that server number i of those has of so many; the pieces add up to all. */
static double served_piece(dt_served by, double bytes, size_t i) {
    double servers = (double)by.count;
    return floor(bytes * (double)(i + 1) / servers) - floor(bytes * (double)i / servers);
}

dt_status dt_served_push(const dt_round *round, dt_served by) {
    double bytes = served_sends(round, round->self) ? served_up_bytes(round) : 0;
    for (size_t i = 0; i < by.count && served_sends(round, round->self); i++)
        dt_round_post(round, DT_SERVER(by.first + i), UP, served_piece(by, bytes, i));
    DT_TRY(dt_round_flush(round));
    if (dt_round_late(round)) return DT_ELATE;
    for (size_t i = 0; i < by.count && served_gets(round, round->self); i++)
        DT_TRY(dt_round_receive(round, DT_SERVER(by.first + i), DOWN));
    return DT_OK;
}

dt_status dt_served_exchange(const void *state, const dt_round *round) {
    (void)state;
    return dt_served_push(round, served_by(round));
}

dt_status dt_served_answer(const dt_round *round, dt_served by) {
    size_t p = round->ranks, i = DT_SERVER(round->self) - by.first;
    bool all = dt_round_waits_for_all(round);
    if (i >= by.count) return DT_OK;        /* also where it is below the first */
    if (!all) DT_TRY(dt_round_receive_first(round, UP));
    for (size_t r = 0; all && r < p; r++)
        if (served_sends(round, r)) DT_TRY(dt_round_receive(round, r, UP));
    DT_TRY(dt_round_form(round, dt_round_cut(round, i, by.count)));
    for (size_t r = 0; r < p; r++)
        if (served_gets(round, r) && (all || dt_round_came(round, r)))
            dt_round_post(round, r, DOWN, served_piece(by, served_down_bytes(round, r), i));
    return dt_round_flush(round);
}

dt_status dt_served_serve(const void *state, const dt_round *round) {
    (void)state;
    return dt_served_answer(round, served_by(round));
}

void dt_served_ways(const dt_group *group, size_t servers, dt_way *way, void *owner) {
    for (size_t r = 0; r < group->ranks; r++)
        for (size_t s = 0; s < servers; s++) {
            way(owner, r, DT_SERVER(s));
            way(owner, DT_SERVER(s), r);
        }
}
