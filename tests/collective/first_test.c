/* first_test.c - all-reduces that are formed of the first k shares: which those are, when, and what becomes of the late. */
#include "tests/collective/kinds.h"

static double mean_of(size_t first, size_t last, size_t entry) {
    double sum = 0, size = 0;
    for (size_t r = first; r <= last; r++) {
        sum += (double)(r + 1) * of(r, entry);
        size += (double)(r + 1);
    }
    return sum / size;
}

static dt_status member_exchange(member *m, size_t least, dt_outcome *outcome, double *entry) {
    dt_vec *result;
    dt_share share = share_of(m);
    dt_exchange what = { .least = least };
    DT_TRY(dt_collective_exchange(m->cast->c, m->rank, &what, &share, &result, outcome));
    *entry = result->x[3];
    dt_vec_drop(result);
    return DT_OK;
}

/* Steps of 1, 1.5, 2 and 7.5 s: the first three are there every 2 s. */
static dt_status work_unevenly(void *arg) {
    static const double seconds[] = { 1, 1.5, 2, 7.5 };
    member *m = arg;
    outcome_of *out = m->cast->a->out;
    for (int i = 0; i < (m->rank < 3 ? 8 : 2); i++) {
        dt_outcome outcome;
        double entry;
        DT_TRY(dt_port_compute(m->port, 1e9 * seconds[m->rank], NULL, NULL));
        DT_TRY(member_exchange(m, 3, &outcome, &entry));
        out->error = fmax(out->error, fabs(entry / mean_of(0, 2, 3) - 1));
        out->wrong += outcome.count != 3 || outcome.late != (m->rank == 3);
        out->wrong += outcome.number != (m->rank < 3 ? i : i == 0 ? 2 : 6);     /* rank 3 comes at 7.5 s and at 15 s */
        out->late += outcome.late;
    }
    member_ends(m);
    return DT_OK;
}

static void the_mean_is_of_the_first_and_the_late_get_the_newest(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 4, .sites = 2, .n = 25, .real = true, .act = work_unevenly };
        const outcome_of *out = scene_run(&s);
        if (out->status != DT_OK || out->wrong > 0 || out->error > 1e-6 || out->late != 2 || out->in_use > 1)     /* the last is kept for rank 3 */
            fail_msg("%s: status %d, %ld wrong, error %g, %ld late, %zu vectors left", s.name, (int)out->status, out->wrong, out->error,
                     out->late, out->in_use);
        assert_near(out->at_s[2], 16, 0.02);
        assert_near(out->at_s[3], 15, 0.01);
    }
}

static dt_status come_together(void *arg) {
    member *m = arg;
    outcome_of *out = m->cast->a->out;
    for (int i = 0; i < 3; i++) {
        dt_outcome outcome;
        double entry;
        DT_TRY(dt_port_sleep(m->port, 1 - (dt_engine_now(m->cast->a->engine) - i)));
        DT_TRY(member_exchange(m, 2, &outcome, &entry));
        out->error = fmax(out->error, fabs(entry / mean_of(0, 1, 3) - 1));
        out->wrong += outcome.late != (m->rank > 1) || outcome.number != i;
    }
    return DT_OK;
}

static void of_those_who_come_together_the_lowest_ranks_are_first(void **fixture) {
    (void)fixture;
    for (size_t e = 0; e < dt_collective_room.count; e++) {
        scene s = { .name = dt_collective_room.entries[e]->name, .ranks = 5, .sites = 2, .n = 25, .real = true, .act = come_together };
        const outcome_of *out = scene_run(&s);
        if (out->status != DT_OK || out->wrong > 0 || out->error > 1e-6)
            fail_msg("%s: status %d, %ld wrong, error %g", s.name, (int)out->status, out->wrong, out->error);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_is_of_the_first_and_the_late_get_the_newest),
        cmocka_unit_test(of_those_who_come_together_the_lowest_ranks_are_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
