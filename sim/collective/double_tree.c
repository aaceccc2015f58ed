/* double_tree.c - half of a vector along each of two binary trees, in pieces: a pipeline whose start-ups grow with log2(p) and whose
 * bytes are those of no more than 2 N, for large vectors on many members.  Nearly all who have children in one tree are leaves of
 * the other, so that everybody sends and receives N in a reduce and N in a broadcast.  The root stands above both trees.
 * With h levels below the root and K pieces of each half both take (K + h - 1) (alpha + N beta / K), exactly where the trees are
 * full (p = 2^h), and an all-reduce is one after the other: 2 N beta + 2 (h-1) alpha + 4 sqrt((h-1) alpha N beta) for the best K,
 * sqrt((h-1) N beta / alpha).  NCCL has both directions under way at the same time, which is as fast for the best K of each.
 * What has pieces of members, such as a reduce-scatter, goes along a binomial tree, too.
 * Source: Sanders, Speck, Traeff 2009, "Two-tree algorithms for full bandwidth broadcast, reduction and scan", Parallel Computing
 * 35(12); NCCL 2.4 (Jeaugey 2019, "Massively Scale Your Deep Learning Training with NCCL 2.4"). */
#include "collective/round.h"
#include <math.h>

typedef struct double_tree { double piece; } double_tree;

enum { TREES = 2, BINOMIAL, PIPELINE = BINOMIAL + 2, MOST_PIECES = 1 << 18 };

/* A member in one tree.  Places are in the order of a walk through the tree: 0 is the root, odd ones are leaves, and a place whose
 * lowest bit is b has the places from v - b + 1 to v + b - 1 in its subtree. */
typedef struct branch {
    size_t place, parent, child[2], children;
    size_t height, depth, below[2];             /* below: heights of the children */
    size_t entries, pieces;                     /* of the half of a vector */
    dt_sum sum;                                 /* of the subtree */
} branch;

/* ---- the trees ------------------------------------------------------------------------------- */

static size_t tree_lowest(size_t v) { return v & (~v + 1); }

static size_t tree_parent(size_t v, size_t p) {
    size_t bit = tree_lowest(v), up = (v ^ bit) | bit << 1;
    return up < p ? up : v ^ bit;
}

static size_t tree_children(size_t v, size_t p, size_t child[2]) {
    size_t count = 0, bit = tree_lowest(v) / 2;
    if (v == 0) for (bit = 1; bit * 2 < p; bit *= 2) {}
    if (v > 0 && bit > 0) child[count++] = v - bit;
    while (bit > 0 && v + bit >= p) bit /= 2;
    if (bit > 0) child[count++] = v + bit;
    return count;
}

static size_t tree_height(size_t v, size_t p) {
    size_t child[2], count = tree_children(v, p, child), most = 0;
    for (size_t i = 0; i < count; i++) {
        size_t height = 1 + tree_height(child[i], p);
        most = height > most ? height : most;
    }
    return most;
}

/* The other tree has the places in reverse, or all one further where their number is odd: leaves have children there. */
static size_t tree_place(size_t v, size_t p, size_t tree) { return tree == 0 || v == 0 ? v : p % 2 == 1 ? p - v : v % (p - 1) + 1; }

static size_t tree_member(const dt_round *round, size_t root, size_t place, size_t tree) {
    size_t p = round->ranks, v = tree == 0 || place == 0 ? place : p % 2 == 1 ? p - place : place == 1 ? p - 1 : place - 1;
    return (v + root) % p;
}

static branch branch_of(const double_tree *state, const dt_round *round, size_t root, size_t tree) {
    size_t p = round->ranks, v = tree_place((round->self + p - root) % p, p, tree);
    branch b = { .place = v, .entries = dt_round_cut(round, tree, TREES) };
    double pieces = ceil(4 * (double)((round->n + 1) / TREES) / state->piece * (1 - 1e-12));
    b.children = tree_children(v, p, b.child);
    for (size_t i = 0; i < b.children; i++) b.below[i] = tree_height(b.child[i], p);
    b.height = tree_height(v, p);
    for (size_t up = v; up > 0; up = tree_parent(up, p)) b.depth++;
    if (v > 0) b.parent = tree_member(round, root, tree_parent(v, p), tree);
    for (size_t i = 0; i < b.children; i++) b.child[i] = tree_member(round, root, b.child[i], tree);
    b.pieces = (size_t)fmin(fmax(pieces, 1), MOST_PIECES);
    return b;
}

static size_t branch_piece(const branch *b, size_t k) { return b->entries / b->pieces + (k < b->entries % b->pieces); }

static void branch_add(const dt_round *round, size_t root, size_t tree, branch *b) {
    size_t bit = tree_lowest(b->place), last = b->place + bit - 1;
    for (size_t v = b->place - bit + 1; v <= last && v < round->ranks; v++)
        dt_round_add(round, &b->sum, tree_member(round, root, v, tree), 1);
}

