/* torus2d.c - members in a grid: a reduce-scatter along rows, an all-reduce of what that leaves along columns, an all-gather along
 * rows, each a ring: a ring's bytes with 2 (X + Y - 2) start-ups instead of 2 (p - 1), for many members with equal links.
 * Rows are the sites where there are several of equal size, which is then a hierarchical all-reduce in which everybody takes part:
 * links between sites carry 2 ((Y-1)/Y) N in all.  Else X is the largest divisor of p up to its root: of a prime, a ring is left.
 * Source: Mikami et al. 2018, "Massively Distributed SGD: ImageNet/ResNet-50 Training in a Flash", arXiv:1811.05233, section 3.2:
 * 2 (X + Y - 2) alpha + 2 ((p-1)/p) N beta.  Kinds with a root gather or scatter the pieces along a binomial tree. */
#include "collective/round.h"

typedef struct torus2d { long columns; } torus2d;

enum { BINOMIAL, ALONG = BINOMIAL + 2 };

typedef struct grid { size_t columns, rows, x, y; } grid;

/* each: members of every site; 0: there is one site, or they differ. */
static size_t torus2d_columns(const torus2d *t, size_t p, size_t each) {
    size_t columns = 1;
    if (t->columns > 0 && p % (size_t)t->columns == 0) return (size_t)t->columns;
    if (each > 0) return each;
    for (size_t c = 1; c * c <= p; c++)
        if (p % c == 0) columns = c;
    return columns;
}

static size_t torus2d_at(const grid *g, size_t x, size_t y) { return y % g->rows * g->columns + x % g->columns; }

/* Entries, and bytes of the result, of the pieces of a column. */
static size_t torus2d_entries(const dt_round *round, const grid *g, size_t x) {
    size_t sum = 0;
    for (size_t y = 0; y < g->rows; y++) sum += dt_round_pieces(round, torus2d_at(g, x, y), 1);
    return sum;
}
static double torus2d_bytes(const dt_round *round, const grid *g, size_t x) {
    double sum = 0;
    for (size_t y = 0; y < g->rows; y++) sum += dt_round_piece_bytes(round, torus2d_at(g, x, y), 1);
    return sum;
}

static dt_status torus2d_pass(const dt_round *round, size_t next, size_t before, long step, double bytes) {
    dt_round_post(round, next, step, bytes);
    DT_TRY(dt_round_receive(round, before, step));
    return dt_round_flush(round);
}

static long torus2d_step(const grid *g, size_t move, size_t s) { return (long)(ALONG + move * (g->columns + g->rows) + s); }

/* Afterwards a member has the sum over its row of its column's pieces, then the sum over all of its own. */
static dt_status torus2d_reduce_scatter(const dt_round *round, const grid *g) {
    size_t right = torus2d_at(g, g->x + 1, g->y), left = torus2d_at(g, g->x + g->columns - 1, g->y);
    size_t down = torus2d_at(g, g->x, g->y + 1), up = torus2d_at(g, g->x, g->y + g->rows - 1);
    dt_sum row = { 0 }, all = { 0 };
    for (size_t s = 0; s + 1 < g->columns; s++) {
        size_t x = g->x + 2 * g->columns - s;
        dt_round_add(round, &row, torus2d_at(g, x, g->y), 1);
        DT_TRY(torus2d_pass(round, right, left, torus2d_step(g, 0, s), dt_round_sum_bytes(round, &row, torus2d_entries(round, g, x - 1))));
        DT_TRY(dt_round_merge(round, torus2d_entries(round, g, x - 2)));
    }
    for (size_t s = 0; s + 1 < g->rows; s++) {
        size_t y = g->y + 2 * g->rows - s;
        dt_round_add(round, &all, torus2d_at(g, 0, y), g->columns);
        size_t entries = dt_round_pieces(round, torus2d_at(g, g->x, y - 1), 1);
        DT_TRY(torus2d_pass(round, down, up, torus2d_step(g, 1, s), dt_round_sum_bytes(round, &all, entries)));
        DT_TRY(dt_round_merge(round, dt_round_pieces(round, torus2d_at(g, g->x, y - 2), 1)));
    }
    return DT_OK;
}

