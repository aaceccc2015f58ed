/* topology_contract.c - what every graph promises, for every count of workers that can form it. */
#include "tests/golden.h"
#include "topology/topology.h"
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

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
static double between(const dt_graph *t, size_t a, size_t b) {
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

static bool sends(const dt_graph *g, size_t from, size_t to) {
    for (size_t e = g->to_start[from]; e < g->to_start[from + 1]; e++)
        if (g->to[e] == to) return true;
    return false;
}

/* Whom a worker hears ascends, and sends to it; the topology knows all of them, and nobody else. */
static void graph_is_in_order(const dt_topology *t, const dt_graph *g) {
    assert_int_equal(g->start[0], 0);
    assert_int_equal(g->start[t->workers], g->to_start[t->workers]);
    for (size_t r = 0; r < t->workers; r++) {
        assert_int_equal(g->start[r + 1] - g->start[r], g->to_start[r + 1] - g->to_start[r]);
        for (size_t e = g->start[r]; e < g->start[r + 1]; e++) {
            assert_true(g->neighbour[e] < t->workers && g->neighbour[e] != r);
            assert_true(e == g->start[r] || g->neighbour[e - 1] < g->neighbour[e]);
            assert_true(e == g->to_start[r] || g->to[e - 1] < g->to[e]);
            assert_true(sends(g, g->neighbour[e], r));
        }
    }
}

static bool joined(const dt_topology *t, size_t a, size_t b) {
    for (size_t e = t->start[a]; e < t->start[a + 1]; e++)
        if (t->neighbour[e] == b) return true;
    return false;
}

static void together_they_are_the_topology(const dt_topology *t) {
    for (size_t r = 0; r < t->workers; r++)
        for (size_t e = t->start[r]; e < t->start[r + 1]; e++) {
            bool used = false;
            assert_true(joined(t, t->neighbour[e], r));
            for (size_t g = 0; g < t->graphs && !used; g++)
                used = sends(&t->graph[g], r, t->neighbour[e]) || sends(&t->graph[g], t->neighbour[e], r);
            assert_true(used);
        }
    for (size_t g = 0; g < t->graphs; g++)
        for (size_t r = 0; r < t->workers; r++)
            for (size_t e = t->graph[g].start[r]; e < t->graph[g].start[r + 1]; e++)
                assert_true(joined(t, r, t->graph[g].neighbour[e]));
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
            for (size_t g = 0; g < t.graphs; g++) graph_is_in_order(&t, &t.graph[g]);
            together_they_are_the_topology(&t);
        }
}

static bool both_ways(const dt_topology *t, const dt_graph *g) {
    for (size_t r = 0; r < t->workers; r++)
        for (size_t e = g->to_start[r]; e < g->to_start[r + 1]; e++)
            if (!sends(g, g->to[e], r)) return false;
    return true;
}

static double degree(const dt_graph *g, size_t r) { return (double)(g->start[r + 1] - g->start[r]); }

/* Symmetric with Metropolis weights where edges have both directions; else every arc has the same weight. */
static void graph_is_doubly_stochastic(const dt_topology *t, const dt_graph *g, dt_arena *run) {
    double *column = dt_arena_take(run, t->workers, sizeof *column), most = 0;
    bool symmetric = both_ways(t, g);
    for (size_t r = 0; r < t->workers; r++) most = fmax(most, degree(g, r));
    for (size_t r = 0; r < t->workers; r++) {
        double row = g->self[r];
        assert_true(g->self[r] > 0);
        column[r] += g->self[r];
        for (size_t e = g->start[r]; e < g->start[r + 1]; e++) {
            size_t to = g->neighbour[e];
            assert_near(g->weight[e], 1 / (1 + (symmetric ? fmax(degree(g, r), degree(g, to)) : most)), 1e-15);
            if (symmetric) assert_true(g->weight[e] == between(g, to, r));
            row += g->weight[e];
            column[to] += g->weight[e];
        }
        assert_near(row, 1, 1e-13);
    }
    for (size_t r = 0; r < t->workers; r++) assert_near(column[r], 1, 1e-13);
}

