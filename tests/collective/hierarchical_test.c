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

/* Ring between p members of sites of g each: each of g pieces makes 2 (S - 1) steps, all at the same time; N between sites as
 * before, and in each step of the ring inside a g-th of N. */
static void equals_exchange_their_pieces_at_the_same_time(void **fixture) {
    (void)fixture;
    for (size_t each = 1; each <= 4; each++)
        for (size_t sites = 2; sites <= 5; sites += 3) {
            scene s = scene_of(each * sites, sites, DT_ALL_REDUCE), half = s;
            s.choice = half.choice = "{\"name\": \"hierarchical\", \"form\": \"equals\", \"inside\": \"ring\"}";
            s.n = half.n = 1200 * 100;
            half.what.kind = DT_REDUCE_SCATTER;
            double g = (double)each, others = (double)sites - 1, whole = 4 * (double)s.n, q = (double)sites;
            double law = (g - 1) * (alpha + whole / g * beta) + others * (alpha + whole / g / q * beta);
            const outcome_of *out = scene_run(&s);
            assert_near(out->end_s / (2 * law), 1, 1e-6);
            assert_near(out->between, 2 * others * whole, 0);
            assert_near(out->bytes - out->between, 2 * (g - 1) * whole * q, 0);
            for (size_t r = 0; r < s.ranks; r++) assert_near(out->sent[r] / (2 * ((g - 1) / g + others / q / g) * whole), 1, 1e-12);
            const outcome_of *first = scene_run(&half);
            assert_near(first->end_s / law, 1, 1e-6);
            assert_near(first->bytes, out->bytes / 2, 0);
        }
}

/* Pieces of uneven sizes: what travels between sites is 2 (S - 1) N in all whatever N is. */
static void equals_of_uneven_pieces_lose_no_byte(void **fixture) {
    (void)fixture;
    for (size_t n = 1000; n < 1020; n += 3) {
        scene s = scene_of(12, 3, DT_ALL_REDUCE);
        s.choice = "{\"name\": \"hierarchical\", \"form\": \"equals\", \"inside\": \"halving\", \"between\": \"tree\"}";
        s.n = n;
        const outcome_of *out = scene_run(&s);
        assert_near(out->between, 2 * 2 * 4 * (double)n, 0);
        assert_near(out->bytes - out->between, 2 * 3 * 4 * (double)n * 3, 0);
    }
}

/* What does not merge: in a site as many packets as have been added, each a g-th; between sites those of all members of one. */
static void packets_of_equals_add_up_inside_before_they_go_between(void **fixture) {
    (void)fixture;
    packet = 40;
    scene s = scene_of(4, 2, DT_ALL_REDUCE);
    s.choice = "{\"name\": \"hierarchical\", \"form\": \"equals\", \"inside\": \"ring\"}";
    s.n = 1000;
    const outcome_of *out = scene_run(&s);
    packet = 0;
    assert_near(out->between, 4 * (2 * 40 / 4 + 4 * 40 / 4), 0);
    assert_near(out->bytes - out->between, 4 * (40 / 2 + 4 * 40 / 2), 0);
}

/* Sites of 3, 2 and 2 members. */
static void where_sites_are_uneven_leaders_exchange(void **fixture) {
    (void)fixture;
    scene s = scene_of(7, 3, DT_ALL_REDUCE), leaders = s;
    s.choice = "{\"name\": \"hierarchical\", \"form\": \"equals\"}";
    assert_near(scene_run(&s)->end_s, scene_run(&leaders)->end_s, 0);
    s.n = leaders.n = 1001;
    assert_near(scene_run(&s)->bytes, scene_run(&leaders)->bytes, 0);
}

/* Any member without servers may be a part; told apart by the time that all-reduces of one site take. */
static void any_algorithm_without_servers_may_be_inside(void **fixture) {
    (void)fixture;
    dt_arena *arena = dt_arena_new(0);
    dt_aggregate aggregate;
    assert_int_equal(dt_aggregate_open(&aggregate, NULL, arena), DT_OK);
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        const dt_collective_type *type = dt_collective_of(dt_collective_room.entries[e]);
        const char *choice = dt_arena_text(arena, "{\"name\": \"hierarchical\", \"inside\": \"%s\"}", type->is.name);
        dt_config *config;
        assert_int_equal(dt_config_parse(choice, &config, arena), DT_OK);
        dt_status status = dt_collective_check(config, &aggregate, arena);
        assert_int_equal(status, type->serve != NULL || type->sited ? DT_EINVAL : DT_OK);
        if (status != DT_OK) {
            assert_string_equal(dt_reason_path(), "collective.inside");
            continue;
        }
        scene one = scene_of(6, 1, DT_ALL_REDUCE), alone = one;
        one.choice = choice;
        alone.name = type->is.name;
        assert_near(scene_run(&one)->end_s, scene_run(&alone)->end_s, 0);
    }
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_sites_travels_what_a_ring_of_leaders_takes),
        cmocka_unit_test(packets_that_do_not_merge_travel_side_by_side),
        cmocka_unit_test(its_time_is_that_of_its_parts),
        cmocka_unit_test(with_one_site_it_is_the_algorithm_inside),
        cmocka_unit_test(equals_exchange_their_pieces_at_the_same_time),
        cmocka_unit_test(equals_of_uneven_pieces_lose_no_byte),
        cmocka_unit_test(packets_of_equals_add_up_inside_before_they_go_between),
        cmocka_unit_test(where_sites_are_uneven_leaders_exchange),
        cmocka_unit_test(any_algorithm_without_servers_may_be_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
