/* hierarchical_test.c - what a hierarchical exchange promises beyond what every algorithm does: few bytes between sites, by
 * formula, however many members a site has, and the time of its parts. */
#include "tests/collective/kinds.h"

static double packet;       /* bytes of a share that does not merge; 0: dense */

static dt_status exchange_once(void *arg) {
    member *m = arg;
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    share.wire_bytes = packet;
    share.merges = packet == 0;
    DT_TRY(dt_collective_exchange(m->cast->c, m->rank, &m->cast->scene->what, &share, &result, &outcome));
    dt_vec_drop(result);
    member_ends(m);
    return DT_OK;
}

static scene scene_of(size_t ranks, size_t sites, dt_exchange_kind kind) {
    return (scene){ .name = "hierarchical", .ranks = ranks, .sites = sites, .n = 1003, .what.kind = kind, .act = exchange_once };
}

/* Ring between S leaders: 2 (S - 1) N in all; its halves half of that; a root's parts go through S - 1 leaders. */
static void between_sites_travels_what_a_ring_of_leaders_takes(void **fixture) {
    (void)fixture;
    const double whole = 4 * 1003;
    for (size_t sites = 2; sites <= 5; sites++)
        for (size_t ranks = sites; ranks <= 13; ranks++) {
            double others = (double)sites - 1;
            scene all = scene_of(ranks, sites, DT_ALL_REDUCE), half = scene_of(ranks, sites, DT_REDUCE_SCATTER),
                  gather = scene_of(ranks, sites, DT_ALL_GATHER);
            const outcome_of *out = scene_run(&all);
            assert_near(out->between, 2 * others * whole, 0);
            assert_near(out->bytes - out->between, 2 * (double)(ranks - sites) * whole, 0);      /* up a tree and down */
            assert_near(scene_run(&half)->between, others * whole, 0);
            assert_near(scene_run(&gather)->between, others * whole, 0);
        }
}

/* Each leader brings the packets of its site; a ring of two leaders sends half of those, and the mean in halves. */
static void packets_that_do_not_merge_travel_side_by_side(void **fixture) {
    (void)fixture;
    packet = 40;
    scene s = scene_of(6, 2, DT_ALL_REDUCE);
    s.n = 1000;
    assert_near(scene_run(&s)->between, 2 * (3 * 40) / 2 + 2 * (6 * 40) / 2, 0);
    packet = 0;
}

/* On links that are all alike: log2(k) steps inside, 2 (S - 1) between, and log2(k) inside. */
static void its_time_is_that_of_its_parts(void **fixture) {
    (void)fixture;
    for (size_t each = 1; each <= 4; each *= 2)
        for (size_t sites = 2; sites <= 5; sites += 3) {
            scene s = scene_of(each * sites, sites, DT_ALL_REDUCE);
            s.n = 100000 * sites;
            double whole = 4 * (double)s.n, steps = 2 * log2((double)each), others = (double)sites - 1;
            double law = steps * (alpha + whole * beta) + 2 * others * (alpha + whole / (double)sites * beta);
            assert_near(scene_run(&s)->end_s / law, 1, 1e-6);
        }
}

static void with_one_site_it_is_the_algorithm_inside(void **fixture) {
    (void)fixture;
    for (size_t ranks = 1; ranks <= 9; ranks++) {
        scene one = scene_of(ranks, 1, DT_ALL_REDUCE), tree = one;
        tree.name = "tree";
        const outcome_of *a = scene_run(&one), *b = scene_run(&tree);
        assert_near(a->end_s, b->end_s, 0);
        assert_near(a->bytes, b->bytes, 0);
        assert_near(a->between, 0, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_sites_travels_what_a_ring_of_leaders_takes),
        cmocka_unit_test(packets_that_do_not_merge_travel_side_by_side),
        cmocka_unit_test(its_time_is_that_of_its_parts),
        cmocka_unit_test(with_one_site_it_is_the_algorithm_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
