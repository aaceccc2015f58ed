/* kvstore.c - MXNet's key-value store, dist_device_sync: in every machine (site) one GPU sums what the others send to it, and pushes
 * the sum to parameter servers, which send the mean of all machines back; it copies that to the others.  A part of fewer than
 * bound entries, a key, is on one server, by its number; a larger one is cut over all (MXNET_KVSTORE_BIGARRAY_BOUND).
 * For machines of several GPUs: each network card carries one vector in place of one for every GPU, where shards has g of them.
 * What the first GPU receives grows with the machine, which hierarchical's ring or equals avoid; and small keys that fall to one
 * server wait for its link.  In one machine nothing goes to servers (kvstore device).
 * Left out: every key has its own GPU in MXNet, here the first has all; and its store that sums on the CPU (dist_sync).
 * Of k of n the first server gathers all alone.  With q machines of g members, S servers, links 1 inside and 2 between:
 * 2 alpha_1 + 2 (g-1) N beta_1 + 2 alpha_2 + 2 max(1, q / S) N beta_2; with servers on the machines' own CPUs, where a server's
 * own machine needs no network, the last term is 2 ((q-1) / S) N beta_2.
 * Source: Chen et al. 2015, "MXNet: A Flexible and Efficient Machine Learning Library for Heterogeneous Distributed Systems",
 * arXiv:1512.01274, section 3.3; MXNet's src/kvstore/kvstore_dist.h for the bound and the number 9973. */
#include "collective/served.h"

typedef struct kvstore { long bound; } kvstore;

enum { UP, BETWEEN, DOWN };

static dt_served kvstore_servers(const kvstore *k, const dt_round *round) {
    if (round->n >= (size_t)k->bound) return (dt_served){ 0, round->servers };
    return (dt_served){ dt_round_part(round) * 9973 % round->servers, 1 };
}

/* ---- inside a machine -------------------------------------------------------------------------- */

/* All to the first; what they bring is added, or only kept. */
static dt_status kvstore_up(const dt_round *round) {
    bool adds = round->kind == DT_REDUCE;
    if (round->self == 0) {
        for (size_t r = 1; r < round->ranks; r++) {
            DT_TRY(dt_round_receive(round, r, 0));
            if (adds) DT_TRY(dt_round_merge(round, round->n));
        }
        return DT_OK;
    }
    dt_sum own = { 0 };
    if (adds) dt_round_add(round, &own, round->self, 1);
    dt_round_post(round, 0, 0, adds ? dt_round_sum_bytes(round, &own, round->n) : dt_round_piece_bytes(round, round->self, 1));
    return dt_round_flush(round);
}

/* The first to all: the result, or the piece of each. */
static dt_status kvstore_down(const dt_round *round) {
    bool piece = round->kind == DT_SCATTER;
    if (round->self > 0) return dt_round_receive(round, 0, 1);
    for (size_t r = 1; r < round->ranks; r++)
        dt_round_post(round, r, 1, piece ? dt_round_piece_bytes(round, r, 1) : dt_round_result_bytes(round, round->n));
    return dt_round_flush(round);
}

static dt_status kvstore_inside(const dt_round *round, dt_exchange_kind kind, long phase) {
    if (kind == DT_EXCHANGE_KINDS) return DT_OK;
    dt_round inside = dt_round_inside(round, kind, phase);
    return phase == UP ? kvstore_up(&inside) : kvstore_down(&inside);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static dt_status kvstore_exchange(const void *state, const dt_round *round) {
    dt_round between;
    if (!dt_round_waits_for_all(round)) return dt_served_exchange(NULL, round);
    DT_TRY(kvstore_inside(round, dt_round_up(round->kind), UP));
    bool leads = dt_round_between(round, round->kind, BETWEEN, &between);
    if (leads && dt_round_sites(round) > 1) DT_TRY(dt_served_push(&between, kvstore_servers(state, round)));
    return kvstore_inside(round, dt_round_down(round->kind), DOWN);
}

static dt_status kvstore_serve(const void *state, const dt_round *round) {
    dt_round between;
    if (!dt_round_waits_for_all(round)) return dt_served_serve(NULL, round);
    if (dt_round_sites(round) == 1 || !dt_round_between(round, round->kind, BETWEEN, &between)) return DT_OK;
    return dt_served_answer(&between, kvstore_servers(state, round));
}

static void kvstore_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    size_t sites = group->sites > 1 ? group->sites : 1, *first = dt_arena_take(scratch, sites, sizeof *first);
    for (size_t s = 0; s < sites; s++) first[s] = group->ranks;
    for (size_t r = 0; r < group->ranks; r++) {
        size_t *leader = &first[sites > 1 ? group->site[r] : 0];
        if (*leader == group->ranks) *leader = r;
        for (size_t s = 0; s < group->servers && *leader == r && sites > 1; s++) {
            way(owner, r, DT_SERVER(s));
            way(owner, DT_SERVER(s), r);
        }
        if (*leader == r) continue;
        way(owner, r, *leader);
        way(owner, *leader, r);
    }
}

static const dt_param kvstore_params[] = {
    DT_INT_PARAM(kvstore, bound, 1000000, 1, 1e15, "entries from which on a part of the vector is cut over all servers; a smaller one is on one of them"),
    { 0 }
};

const dt_collective_type dt_collective_kvstore = {
    .is = { .name = "kvstore", .brief = "MXNet's KVStore: one GPU of each machine sums, and exchanges with parameter servers.",
            .source = "Chen et al. 2015 (MXNet), arXiv:1512.01274", .params = kvstore_params, .state_size = sizeof(kvstore) },
    .sited = true, .peers = true, .sharded = true, .exchange = kvstore_exchange, .serve = kvstore_serve, .ways = kvstore_ways,
};
