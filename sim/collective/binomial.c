/* binomial.c - along a binomial tree, which several algorithms use: whole vectors, or each subtree's pieces as one message. */
#include "collective/round.h"

/* Members are counted from the root: the subtree of v has its lowest bit of members from v on, the root's all. */
dt_status dt_round_gather(const dt_round *round, size_t root, long step) {
    size_t p = round->ranks, v = (round->self + p - root) % p, bit = 1;
    for (; bit < p && (v & bit) == 0; bit <<= 1)
        if (v + bit < p) DT_TRY(dt_round_receive(round, (v + bit + root) % p, step));
    if (v == 0) return DT_OK;
    dt_round_post(round, (v - bit + root) % p, step, dt_round_piece_bytes(round, round->self, bit < p - v ? bit : p - v));
    return dt_round_flush(round);
}

dt_status dt_round_scatter(const dt_round *round, size_t root, long step) {
    size_t p = round->ranks, v = (round->self + p - root) % p, bit = 1;
    while (bit < p && (v & bit) == 0) bit <<= 1;
    if (v > 0) DT_TRY(dt_round_receive(round, (v - bit + root) % p, step + 1));
    for (bit >>= 1; bit > 0; bit >>= 1) {
        size_t child = (v + bit + root) % p, left = p - v - bit;
        if (v + bit >= p) continue;
        dt_round_post(round, child, step + 1, dt_round_piece_bytes(round, child, bit < left ? bit : left));
        DT_TRY(dt_round_flush(round));
    }
    return DT_OK;
}

dt_status dt_round_reduce(const dt_round *round, size_t root, long step) {
    size_t p = round->ranks, v = (round->self + p - root) % p, bit = 1;
    dt_sum sum = { 0 };
    for (; bit < p && (v & bit) == 0; bit <<= 1) {
        if (v + bit >= p) continue;
        DT_TRY(dt_round_receive(round, (v + bit + root) % p, step));
        DT_TRY(dt_round_merge(round, round->n));
    }
    if (v == 0) return DT_OK;
    dt_round_add(round, &sum, round->self, bit < p - v ? bit : p - v);
    dt_round_post(round, (v - bit + root) % p, step, dt_round_sum_bytes(round, &sum, round->n));
    return dt_round_flush(round);
}

dt_status dt_round_broadcast(const dt_round *round, size_t root, long step) {
    size_t p = round->ranks, v = (round->self + p - root) % p, bit = 1;
    while (bit < p && (v & bit) == 0) bit <<= 1;
    if (v > 0) DT_TRY(dt_round_receive(round, (v - bit + root) % p, step + 1));
    for (bit >>= 1; bit > 0; bit >>= 1) {
        if (v + bit >= p) continue;
        dt_round_post(round, (v + bit + root) % p, step + 1, dt_round_result_bytes(round, round->n));
        DT_TRY(dt_round_flush(round));
    }
    return DT_OK;
}