static dt_status torus2d_all_gather(const dt_round *round, const grid *g) {
    size_t right = torus2d_at(g, g->x + 1, g->y), left = torus2d_at(g, g->x + g->columns - 1, g->y);
    size_t down = torus2d_at(g, g->x, g->y + 1), up = torus2d_at(g, g->x, g->y + g->rows - 1);
    for (size_t s = 0; s + 1 < g->rows; s++) {
        double bytes = dt_round_piece_bytes(round, torus2d_at(g, g->x, g->y + g->rows - s), 1);
        DT_TRY(torus2d_pass(round, down, up, torus2d_step(g, 2, s), bytes));
    }
    for (size_t s = 0; s + 1 < g->columns; s++)
        DT_TRY(torus2d_pass(round, right, left, torus2d_step(g, 3, s), torus2d_bytes(round, g, g->x + g->columns - s)));
    return DT_OK;
}

static dt_status torus2d_go(const dt_round *round, const grid *g) {
    switch (round->kind) {
    case DT_ALL_REDUCE: DT_TRY(torus2d_reduce_scatter(round, g)); return torus2d_all_gather(round, g);
    case DT_REDUCE_SCATTER: return torus2d_reduce_scatter(round, g);
    case DT_ALL_GATHER: return torus2d_all_gather(round, g);
    case DT_REDUCE: DT_TRY(torus2d_reduce_scatter(round, g)); return dt_round_gather(round, round->root, BINOMIAL);
    case DT_BROADCAST: DT_TRY(dt_round_scatter(round, round->root, BINOMIAL)); return torus2d_all_gather(round, g);
    case DT_GATHER: return dt_round_gather(round, round->root, BINOMIAL);
    default: return dt_round_scatter(round, round->root, BINOMIAL);
    }
}

static dt_status torus2d_exchange(const void *state, const dt_round *round) {
    size_t each;
    dt_round sorted = dt_round_by_site(round, &each);
    size_t columns = torus2d_columns(state, sorted.ranks, each);
    grid g = { columns, sorted.ranks / columns, sorted.self % columns, sorted.self / columns };
    return torus2d_go(&sorted, &g);
}

/* ---- ways ------------------------------------------------------------------------------------ */

/* Ranks, one site after another; members of every site, or 0. */
static size_t torus2d_sort(const dt_group *group, size_t *rank) {
    size_t placed = 0, each = 0;
    bool even = group->sites > 1 && group->site != NULL;
    for (size_t s = 0; s < (even ? group->sites : 1); s++) {
        size_t begin = placed;
        for (size_t r = 0; r < group->ranks; r++)
            if (!even || group->site[r] == s) rank[placed++] = r;
        if (placed == begin) continue;
        if (each == 0) each = placed - begin;
        else if (placed - begin != each) each = group->ranks + 1;
    }
    return even && each < group->ranks ? each : 0;
}

static void torus2d_ways(const void *state, const dt_group *group, dt_way *way, void *owner, dt_arena *scratch) {
    size_t *rank = dt_arena_take(scratch, group->ranks, sizeof *rank), each = torus2d_sort(group, rank);
    grid g = { .columns = torus2d_columns(state, group->ranks, each) };
    g.rows = group->ranks / g.columns;
    for (size_t i = 0; i < group->ranks; i++) {
        size_t right = torus2d_at(&g, i % g.columns + 1, i / g.columns), down = torus2d_at(&g, i % g.columns, i / g.columns + 1);
        if (right != i) way(owner, rank[i], rank[right]);
        if (down != i) way(owner, rank[i], rank[down]);
    }
}

static const dt_param torus2d_params[] = {
    DT_INT_PARAM(torus2d, columns, 0, 0, 1e6,
                 "members of a row, a divisor of their number; 0, or while failures leave no such number: those of a site where all sites have "
                 "equally many, else the largest divisor up to the root"),
    { 0 }
};

const dt_collective_type dt_collective_torus2d = {
    .is = { .name = "torus2d", .brief = "2D-torus all-reduce: rings along rows, then columns: least bytes, start-ups by the root of p.",
            .source = "Mikami et al. 2018, arXiv:1811.05233", .params = torus2d_params, .state_size = sizeof(torus2d) },
    .sited = true, .exchange = torus2d_exchange, .ways = torus2d_ways,
};
