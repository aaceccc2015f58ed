/* double_tree_test.c - what a double binary tree promises beyond what every algorithm does: the time of its pipeline, and that
 * nobody sends more than two vectors. */
#include "tests/collective/kinds.h"

/* Each half is 2 n bytes, in so many pieces. */
static const outcome_of *in_pieces(size_t ranks, dt_exchange_kind kind, size_t pieces, size_t n) {
    static char choice[100];
    snprintf(choice, sizeof choice, "{\"name\": \"double_tree\", \"piece\": %.17g}", 2.0 * (double)n / (double)pieces);
    scene s = { .name = "double_tree", .choice = choice, .ranks = ranks, .sites = 1, .n = n, .what = { .kind = kind, .root = ranks - 1 }, .act = member_exchanges };
    return scene_run(&s);
}

/* Full trees of h levels below the root: (K + h - 1) (alpha + N beta / K) for each direction. */
static void full_trees_take_the_time_of_their_pipeline(void **fixture) {
    (void)fixture;
    for (size_t h = 1; h <= 5; h++)
        for (size_t pieces = 1; pieces <= 100; pieces *= 10) {
            size_t n = 1600000;
            double law = (double)(pieces + h - 1) * (alpha + 4 * (double)n * beta / (double)pieces);
            assert_near(in_pieces((size_t)1 << h, DT_REDUCE, pieces, n)->end_s / law, 1, 1e-6);
            assert_near(in_pieces((size_t)1 << h, DT_BROADCAST, pieces, n)->end_s / law, 1, 1e-6);
            assert_near(in_pieces((size_t)1 << h, DT_ALL_REDUCE, pieces, n)->end_s / law, 2, 2e-6);
        }
}

/* No levels are deeper than those of the next full tree, and two levels less is not enough. */
static void other_trees_take_no_longer_than_the_next_full_one(void **fixture) {
    (void)fixture;
    for (size_t ranks = 3; ranks <= 17; ranks++) {
        size_t n = 1600000, pieces = 20;
        double h = ceil(log2((double)ranks)), step = alpha + 4 * (double)n * beta / (double)pieces;
        double found = in_pieces(ranks, DT_ALL_REDUCE, pieces, n)->end_s;
        if (found > 2 * ((double)pieces + h - 1) * step * (1 + 1e-6) || found < 2 * ((double)pieces - 1) * step)
            fail_msg("%zu ranks: %g s, of a full tree %g s", ranks, found, 2 * ((double)pieces + h - 1) * step);
    }
}

static void nobody_sends_more_than_two_vectors(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 17; ranks++) {
        const outcome_of *out = in_pieces(ranks, DT_ALL_REDUCE, 10, 16000);
        for (size_t r = 0; r < ranks; r++)
            if (out->sent[r] > 2 * 64000) fail_msg("%zu ranks: rank %zu sends %g B", ranks, r, out->sent[r]);
        assert_near(out->bytes, 2 * (double)(ranks - 1) * 64000, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_trees_take_the_time_of_their_pipeline),
        cmocka_unit_test(other_trees_take_no_longer_than_the_next_full_one),
        cmocka_unit_test(nobody_sends_more_than_two_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
