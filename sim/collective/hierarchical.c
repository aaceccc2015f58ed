/* hierarchical.c - inside each site, between the sites, and inside each site again: few bytes between sites.
 * By leaders: one member of each site has its sum.  A ring between S leaders takes 2 (S - 1) N over long links in all, where the
 * members' own ring takes 2 (p - 1) N / p over each of S of them.  Where the links inside are no faster than those between, the
 * two extra steps cost more than they save.
 * By equals: each of g members of a site has a g-th of its sum, and g exchanges go on between the sites at the same time, on a
 * g-th each: as many bytes between sites, and inside, by ring or halving, 2 (g - 1) / g N of every member in place of 2 N log2 g of
 * the leader; the tree moves whole vectors even where pieces are wanted, and can make equals slower than leaders.  For
 * machines whose GPUs have a network card each, or share one that a single flow does not fill.  It is by leaders where sites
 * have different numbers of members, as after a failure, and for exchanges that are neither an all-reduce nor a reduce-scatter.
 * With one site it is the algorithm inside; without a site's leader another leads.
 * Source: Jia et al. 2018, "Highly Scalable Deep Learning Training System with Mixed-Precision", arXiv:1807.11205; by equals:
 * Cho et al. 2019, "BlueConnect: Decomposing All-Reduce for Deep Learning on Heterogeneous Network Hierarchy", MLSys. */
#include "collective/round.h"
#include <string.h>

typedef struct part { const dt_collective_type *type; void *state; } part;
typedef struct hierarchical { const char *inside, *between, *form; part in, out; } hierarchical;

enum { UP, BETWEEN, DOWN };

static dt_status part_go(const part *p, const dt_round *round) { return p->type->exchange(p->state, round); }

static dt_status hierarchical_inside(const hierarchical *h, const dt_round *round, dt_exchange_kind kind, long phase) {
    if (kind == DT_EXCHANGE_KINDS) return DT_OK;
    dt_round inside = dt_round_inside(round, kind, phase);
    return part_go(&h->in, &inside);
}

static dt_status hierarchical_leaders(const hierarchical *h, const dt_round *round) {
    dt_round between;
    DT_TRY(hierarchical_inside(h, round, dt_round_up(round->kind), UP));
    if (dt_round_between(round, round->kind, BETWEEN, &between)) DT_TRY(part_go(&h->out, &between));
    return hierarchical_inside(h, round, dt_round_down(round->kind), DOWN);
}

static dt_status hierarchical_equals(const hierarchical *h, const dt_round *round) {
    dt_round shared = dt_round_shared(round, DT_REDUCE_SCATTER, UP), equals = dt_round_equals(round, round->kind, BETWEEN);
    DT_TRY(part_go(&h->in, &shared));
    DT_TRY(part_go(&h->out, &equals));
    shared = dt_round_shared(round, DT_ALL_GATHER, DOWN);
    return round->kind == DT_ALL_REDUCE ? part_go(&h->in, &shared) : DT_OK;
}

static bool by_equals(const hierarchical *h) { return strcmp(h->form, "equals") == 0; }

static dt_status hierarchical_exchange(const void *state, const dt_round *round) {
    const hierarchical *h = state;
    bool reduces = round->kind == DT_ALL_REDUCE || round->kind == DT_REDUCE_SCATTER;
    if (dt_round_sites(round) == 1) return part_go(&h->in, round);
    return by_equals(h) && reduces && dt_round_even(round) ? hierarchical_equals(h, round) : hierarchical_leaders(h, round);
}

static dt_status hierarchical_init(void *state, dt_arena *run) {
    hierarchical *h = state;
    DT_TRY(dt_collective_part(h->inside, "collective.inside", &h->in.type, &h->in.state, run));
    return dt_collective_part(h->between, "collective.between", &h->out.type, &h->out.state, run);
}

/* ---- ways ------------------------------------------------------------------------------------ */

/* Told of the ways among some ranks, it tells of those among theirs. */
typedef struct among { const size_t *rank; dt_way *way; void *owner; } among;

static void among_way(void *owner, size_t from, size_t to) {
    const among *a = owner;
    a->way(a->owner, a->rank[from], a->rank[to]);
}

static void part_ways(const part *p, size_t ranks, const among *a, dt_arena *scratch) {
    dt_group group = { .ranks = ranks };
    among told = *a;
    if (ranks > 1) p->type->ways(p->state, &group, among_way, &told, scratch);
}

/* Sites are numbered by their first ranks: the order in which the ranks of all stand behind each other. */
static void hierarchical_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    const hierarchical *h = state;
    size_t sites = group->sites > 1 ? group->sites : 1, *rank = dt_arena_take(scratch, group->ranks, sizeof *rank);
    size_t *first = dt_arena_take(scratch, sites + 1, sizeof *first), *equal = dt_arena_take(scratch, sites, sizeof *equal);
    size_t placed = 0, used = 0, each = 0;
    bool even = true;
    for (size_t s = 0; s < sites; s++) {
        size_t begin = placed;
        for (size_t r = 0; r < group->ranks; r++)
            if (group->site == NULL || group->site[r] == s) rank[placed++] = r;
        if (placed == begin) continue;
        part_ways(&h->in, placed - begin, &(among){ rank + begin, way, owner }, scratch);
        if (used == 0) each = placed;
        first[used++] = begin;
        even = even && placed - begin == each;
    }
    size_t columns = by_equals(h) && even ? each : 1;
    for (size_t k = 0; k < columns; k++) {
        for (size_t s = 0; s < used; s++) equal[s] = rank[first[s] + k];
        part_ways(&h->out, used, &(among){ equal, way, owner }, scratch);
    }
}

static const dt_param hierarchical_params[] = {
    DT_TEXT_PARAM(hierarchical, inside, "tree",
                  "algorithm inside each site, of those without servers; without the key sites, where all are in one, of all"),
    DT_TEXT_PARAM(hierarchical, between, "ring", "algorithm between the leaders of sites, or between equals, of those without servers"),
    DT_CHOICE_PARAM(hierarchical, form, "leaders", "leaders|equals", "leaders: one member of every site exchanges with the others; equals: "
                    "every member does, with that of the same number in the other sites, for its part of the vector, if all sites "
                    "have as many members; then inside = \"ring\" or \"halving\" pays, as a tree moves whole vectors"),
    { 0 }
};

const dt_collective_type dt_collective_hierarchical = {
    .is = { .name = "hierarchical",
            .brief = "Hierarchical all-reduce: in each site, between the sites' leaders, in each site again: few bytes over long links.",
            .source = "Jia et al. 2018, arXiv:1807.11205; by equals: Cho et al. 2019 (BlueConnect)", .params = hierarchical_params,
            .state_size = sizeof(hierarchical) },
    .sited = true, .init = hierarchical_init, .exchange = hierarchical_exchange, .ways = hierarchical_ways,
};
