/* kinds_contract.c - what every algorithm promises of every kind of exchange: the right numbers at the right members, on slices
 * and on keys, and the published times and bytes. */
#include "tests/collective/kinds.h"

static bool rooted(dt_exchange_kind kind) {
    return kind == DT_REDUCE || kind == DT_GATHER || kind == DT_BROADCAST || kind == DT_SCATTER;
}

/* Piece number i of p of n entries. */
static dt_slice piece(size_t n, size_t p, size_t i) {
    return (dt_slice){ i * (n / p) + (i < n % p ? i : n % p), n / p + (i < n % p) };
}

static size_t owner(size_t n, size_t p, size_t entry) {
    size_t i = 0;
    while (entry >= piece(n, p, i).first + piece(n, p, i).count) i++;
    return i;
}

/* What entry number e of those exchanged should become, where it stands at number at of the vector. */
static double expected(const scene *s, const dt_exchange *what, size_t n, size_t e, size_t at) {
    double sum = 0, size = 0;
    if (what->kind == DT_BROADCAST || what->kind == DT_SCATTER) return of(what->root, at);
    if (what->kind == DT_GATHER || what->kind == DT_ALL_GATHER) return of(owner(n, s->ranks, e), at);
    for (size_t r = 0; r < s->ranks; r++) {
        sum += (double)(r + 1) * of(r, at);
        size += (double)(r + 1);
    }
    return sum / size;
}

static void member_check(const member *m, const dt_exchange *what, const dt_vec *result, const dt_outcome *outcome) {
    const scene *s = m->cast->scene;
    outcome_of *out = m->cast->a->out;
    size_t n = what->slice.count > 0 ? what->slice.count : s->n;
    bool gets = (what->kind != DT_REDUCE && what->kind != DT_GATHER) || m->rank == what->root;
    dt_slice own = piece(n, s->ranks, m->rank);
    out->wrong += (result != NULL) != gets;
    out->wrong += outcome->own.first != own.first || outcome->own.count != own.count;
    out->wrong += gets && outcome->count != (what->kind == DT_BROADCAST || what->kind == DT_SCATTER ? 1 : (long)s->ranks);
    bool part = what->kind == DT_REDUCE_SCATTER || what->kind == DT_SCATTER;
    for (size_t e = part ? own.first : 0; result != NULL && s->real && e < (part ? own.first + own.count : n); e++) {
        size_t at = what->key != NULL ? what->key[e] : what->slice.first + e;
        out->error = fmax(out->error, fabs(result->x[at] / expected(s, what, n, e, at) - 1));
    }
    if (outcome->count == (long)s->ranks && what->kind == DT_ALL_REDUCE && s->real)
        out->wrong += fabs(outcome->value - 2.0 * ((double)s->ranks - 1) / 3) > 1e-9;
}

static dt_status exchange_checked(member *m, const dt_exchange *what) {
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    DT_TRY(dt_collective_exchange(m->cast->c, m->rank, what, &share, &result, &outcome));
    member_check(m, what, result, &outcome);
    dt_vec_drop(result);
    return DT_OK;
}

/* One after another: every kind from every root, of the whole, of a slice and of keys. */
static dt_status exchange_all(void *arg) {
    static const uint32_t key[] = { 1, 2, 3, 11, 17, 18, 36 };
    member *m = arg;
    for (int kind = 0; kind < DT_EXCHANGE_KINDS; kind++)
        for (size_t root = 0; root < (rooted((dt_exchange_kind)kind) ? m->cast->scene->ranks : 1); root++) {
            dt_exchange what = { .kind = (dt_exchange_kind)kind, .root = root };
            DT_TRY(exchange_checked(m, &what));
            what.slice = (dt_slice){ 5, 23 };
            DT_TRY(exchange_checked(m, &what));
            what.slice = (dt_slice){ 0, sizeof key / sizeof *key };
            what.key = key;
            DT_TRY(exchange_checked(m, &what));
        }
    return DT_OK;
}

static void every_kind_comes_out_right_at_every_member(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++)
        for (size_t ranks = 1; ranks <= 9; ranks++)
            for (int real = 0; real < 2; real++) {
                scene s = { .name = dt_collective_room.entries[e]->name, .ranks = ranks, .sites = 1 + ranks % 4, .n = 37,
                            .real = real != 0, .act = exchange_all };
                const outcome_of *out = scene_run(&s);
                if (out->status != DT_OK || out->wrong > 0 || out->error > 1e-6 || out->in_use > 0)
                    fail_msg("%s, %zu ranks in %zu sites: status %d, %ld wrong, error %g, %zu vectors left", s.name, ranks, s.sites,
                             (int)out->status, out->wrong, out->error, out->in_use);
            }
}