static void mixing_is_symmetric_and_doubly_stochastic(void **fixture) {
    for EACH_TYPE(i)
        for (int c = 0; c < COUNTS; c++) {
            dt_topology t;
            if (make_one(i, counts[c], 1, &t, *fixture) != DT_OK) continue;
            for (size_t g = 0; g < t.graphs; g++) graph_is_doubly_stochastic(&t, &t.graph[g], *fixture);
        }
}

/* One period of mixing, as a matrix [p * p]. */
static double *period_of(const dt_topology *t, dt_arena *run) {
    size_t p = t->workers;
    double *x = dt_arena_take(run, p * p, sizeof *x), *next = dt_arena_take(run, p * p, sizeof *next);
    for (size_t r = 0; r < p; r++) x[r * p + r] = 1;
    for (size_t g = 0; g < t->graphs; g++) {
        const dt_graph *now = dt_topology_at(t, (long)g);
        for (size_t r = 0; r < p; r++)
            for (size_t c = 0; c < p; c++) {
                next[r * p + c] = now->self[r] * x[r * p + c];
                for (size_t e = now->start[r]; e < now->start[r + 1]; e++) next[r * p + c] += now->weight[e] * x[now->neighbour[e] * p + c];
            }
        memcpy(x, next, p * p * sizeof *x);
    }
    return x;
}

/* The gap is that of the largest singular value of a period on vectors of mean 0; of one symmetric graph, of the |eigenvalue|. */
static void gap_is_how_fast_mixing_forgets(void **fixture) {
    for EACH_TYPE(i) {
        enum { MOST = 12 };
        dt_topology t;
        make_large(i, MOST, 1, &t, *fixture);
        const size_t p = t.workers;
        double *period = period_of(&t, *fixture), value[MOST];
        for (size_t e = 0; e < p * p; e++) period[e] -= 1 / (double)p;
        gsl_matrix_view m = gsl_matrix_view_array(period, p, p);
        gsl_vector_view s = gsl_vector_view_array(value, p);
        gsl_matrix *v = gsl_matrix_alloc(p, p);
        gsl_vector *work = gsl_vector_alloc(p);
        gsl_linalg_SV_decomp(&m.matrix, v, &s.vector, work);
        gsl_matrix_free(v);
        gsl_vector_free(work);
        assert_true(t.gap > 0 && t.gap <= 1 + 1e-12);
        double forgets = value[0] < 1e-12 ? 1 : 1 - pow(value[0], 1 / (double)t.graphs);
        assert_near(forgets, t.gap, value[0] < 1e-6 ? 1e-2 : 1e-6);      /* a small product is not that precise */
    }
}

static void lazy_mixing_halves_what_comes_from_others(void **fixture) {
    for EACH_TYPE(i) {
        dt_topology t, lazy;
        make_large(i, 12, 1, &t, *fixture);
        dt_config *choice = dt_config_new(*fixture);
        dt_config_set_text(choice, NULL, dt_topology_room.entries[i]->name, *fixture);
        dt_config_set_bool(choice, "lazy", true, *fixture);
        if (dt_topology_make(choice, t.workers, 1, &lazy, *fixture) != DT_OK) continue;       /* it needs a parameter */
        assert_int_equal(lazy.graphs, t.graphs);
        for (size_t g = 0; g < t.graphs; g++)
            for (size_t r = 0; r < t.workers; r++) {
                assert_near(lazy.graph[g].self[r], (1 + t.graph[g].self[r]) / 2, 1e-15);
                for (size_t e = t.graph[g].start[r]; e < t.graph[g].start[r + 1]; e++)
                    assert_near(lazy.graph[g].weight[e], t.graph[g].weight[e] / 2, 0);
            }
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
        assert_int_equal(a.graphs, b.graphs);
        for (size_t g = 0; g < a.graphs; g++) {
            size_t heard = a.graph[g].start[a.workers];
            assert_memory_equal(a.graph[g].neighbour, b.graph[g].neighbour, heard * sizeof *a.neighbour);
            assert_memory_equal(a.graph[g].weight, b.graph[g].weight, heard * sizeof *a.graph->weight);
        }
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
        cmocka_unit_test(lazy_mixing_halves_what_comes_from_others),
        cmocka_unit_test(equal_seeds_give_equal_graphs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
