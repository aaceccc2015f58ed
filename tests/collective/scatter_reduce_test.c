/* scatter_reduce_test.c - what scatter-reduce promises beyond what every algorithm does: the time of forming pieces, and
 * aggregates that need all values of an entry. */
#include "tests/collective/kinds.h"

static dt_status exchange_once(void *arg) {
    member *m = arg;
    dt_vec *result;
    dt_outcome outcome;
    dt_share share = share_of(m);
    DT_TRY(dt_collective_exchange(m->cast->c, m->rank, &m->cast->scene->what, &share, &result, &outcome));
    if (m->cast->scene->real)
        ((outcome_of *)m->cast->a->out)->error += fabs(result->x[3] / of(2, 3) - 1);
    dt_vec_drop(result);
    member_ends(m);
    return DT_OK;
}

static scene scene_of(size_t ranks, size_t n) {
    return (scene){ .name = "scatter_reduce", .ranks = ranks, .sites = 1, .n = n, .act = exchange_once };
}

/* 1 Gf/s: each member adds p pieces of n / p entries. */
static void forming_a_piece_is_charged_to_its_member(void **fixture) {
    (void)fixture;
    for (size_t ranks = 2; ranks <= 8; ranks *= 2) {
        scene s = scene_of(ranks, 800000);
        double bytes = 4 * (double)s.n, law = 2 * alpha + 2 * ((double)ranks - 1) / (double)ranks * bytes * beta;
        s.flops = 3;
        assert_near(scene_run(&s)->end_s / (law + 3 * (double)s.n / 1e9), 1, 1e-6);
    }
}

/* Of 1, 2, .. 5 hundred the middle is the third; krum compares whole vectors, which nobody has. */
static void it_forms_a_median_and_no_krum(void **fixture) {
    (void)fixture;
    scene s = scene_of(5, 10);
    dt_arena *arena = dt_arena_new(1 << 16);
    dt_aggregate krum;
    s.real = true;
    s.aggregate = "median";
    assert_near(scene_run(&s)->error, 0, 1e-6);
    assert_int_equal(dt_aggregate_open(&krum, named("krum", arena), arena), DT_OK);
    assert_int_equal(dt_collective_check(named("scatter_reduce", arena), &krum, arena), DT_EINVAL);
    dt_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forming_a_piece_is_charged_to_its_member),
        cmocka_unit_test(it_forms_a_median_and_no_krum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
