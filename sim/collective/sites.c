/* sites.c - the members of an exchange by site, and exchanges inside sites and between their leaders. */
#include "collective/inside.h"

enum { PHASE_BITS = 21 };

static size_t site_of(const dt_group *group, size_t rank) { return group->site == NULL ? 0 : group->site[rank]; }

static void sites_compare(dt_ongoing *o) {
    size_t each = o->sites > 0 ? o->count / o->sites : 0;
    o->even = o->sites > 0;
    for (size_t s = 0; s < o->sites; s++) o->even = o->even && o->first[s + 1] - o->first[s] == each;
    for (size_t s = 0; o->even && s < o->sites; s++)
        for (size_t k = 0; k < each; k++) o->equal[k * o->sites + s] = o->behind[o->first[s] + k];
}

/* The root leads its site; of others the member with the lowest rank. */
void dt_sites_sort(dt_ongoing *o) {
    const dt_group *group = o->collective->group;
    dt_exchange_kind kind = o->what.kind;
    bool rooted = kind == DT_REDUCE || kind == DT_GATHER || kind == DT_BROADCAST || kind == DT_SCATTER;
    size_t most = group->sites > 1 ? group->sites : 1, placed = 0;
    o->sites = 0;
    for (size_t s = 0; s < most; s++) {
        size_t begin = placed;
        for (size_t i = 0; i < o->count; i++) {
            size_t rank = o->member[i];
            if (site_of(group, rank) != s) continue;
            o->behind[placed++] = rank;
            if (!rooted || rank != o->what.root) continue;
            for (size_t at = placed - 1; at > begin; at--) o->behind[at] = o->behind[at - 1];
            o->behind[begin] = rank;
        }
        if (placed == begin) continue;
        o->first[o->sites] = begin;
        o->leader[o->sites++] = o->behind[begin];
    }
    o->first[o->sites] = placed;
    sites_compare(o);
}

size_t dt_round_sites(const dt_round *round) { return round->ongoing->sites; }

/* The member's site, and its place there. */
static size_t round_site(const dt_round *round, size_t rank, size_t *place) {
    const dt_ongoing *o = round->ongoing;
    for (size_t s = 0, i = 0; s < o->sites; s++)
        for (; i < o->first[s + 1]; i++)
            if (o->behind[i] == rank) {
                *place = i - o->first[s];
                return s;
            }
    return 0;
}

static size_t sorted_place(const dt_ongoing *o, size_t rank) {
    size_t i = 0;
    while (o->behind[i] != rank) i++;
    return i;
}

dt_round dt_round_by_site(const dt_round *round, size_t *each) {
    const dt_ongoing *o = round->ongoing;
    dt_round sorted = *round;
    *each = o->sites > 1 && round->member == o->member ? o->first[1] : 0;
    for (size_t s = 0; s < o->sites; s++)
        if (o->first[s + 1] - o->first[s] != *each) *each = 0;
    if (*each == 0) return sorted;
    sorted.member = o->behind;
    sorted.self = sorted_place(o, round->member[round->self]);
    sorted.root = sorted_place(o, round->member[round->root]);
    return sorted;
}

dt_round dt_round_inside(const dt_round *round, dt_exchange_kind kind, long phase) {
    const dt_ongoing *o = round->ongoing;
    dt_round inside = *round;
    size_t s = round_site(round, round->member[round->self], &inside.self);
    inside.kind = kind;
    inside.root = 0;
    inside.member = o->behind + o->first[s];
    inside.ranks = o->first[s + 1] - o->first[s];
    inside.tag += phase << PHASE_BITS;
    return inside;
}

bool dt_round_between(const dt_round *round, dt_exchange_kind kind, long phase, dt_round *between) {
    const dt_ongoing *o = round->ongoing;
    size_t place = 0;
    *between = *round;
    if (round->self < round->ranks) between->self = round_site(round, round->member[round->self], &place);
    if (place > 0) return false;
    between->kind = kind;
    between->root = round_site(round, round->member[round->root], &place);
    between->member = o->leader;
    between->ranks = o->sites;
    between->first = o->first;
    between->behind = o->behind;
    between->tag += phase << PHASE_BITS;
    return true;
}

bool dt_round_even(const dt_round *round) { return round->ongoing->even; }

dt_round dt_round_shared(const dt_round *round, dt_exchange_kind kind, long phase) {
    dt_round shared = dt_round_inside(round, kind, phase);
    shared.partial = true;
    return shared;
}

dt_round dt_round_equals(const dt_round *round, dt_exchange_kind kind, long phase) {
    const dt_ongoing *o = round->ongoing;
    dt_round equals = *round;
    size_t place = 0;
    equals.self = round_site(round, round->member[round->self], &place);
    equals.kind = kind;
    equals.n = dt_round_cut(round, place, o->count / o->sites);
    equals.member = o->equal + place * o->sites;
    equals.ranks = o->sites;
    equals.first = o->first;
    equals.behind = o->behind;
    equals.partial = true;
    equals.tag += phase << PHASE_BITS;
    return equals;
}

static const dt_exchange_kind up[DT_EXCHANGE_KINDS] = {
    [DT_ALL_REDUCE] = DT_REDUCE, [DT_REDUCE_SCATTER] = DT_REDUCE, [DT_REDUCE] = DT_REDUCE, [DT_ALL_GATHER] = DT_GATHER,
    [DT_GATHER] = DT_GATHER, [DT_BROADCAST] = DT_EXCHANGE_KINDS, [DT_SCATTER] = DT_EXCHANGE_KINDS,
};
static const dt_exchange_kind down[DT_EXCHANGE_KINDS] = {
    [DT_ALL_REDUCE] = DT_BROADCAST, [DT_REDUCE_SCATTER] = DT_SCATTER, [DT_REDUCE] = DT_EXCHANGE_KINDS,
    [DT_ALL_GATHER] = DT_BROADCAST, [DT_GATHER] = DT_EXCHANGE_KINDS, [DT_BROADCAST] = DT_BROADCAST, [DT_SCATTER] = DT_SCATTER,
};

dt_exchange_kind dt_round_up(dt_exchange_kind kind) { return up[kind]; }
dt_exchange_kind dt_round_down(dt_exchange_kind kind) { return down[kind]; }