/* ---- pipelines: in step s an edge carries piece s - late, if there is such a piece -------------- */

static long pipe_step(size_t k, size_t tree) { return (long)(PIPELINE + k * TREES + tree); }

static bool pipe_has(const branch *b, size_t s, size_t late) { return s >= late && s - late < b->pieces; }

static dt_status pipe_reduce(const double_tree *state, const dt_round *round, size_t root) {
    branch tree[TREES] = { branch_of(state, round, root, 0), branch_of(state, round, root, 1) };
    size_t steps = tree[0].pieces + (tree[0].height > tree[1].height ? tree[0].height : tree[1].height);
    for (size_t s = 0; s < steps; s++) {
        size_t got = 0;
        for (size_t t = 0; t < TREES; t++) {
            branch *b = &tree[t];
            if (b->place == 0 || !pipe_has(b, s, b->height)) continue;
            if (b->sum.count == 0) branch_add(round, root, t, b);
            dt_round_post(round, b->parent, pipe_step(s - b->height, t),
                          dt_round_sum_bytes(round, &b->sum, branch_piece(b, s - b->height)));
        }
        for (size_t t = 0; t < TREES; t++)
            for (size_t i = 0; i < tree[t].children; i++) {
                size_t late = tree[t].below[i];
                if (!pipe_has(&tree[t], s, late)) continue;
                DT_TRY(dt_round_receive(round, tree[t].child[i], pipe_step(s - late, t)));
                got += branch_piece(&tree[t], s - late);
            }
        DT_TRY(dt_round_flush(round));
        if (got > 0) DT_TRY(dt_round_merge(round, got));
    }
    return DT_OK;
}

static dt_status pipe_broadcast(const double_tree *state, const dt_round *round, size_t root) {
    branch tree[TREES] = { branch_of(state, round, root, 0), branch_of(state, round, root, 1) };
    size_t steps = tree[0].pieces + (tree[0].depth > tree[1].depth ? tree[0].depth : tree[1].depth);
    for (size_t s = 0; s < steps; s++) {
        for (size_t t = 0; t < TREES; t++)
            for (size_t i = 0; pipe_has(&tree[t], s, tree[t].depth) && i < tree[t].children; i++) {
                size_t k = s - tree[t].depth;
                dt_round_post(round, tree[t].child[i], pipe_step(MOST_PIECES + k, t), dt_round_result_bytes(round, branch_piece(&tree[t], k)));
            }
        for (size_t t = 0; t < TREES; t++)
            if (tree[t].depth > 0 && pipe_has(&tree[t], s, tree[t].depth - 1))
                DT_TRY(dt_round_receive(round, tree[t].parent, pipe_step(MOST_PIECES + s - tree[t].depth + 1, t)));
        DT_TRY(dt_round_flush(round));
    }
    return DT_OK;
}

static dt_status double_tree_exchange(const void *state, const dt_round *round) {
    if (round->ranks == 1) return DT_OK;
    switch (round->kind) {
    case DT_ALL_REDUCE: DT_TRY(pipe_reduce(state, round, 0)); return pipe_broadcast(state, round, 0);
    case DT_REDUCE_SCATTER: DT_TRY(pipe_reduce(state, round, 0)); return dt_round_scatter(round, 0, BINOMIAL);
    case DT_ALL_GATHER: DT_TRY(dt_round_gather(round, 0, BINOMIAL)); return pipe_broadcast(state, round, 0);
    case DT_REDUCE: return pipe_reduce(state, round, round->root);
    case DT_BROADCAST: return pipe_broadcast(state, round, round->root);
    case DT_GATHER: return dt_round_gather(round, round->root, BINOMIAL);
    default: return dt_round_scatter(round, round->root, BINOMIAL);
    }
}

static void double_tree_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    (void)state;
    (void)scratch;
    dt_round round = { .ranks = group->ranks };
    for (size_t t = 0; t < TREES; t++)
        for (size_t v = 1; v < group->ranks; v++) {
            size_t from = tree_member(&round, 0, v, t), to = tree_member(&round, 0, tree_parent(v, group->ranks), t);
            way(owner, from, to);
            way(owner, to, from);
        }
}

static const dt_param double_tree_params[] = {
    DT_REAL_PARAM(double_tree, piece, 512 * 1024, 1000, 1e12, "B",
                  "bytes of a piece, of 4 for an entry (NCCL: 512 KiB, an eighth of its buffer): small ones fill the trees sooner, and pay more "
                  "start-ups"),
    { 0 }
};

const dt_collective_type dt_collective_double_tree = {
    .is = { .name = "double_tree",
            .brief = "Double binary tree (NCCL): each half in pieces along a tree of its own: start-ups by log2(p), bytes of 2 N at most.",
            .source = "Sanders, Speck, Traeff 2009; NCCL 2.4", .params = double_tree_params, .state_size = sizeof(double_tree) },
    .exchange = double_tree_exchange, .ways = double_tree_ways,
};
