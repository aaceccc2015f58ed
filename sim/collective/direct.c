/* direct.c - messages between all pairs of members.  Each begins with the next member, so that no link is everybody's first. */
#include "collective/direct.h"

static size_t direct_other(const dt_round *round, size_t k) { return (round->self + k) % round->ranks; }

static dt_status direct_receive_all(const dt_round *round, long step) {
    for (size_t k = 1; k < round->ranks; k++) DT_TRY(dt_round_receive(round, direct_other(round, k), step));
    return dt_round_flush(round);
}

dt_status dt_direct_reduce_scatter(const dt_round *round, long step) {
    dt_sum own = { 0 };
    dt_round_add(round, &own, round->self, 1);
    for (size_t k = 1; k < round->ranks; k++) {
        size_t q = direct_other(round, k);
        dt_round_post(round, q, step, dt_round_sum_bytes(round, &own, dt_round_pieces(round, q, 1)));
    }
    DT_TRY(direct_receive_all(round, step));
    return dt_round_form(round, dt_round_pieces(round, round->self, 1));
}

dt_status dt_direct_all_gather(const dt_round *round, long step) {
    double bytes = dt_round_piece_bytes(round, round->self, 1);
    for (size_t k = 1; k < round->ranks; k++) dt_round_post(round, direct_other(round, k), step, bytes);
    return direct_receive_all(round, step);
}

dt_status dt_direct_gather(const dt_round *round, long step) {
    if (round->self == round->root) return direct_receive_all(round, step);
    dt_round_post(round, round->root, step, dt_round_piece_bytes(round, round->self, 1));
    return dt_round_flush(round);
}

dt_status dt_direct_scatter(const dt_round *round, long step) {
    if (round->self != round->root) return dt_round_receive(round, round->root, step);
    for (size_t k = 1; k < round->ranks; k++) {
        size_t q = direct_other(round, k);
        dt_round_post(round, q, step, dt_round_piece_bytes(round, q, 1));
    }
    return dt_round_flush(round);
}

void dt_direct_ways(const dt_group *group, dt_way *way, void *owner) {
    for (size_t r = 0; r < group->ranks; r++)
        for (size_t k = 1; k < group->ranks; k++) way(owner, r, (r + k) % group->ranks);
}
