/* topology_contract.c - what every graph promises, for every count of workers that can form it. */
#include "tests/golden.h"
#include "topology/topology.h"
#include <math.h>

static const size_t counts[] = { 1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 25, 36, 100, 300 };
enum { COUNTS = sizeof counts / sizeof *counts };
#define EACH_TYPE(i) (size_t i = 0; i < dt_topology_room.count; i++)

/* With presets, or, where a parameter must be given, as the golden scenario of the member does. */
static dt_status make_one(size_t i, size_t workers, uint64_t seed, dt_topology *t, dt_arena *run) {
    dt_status status = dt_topology_make(golden_preset(&dt_topology_room, i, run), workers, seed, t, run);
    if (status == DT_OK || !golden_blames(&dt_topology_room, i, "topology")) return status;
    return dt_topology_make(golden_choice(&dt_topology_room, i, run), workers, seed, t, run);
}

/* The graph of the greatest count that it is there for. */
static void make_large(size_t i, size_t most, uint64_t seed, dt_topology *t, dt_arena *run) {
    for (int c = COUNTS; c-- > 0;)
        if (counts[c] <= most && make_one(i, counts[c], seed, t, run) == DT_OK) return;
    fail_msg("%s makes a graph of no count of workers", dt_topology_room.entries[i]->name);
}

/* W_ab, 0 where there is no edge. */
static double between(const dt_topology *t, size_t a, size_t b) {
    if (a == b) return t->self[a];
    for (size_t e = t->start[a]; e < t->start[a + 1]; e++)
        if (t->neighbour[e] == b) return t->weight[e];
    return 0;
}

static void one_and_two_workers_are_enough_where_no_parameter_wants_more(void **fixture) {
    for EACH_TYPE(i)
        for (size_t workers = 1; workers <= 2; workers++) {
            dt_topology t;
            dt_status status = make_one(i, workers, 1, &t, *fixture);
            if (status == DT_EINVAL && golden_blames(&dt_topology_room, i, "topology")) continue;
            assert_int_equal(status, DT_OK);
            assert_int_equal(t.start[workers], 2 * (workers - 1));
            assert_near(t.gap, 1, 1e-12);
        }
}

static void neighbours_ascend_and_know_each_other(void **fixture) {
    for EACH_TYPE(i)
        for (int c = 0; c < COUNTS; c++) {
            dt_topology t;
            if (make_one(i, counts[c], 1, &t, *fixture) != DT_OK) {
                assert_true(strlen(dt_reason()) > 20 && strstr(dt_reason_path(), "topology") != NULL);
                continue;
            }
            assert_int_equal(t.workers, counts[c]);
            assert_int_equal(t.start[0], 0);
            for (size_t r = 0; r < t.workers; r++)
                for (size_t e = t.start[r]; e < t.start[r + 1]; e++) {
                    assert_true(t.neighbour[e] < t.workers && t.neighbour[e] != r);
                    assert_true(e == t.start[r] || t.neighbour[e - 1] < t.neighbour[e]);
                    assert_true(between(&t, t.neighbour[e], r) > 0);
                }
        }
}

static void mixing_is_symmetric_and_doubly_stochastic(void **fixture) {
    for EACH_TYPE(i)
        for (int c = 0; c < COUNTS; c++) {
            dt_topology t;
            if (make_one(i, counts[c], 1, &t, *fixture) != DT_OK) continue;
            double *column = dt_arena_take(*fixture, t.workers, sizeof *column);
            for (size_t r = 0; r < t.workers; r++) {
                double row = t.self[r], degree = (double)(t.start[r + 1] - t.start[r]);
                assert_true(t.self[r] > 0);
                column[r] += t.self[r];
                for (size_t e = t.start[r]; e < t.start[r + 1]; e++) {
                    size_t to = t.neighbour[e];
                    assert_near(t.weight[e], 1 / (1 + fmax(degree, (double)(t.start[to + 1] - t.start[to]))), 1e-15);
                    assert_true(t.weight[e] == between(&t, to, r));
                    row += t.weight[e];
                    column[to] += t.weight[e];
                }
                assert_near(row, 1, 1e-13);
            }
            for (size_t r = 0; r < t.workers; r++) assert_near(column[r], 1, 1e-13);
        }
}

static void gap_is_how_fast_mixing_forgets(void **fixture) {
    for EACH_TYPE(i) {
        enum { MOST = 12, STEPS = 400 };
        dt_topology t;
        double x[MOST], next[MOST], before = 1, after = 1;
        make_large(i, MOST, 1, &t, *fixture);
        const size_t p = t.workers;
        assert_true(t.gap > 0 && t.gap <= 1 + 1e-12);
        if (t.gap > 0.999) continue;        /* forgotten at once */
        for (size_t r = 0; r < p; r++) x[r] = sin(1.0 + 3 * (double)r * (double)r);
        for (int step = 0; step < STEPS; step++) {
            double mean = 0, length = 0;
            for (size_t r = 0; r < p; r++) mean += x[r] / (double)p;
            for (size_t r = 0; r < p; r++) length += (x[r] - mean) * (x[r] - mean);
            before = after;
            after = sqrt(length);
            for (size_t r = 0; r < p; r++) x[r] = (x[r] - mean) / after;
            for (size_t r = 0; r < p; r++) {
                next[r] = t.self[r] * x[r];
                for (size_t e = t.start[r]; e < t.start[r + 1]; e++) next[r] += t.weight[e] * x[t.neighbour[e]];
            }
            memcpy(x, next, sizeof x);
        }
        assert_near(1 - after, t.gap, 1e-6);
        assert_near(before, after, 1e-6);
    }
}

static void equal_seeds_give_equal_graphs(void **fixture) {
    for EACH_TYPE(i) {
        dt_topology a, b;
        make_large(i, 36, 9, &a, *fixture);
        make_large(i, 36, 9, &b, *fixture);
        size_t ends = a.start[a.workers];
        assert_int_equal(a.workers, b.workers);
        assert_memory_equal(a.start, b.start, (a.workers + 1) * sizeof *a.start);
        assert_memory_equal(a.neighbour, b.neighbour, ends * sizeof *a.neighbour);
        assert_memory_equal(a.weight, b.weight, ends * sizeof *a.weight);
        assert_true(a.gap == b.gap);
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_and_two_workers_are_enough_where_no_parameter_wants_more),
        cmocka_unit_test(neighbours_ascend_and_know_each_other),
        cmocka_unit_test(mixing_is_symmetric_and_doubly_stochastic),
        cmocka_unit_test(gap_is_how_fast_mixing_forgets),
        cmocka_unit_test(equal_seeds_give_equal_graphs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