/* ---- times and bytes ------------------------------------------------------------------------- */

static const outcome_of *once(const char *name, dt_exchange_kind kind, size_t ranks, size_t n) {
    scene s = { .name = name, .ranks = ranks, .sites = 1, .n = n, .what = { .kind = kind, .root = ranks - 1 }, .act = member_exchanges };
    return scene_run(&s);
}

/* Start-ups and bytes of a law, in alpha and N beta. */
typedef struct law { dt_exchange_kind kind; double alphas, whole; } law;

static void laws(const char *name, size_t ranks, const law *rows, size_t count) {
    for (size_t n = ranks * 48; n < 100000000; n *= 1000)
        for (size_t i = 0; i < count; i++) {
            double should = rows[i].alphas * alpha + rows[i].whole * 4 * (double)n * beta;
            double is = once(name, rows[i].kind, ranks, n)->end_s;
            if (fabs(is / should - 1) > 1e-6)
                fail_msg("%s, kind %d, %zu ranks, n = %zu: %.9g s, should be %.9g", name, (int)rows[i].kind, ranks, n, is, should);
        }
}

static void ring_takes_its_published_times(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks += 7) {
        double p = (double)ranks, part = (p - 1) / p;
        const law ring[] = { { DT_REDUCE_SCATTER, p - 1, part }, { DT_ALL_GATHER, p - 1, part }, { DT_GATHER, p - 1, part },
                             { DT_SCATTER, p - 1, part }, { DT_ALL_REDUCE, 2 * (p - 1), 2 * part },
                             { DT_BROADCAST, 2 * (p - 1), 2 * part }, { DT_REDUCE, 2 * (p - 1), 2 * part } };
        laws("ring", ranks, ring, sizeof ring / sizeof *ring);
    }
}

static void tree_and_halving_take_their_published_times(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 32; ranks *= 4) {
        double p = (double)ranks, steps = log2(p), part = (p - 1) / p;
        const law tree[] = { { DT_BROADCAST, steps, steps }, { DT_REDUCE, steps, steps }, { DT_GATHER, steps, part },
                             { DT_SCATTER, steps, part }, { DT_REDUCE_SCATTER, 2 * steps, steps + part },
                             { DT_ALL_GATHER, 2 * steps, steps + part }, { DT_ALL_REDUCE, 2 * steps, 2 * steps } };
        const law halving[] = { { DT_REDUCE_SCATTER, steps, part }, { DT_ALL_GATHER, steps, part }, { DT_GATHER, steps, part },
                                { DT_SCATTER, steps, part }, { DT_ALL_REDUCE, 2 * steps, 2 * part },
                                { DT_BROADCAST, 2 * steps, 2 * part }, { DT_REDUCE, 2 * steps, 2 * part } };
        laws("tree", ranks, tree, sizeof tree / sizeof *tree);
        laws("halving", ranks, halving, sizeof halving / sizeof *halving);
    }
}

static void star_takes_the_time_of_its_servers_link(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks += 7) {
        double p = (double)ranks, part = (p - 1) / p;
        const law star[] = { { DT_REDUCE_SCATTER, 2, p + 1 }, { DT_ALL_GATHER, 2, p + 1 }, { DT_GATHER, 2, part + 1 },
                             { DT_SCATTER, 2, 1 + part }, { DT_ALL_REDUCE, 2, 2 * p }, { DT_BROADCAST, 2, 1 + (p - 1) },
                             { DT_REDUCE, 2, p + 1 } };
        laws("star", ranks, star, sizeof star / sizeof *star);
    }
}

/* Its servers share what the star's one has, until the members' links are the bottleneck. */
static void shards_take_the_time_of_the_busiest_link(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks += 7) {
        double p = (double)ranks, each = fmax(1, p / SERVERS), piece = fmax(1 / p, 1.0 / SERVERS);
        const law shards[] = { { DT_ALL_REDUCE, 2, 2 * each }, { DT_REDUCE, 2, each + 1 },
                               { DT_BROADCAST, 2, 1 + fmax(1, (p - 1) / SERVERS) }, { DT_REDUCE_SCATTER, 2, each + piece } };
        laws("shards", ranks, shards, sizeof shards / sizeof *shards);
    }
}

