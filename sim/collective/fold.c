/* fold.c - members fold into partners until a power of two is left.
 * Source: Thakur, Rabenseifner, Gropp 2005, section 4.5. */
#include "collective/fold.h"

enum { FOLD, UNFOLD };

dt_fold dt_fold_of(size_t p) {
    size_t active = 1;
    while (active * 2 <= p) active *= 2;
    return (dt_fold){ p, active, p - active };
}

size_t dt_fold_member(dt_fold c, size_t number) { return number < c.pairs ? 2 * number + 1 : number + c.pairs; }

size_t dt_fold_from(dt_fold c, size_t number) { return number < c.pairs ? 2 * number : number + c.pairs; }

dt_status dt_fold_swap(const dt_round *round, dt_fold c, size_t number, long step, double bytes) {
    size_t partner = dt_fold_member(c, number);
    dt_round_meet(round, partner, step, bytes);
    DT_TRY(dt_round_receive(round, partner, step));
    return dt_round_flush(round);
}

size_t dt_fold_entries(const dt_round *round, dt_fold c, size_t first, size_t count) {
    size_t sum = 0, from = dt_fold_from(c, first);
    if (round->kind != DT_ALL_REDUCE) return dt_round_pieces(round, from, dt_fold_from(c, first + count) - from);
    for (size_t i = first; i < first + count; i++) sum += dt_round_cut(round, i, c.active);
    return sum;
}

static double fold_result_bytes(const dt_round *round, dt_fold c, size_t first, size_t count) {
    size_t from = dt_fold_from(c, first);
    if (round->kind == DT_ALL_REDUCE) return dt_round_result_bytes(round, dt_fold_entries(round, c, first, count));
    return dt_round_piece_bytes(round, from, dt_fold_from(c, first + count) - from);
}

dt_status dt_fold_all_gather(const dt_round *round, dt_fold c, size_t me, long step) {
    size_t first = me;
    for (size_t d = 1; d < c.active; d *= 2, step++) {
        DT_TRY(dt_fold_swap(round, c, me ^ d, step, fold_result_bytes(round, c, first, d)));
        first &= ~d;
    }
    return DT_OK;
}

/* What a pair sends each other: the even member all it has to bring, the odd one what it gets. */
static double fold_bytes(const dt_round *round) {
    dt_sum own = { 0 };
    if (round->kind == DT_ALL_GATHER || round->kind == DT_BROADCAST) return dt_round_piece_bytes(round, round->self, 1);
    dt_round_add(round, &own, round->self, 1);
    return dt_round_sum_bytes(round, &own, round->n);
}

static double unfold_bytes(const dt_round *round) {
    bool piece = round->kind == DT_REDUCE_SCATTER || round->kind == DT_REDUCE;
    return piece ? dt_round_piece_bytes(round, round->self - 1, 1) : dt_round_result_bytes(round, round->n);
}

dt_status dt_fold_exchange(const dt_round *round, dt_status (*run)(const dt_round *round, dt_fold c, size_t me)) {
    dt_fold c = dt_fold_of(round->ranks);
    size_t r = round->self;
    if (r >= 2 * c.pairs) return run(round, c, r - c.pairs);
    if (r % 2 == 1) {
        DT_TRY(dt_round_receive(round, r - 1, FOLD));
        if (round->kind != DT_ALL_GATHER && round->kind != DT_BROADCAST) DT_TRY(dt_round_merge(round, round->n));
        DT_TRY(run(round, c, r / 2));
        dt_round_post(round, r - 1, UNFOLD, unfold_bytes(round));
        return dt_round_flush(round);
    }
    dt_round_post(round, r + 1, FOLD, fold_bytes(round));
    DT_TRY(dt_round_flush(round));
    return dt_round_receive(round, r + 1, UNFOLD);
}

void dt_fold_ways(const dt_group *group, dt_way *way, void *owner) {
    dt_fold c = dt_fold_of(group->ranks);
    for (size_t pair = 0; pair < c.pairs; pair++) {
        way(owner, 2 * pair, 2 * pair + 1);
        way(owner, 2 * pair + 1, 2 * pair);
    }
    for (size_t d = 1; d < c.active; d *= 2)
        for (size_t me = 0; me < c.active; me++) way(owner, dt_fold_member(c, me), dt_fold_member(c, me ^ d));
}
