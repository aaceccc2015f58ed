/* hierarchical.c - inside each site to a leader, between the leaders, and inside each site again: few bytes between sites.
 * For sites that long links join: a ring between S leaders takes 2 (S - 1) N over long links in all, where the members'
 * own ring takes 2 (p - 1) N / p over each of S of them.  Where the links inside are no faster than those between, the two
 * extra steps cost more than they save.  With one site it is the algorithm inside; without a site's leader another leads.
 * Source: Jia et al. 2018, "Highly Scalable Deep Learning Training System with Mixed-Precision", arXiv:1807.11205. */
#include "collective/round.h"

typedef struct hierarchical { const char *inside, *between; } hierarchical;

enum { UP, BETWEEN, DOWN };

static dt_status hierarchical_by(const char *name, const dt_round *round) {
    return dt_collective_of(dt_room_find(&dt_collective_room, name))->exchange(NULL, round);
}

/* What is done inside before and after; DT_EXCHANGE_KINDS: nothing. */
static const dt_exchange_kind up[DT_EXCHANGE_KINDS] = {
    [DT_ALL_REDUCE] = DT_REDUCE, [DT_REDUCE_SCATTER] = DT_REDUCE, [DT_REDUCE] = DT_REDUCE, [DT_ALL_GATHER] = DT_GATHER,
    [DT_GATHER] = DT_GATHER, [DT_BROADCAST] = DT_EXCHANGE_KINDS, [DT_SCATTER] = DT_EXCHANGE_KINDS,
};
static const dt_exchange_kind down[DT_EXCHANGE_KINDS] = {
    [DT_ALL_REDUCE] = DT_BROADCAST, [DT_REDUCE_SCATTER] = DT_SCATTER, [DT_REDUCE] = DT_EXCHANGE_KINDS,
    [DT_ALL_GATHER] = DT_BROADCAST, [DT_GATHER] = DT_EXCHANGE_KINDS, [DT_BROADCAST] = DT_BROADCAST, [DT_SCATTER] = DT_SCATTER,
};

static dt_status hierarchical_inside(const hierarchical *h, const dt_round *round, dt_exchange_kind kind, long phase) {
    if (kind == DT_EXCHANGE_KINDS) return DT_OK;
    dt_round inside = dt_round_inside(round, kind, phase);
    return hierarchical_by(h->inside, &inside);
}

static dt_status hierarchical_exchange(const void *state, const dt_round *round) {
    const hierarchical *h = state;
    dt_round between;
    if (dt_round_sites(round) == 1) return hierarchical_by(h->inside, round);
    DT_TRY(hierarchical_inside(h, round, up[round->kind], UP));
    if (dt_round_between(round, round->kind, BETWEEN, &between)) DT_TRY(hierarchical_by(h->between, &between));
    return hierarchical_inside(h, round, down[round->kind], DOWN);
}

/* ---- ways ------------------------------------------------------------------------------------ */

/* Told of the ways among some ranks, it tells of those among theirs. */
typedef struct part { const size_t *rank; dt_way *way; void *owner; } part;

static void part_way(void *owner, size_t from, size_t to) {
    const part *p = owner;
    p->way(p->owner, p->rank[from], p->rank[to]);
}

static void hierarchical_ways_of(const char *name, const size_t *rank, size_t ranks, dt_way *way, void *owner,
                                 dt_arena *scratch) {
    dt_group group = { .ranks = ranks };
    part p = { rank, way, owner };
    if (ranks > 1) dt_collective_of(dt_room_find(&dt_collective_room, name))->ways(NULL, &group, part_way, &p, scratch);
}

static void hierarchical_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    const hierarchical *h = state;
    size_t *rank = dt_arena_take(scratch, group->ranks, sizeof *rank), *leader = dt_arena_take(scratch, group->ranks, sizeof *leader);
    size_t leaders = 0;
    for (size_t s = 0; s < (group->sites > 1 ? group->sites : 1); s++) {
        size_t ranks = 0;
        for (size_t r = 0; r < group->ranks; r++)
            if (group->site == NULL || group->site[r] == s) rank[ranks++] = r;
        if (ranks > 0) leader[leaders++] = rank[0];
        hierarchical_ways_of(h->inside, rank, ranks, way, owner, scratch);
    }
    hierarchical_ways_of(h->between, leader, leaders, way, owner, scratch);
}

static const dt_param hierarchical_params[] = {
    DT_CHOICE_PARAM(hierarchical, inside, "tree", "tree|ring|halving", 
                    "algorithm inside each site; without the key sites, where all are in one, of all"),
    DT_CHOICE_PARAM(hierarchical, between, "ring", "ring|tree|halving", "algorithm between the leaders of sites"),
    { 0 }
};

const dt_collective_type dt_collective_hierarchical = {
    .is = { .name = "hierarchical",
            .brief = "Hierarchical all-reduce: in each site, between the sites' leaders, in each site again: few bytes over long links.",
            .source = "Jia et al. 2018, arXiv:1807.11205", .params = hierarchical_params,
            .state_size = sizeof(hierarchical) },
    .exchange = hierarchical_exchange, .ways = hierarchical_ways,
};