/* All pieces at once: as many bytes as around a ring, in one step for each half. */
static void scatter_reduce_takes_two_start_ups(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 16; ranks += 7) {
        double part = ((double)ranks - 1) / (double)ranks;
        const law direct[] = { { DT_REDUCE_SCATTER, 1, part }, { DT_ALL_GATHER, 1, part }, { DT_GATHER, 1, part }, { DT_SCATTER, 1, part },
                               { DT_ALL_REDUCE, 2, 2 * part }, { DT_BROADCAST, 2, 2 * part }, { DT_REDUCE, 2, 2 * part } };
        laws("scatter_reduce", ranks, direct, sizeof direct / sizeof *direct);
    }
}

/* Swapped sums grow with log2(p); a reduce-scatter leaves out what has no use. */
static void doubling_takes_its_published_times(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 32; ranks *= 4) {
        double p = (double)ranks, steps = log2(p), part = (p - 1) / p;
        const law rows[] = { { DT_ALL_REDUCE, steps, steps }, { DT_REDUCE_SCATTER, steps, steps - part }, { DT_ALL_GATHER, steps, part },
                             { DT_REDUCE, steps, steps }, { DT_BROADCAST, steps, steps } };
        laws("doubling", ranks, rows, sizeof rows / sizeof *rows);
    }
    const law folded[] = { { DT_ALL_REDUCE, 3 + 2, 3 + 2 } };
    laws("doubling", 9, folded, 1);
}

/* Rows and columns are as near to a square as divisors allow. */
static void torus2d_takes_its_published_times(void **fixture) {
    (void)fixture;
    const size_t grids[][2] = { { 1, 2 }, { 2, 2 }, { 2, 3 }, { 1, 7 }, { 3, 4 }, { 4, 4 }, { 4, 8 } };
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        double x = (double)grids[i][0], y = (double)grids[i][1], part = (x * y - 1) / (x * y), steps = x + y - 2;
        const law rows[] = { { DT_ALL_REDUCE, 2 * steps, 2 * part }, { DT_REDUCE_SCATTER, steps, part }, { DT_ALL_GATHER, steps, part } };
        laws("torus2d", grids[i][0] * grids[i][1], rows, sizeof rows / sizeof *rows);
    }
}

/* Of uneven pieces, too, every byte is where it should be. */
static void bytes_are_those_of_the_formulas(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 9; ranks++) {
        double p = (double)ranks, whole = 4 * 1003;
        assert_near(once("ring", DT_REDUCE_SCATTER, ranks, 1003)->bytes, (p - 1) * whole, 0);
        assert_near(once("ring", DT_ALL_GATHER, ranks, 1003)->bytes, (p - 1) * whole, 0);
        assert_near(once("tree", DT_BROADCAST, ranks, 1003)->bytes, (p - 1) * whole, 0);
        assert_near(once("tree", DT_REDUCE, ranks, 1003)->bytes, (p - 1) * whole, 0);
        assert_near(once("star", DT_BROADCAST, ranks, 1003)->bytes, p * whole, 0);
        assert_near(once("star", DT_REDUCE_SCATTER, ranks, 1003)->bytes, (p + 1) * whole, 0);
        assert_near(once("shards", DT_ALL_REDUCE, ranks, 1003)->bytes, 2 * p * whole, 0);
        assert_near(once("shards", DT_BROADCAST, ranks, 1003)->bytes, p * whole, 0);
        const char *const least[] = { "scatter_reduce", "torus2d", "double_tree" };
        for (int i = 0; i < 3; i++) assert_near(once(least[i], DT_ALL_REDUCE, ranks, 1003)->bytes, 2 * (p - 1) * whole, 0);
    }
}

/* 4 bytes a value, and 4 a key that is not known to all. */
static void keys_travel_unless_all_know_them(void **fixture) {
    (void)fixture;
    static const uint32_t key[] = { 3, 30, 31, 900 };
    for (int known = 0; known < 2; known++) {
        scene s = { .name = "tree", .ranks = 5, .n = 1003, .act = member_exchanges,
                    .what = { .key = key, .slice = { 0, 4 }, .known = known != 0 } };
        assert_near(scene_run(&s)->bytes, 2 * 4 * 4 * (known != 0 ? 4 : 8), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_out_right_at_every_member),
        cmocka_unit_test(ring_takes_its_published_times),
        cmocka_unit_test(tree_and_halving_take_their_published_times),
        cmocka_unit_test(star_takes_the_time_of_its_servers_link),
        cmocka_unit_test(shards_take_the_time_of_the_busiest_link),
        cmocka_unit_test(scatter_reduce_takes_two_start_ups),
        cmocka_unit_test(doubling_takes_its_published_times),
        cmocka_unit_test(torus2d_takes_its_published_times),
        cmocka_unit_test(bytes_are_those_of_the_formulas),
        cmocka_unit_test(keys_travel_unless_all_know_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
