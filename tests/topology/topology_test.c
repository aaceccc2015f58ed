/* topology_test.c - spectral gaps in closed form, the edges of each graph, and edge lists from files. */
#include "tests/test.h"
#include "topology/topology.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static dt_status make(const char *name, const char *key, double value, size_t workers, dt_topology *t, dt_arena *run) {
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, name, run);
    if (key != NULL) dt_config_set_number(node, key, value, run);
    return dt_topology_make(node, workers, 3, t, run);
}

static double gap_of(const char *name, size_t workers, dt_arena *run) {
    dt_topology t;
    assert_ok(make(name, NULL, 0, workers, &t, run));
    return t.gap;
}

static bool joined(const dt_topology *t, size_t a, size_t b) {
    for (size_t e = t->start[a]; e < t->start[a + 1]; e++)
        if (t->neighbour[e] == b) return true;
    return false;
}

static void ring_has_the_eigenvalues_of_a_circle(void **fixture) {
    const size_t counts[] = { 4, 8, 16, 32, 48, 255, 256, 257, 400, 1500 };     /* Lanczos above 256 */
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        double second = 0, least = 1, p = (double)counts[c];
        dt_topology t;
        for (int k = 1; k < (int)p; k++) {
            second = fmax(second, fabs(1.0 / 3 + 2.0 / 3 * cos(2 * M_PI * k / p)));
            least = fmin(least, 1.0 / 3 + 2.0 / 3 * cos(2 * M_PI * k / p));
        }
        assert_ok(make("ring", NULL, 0, counts[c], &t, *fixture));
        assert_near(t.gap / (1 - second), 1, 1e-6);
        assert_near(t.least, least, 1e-9);
    }
    assert_near(gap_of("ring", 48, *fixture), 0.005703, 1e-6);
}

static void torus_has_the_eigenvalues_of_two_circles(void **fixture) {
    assert_near(gap_of("torus", 16, *fixture), 0.4, 1e-12);
    assert_near(gap_of("torus", 900, *fixture), 0.4 * (1 - cos(2 * M_PI / 30)), 1e-9);
}

static void other_gaps_are_in_closed_form(void **fixture) {
    for (size_t p = 3; p < 600; p += 149) {
        assert_near(gap_of("complete", p, *fixture), 1, 1e-9);
        assert_near(gap_of("star", p, *fixture), 1 / (double)p, 1e-9);          /* leaves keep 1 - 1/p */
    }
    assert_near(gap_of("exponential", 8, *fixture), 2.0 / 3, 1e-12);            /* offsets 1, 2, 4, 6, 7 */
}

/* x = W x by the graph of that round. */
static void mix(const dt_topology *t, long round, double *x, dt_arena *run) {
    const dt_graph *g = dt_topology_at(t, round);
    double *next = dt_arena_take(run, t->workers, sizeof *next);
    for (size_t r = 0; r < t->workers; r++) {
        next[r] = g->self[r] * x[r];
        for (size_t e = g->start[r]; e < g->start[r + 1]; e++) next[r] += g->weight[e] * x[g->neighbour[e]];
    }
    memcpy(x, next, t->workers * sizeof *x);
}

static double spread(const double *x, size_t p) {
    double mean = 0, sum = 0;
    for (size_t r = 0; r < p; r++) mean += x[r] / (double)p;
    for (size_t r = 0; r < p; r++) sum += (x[r] - mean) * (x[r] - mean);
    return sqrt(sum);
}

/* By which factor a step shrinks the distance from the mean, after many. */
static double shrinks(const dt_topology *t, dt_arena *run) {
    double *x = dt_arena_take(run, t->workers, sizeof *x), before = 1;
    for (size_t r = 0; r < t->workers; r++) x[r] = sin(1.0 + 3 * (double)r * (double)r);
    for (int step = 0; step < 2000; step++) {
        double now = spread(x, t->workers), mean = 0;
        for (size_t r = 0; r < t->workers; r++) mean += x[r] / (double)t->workers;
        for (size_t r = 0; r < t->workers; r++) x[r] = (x[r] - mean) / now;
        before = spread(x, t->workers);
        mix(t, step, x, run);
    }
    return spread(x, t->workers) / before;
}

/* The spectral gaps that Lin et al. 2021, "Quasi-Global Momentum", work with, to the digits known; consensus alone shrinks by
 * max(|lambda_2|, |lambda_n|) a step. */
static void published_graphs_have_their_gaps(void **fixture) {
    const struct { const char *name; size_t workers; double gap; } known[] = {
        { "ring", 4, .666667 }, { "ring", 8, .195262 }, { "ring", 16, .050747 }, { "ring", 32, .012810 }, { "ring", 48, .005703 },
        { "torus", 16, .4 }, { "star", 8, .125 }, { "exponential", 8, .666667 }, { "exponential", 16, .5 }, { "complete", 9, 1 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        dt_topology t;
        assert_ok(make(known[i].name, NULL, 0, known[i].workers, &t, *fixture));
        assert_near(t.gap, known[i].gap, 1e-6);
        if (known[i].gap < 1) assert_near(shrinks(&t, *fixture), 1 - known[i].gap, 1e-6);
    }
}

/* Half of the weight stays: (1 + lambda_2) / 2 is the largest then, and no eigenvalue is below 0. */
static void lazy_mixing_has_half_the_gap_of_the_largest_eigenvalue(void **fixture) {
    for (size_t p = 4; p <= 64; p *= 2) {
        dt_topology t, lazy;
        dt_config *node = dt_config_new(*fixture);
        dt_config_set_text(node, NULL, "ring", *fixture);
        dt_config_set_bool(node, "lazy", true, *fixture);
        assert_ok(make("ring", NULL, 0, p, &t, *fixture));
        assert_ok(dt_topology_make(node, p, 3, &lazy, *fixture));
        double second = 1.0 / 3 + 2.0 / 3 * cos(2 * M_PI / (double)p);
        assert_near(lazy.gap, (1 - second) / 2, 1e-9);
    }
}

/* After every log2 p rounds all have the mean, wherever in the turn they begin. */
static void one_message_a_round_gives_the_exact_mean(void **fixture) {
    const char *name[] = { "onepeer", "hypercube" };
    for (int i = 0; i < 2; i++)
        for (size_t p = 2, rounds = 1; p <= 512; p *= 2, rounds++) {
            dt_topology t;
            assert_ok(make(name[i], NULL, 0, p, &t, *fixture));
            assert_int_equal(t.graphs, rounds);
            assert_near(t.gap, 1, 0);
            double *x = dt_arena_take(*fixture, p, sizeof *x);
            for (long begin = 0; begin < (long)rounds; begin++) {
                for (size_t r = 0; r < p; r++) x[r] = (double)(r * r % 7);
                for (long round = begin; round < begin + (long)rounds; round++) mix(&t, round, x, *fixture);
                assert_near(spread(x, p), 0, 1e-12);
            }
            for (size_t g = 0; g < t.graphs; g++) assert_int_equal(t.graph[g].start[p], p);        /* one message each */
        }
    dt_topology t;
    assert_refused(make("hypercube", NULL, 0, 6, &t, *fixture), DT_EINVAL, "a power of two as number of workers, got 6: take 4 or 8 workers");
    assert_ok(make("onepeer", NULL, 0, 6, &t, *fixture));
    assert_true(t.graphs == 3 && t.gap > 0.3 && t.gap < 1);
}

static void one_peer_sends_on_and_hears_from_behind(void **fixture) {
    dt_topology t;
    assert_ok(make("onepeer", NULL, 0, 8, &t, *fixture));
    for (size_t g = 0; g < 3; g++)
        for (size_t r = 0; r < 8; r++) {
            assert_int_equal(t.graph[g].to[r], (r + ((size_t)1 << g)) % 8);
            assert_int_equal(t.graph[g].neighbour[r], (r + 8 - ((size_t)1 << g)) % 8);
            assert_near(t.graph[g].weight[r], 0.5, 0);
        }
}

/* Each of a half meets each of the other once in a period; with an odd number every worker of the first half idles once. */
static void halves_shift_past_each_other(void **fixture) {
    for (size_t p = 4; p <= 9; p++) {
        dt_topology t;
        size_t half = (p + 1) / 2, met[9][9] = { { 0 } }, idle[9] = { 0 };
        assert_ok(make("pairs", NULL, 0, p, &t, *fixture));
        assert_int_equal(t.graphs, half);
        for (size_t g = 0; g < half; g++)
            for (size_t r = 0; r < p; r++) {
                size_t degree = t.graph[g].start[r + 1] - t.graph[g].start[r];
                assert_true(degree <= 1);
                if (degree == 0) idle[r]++;
                else met[r][t.graph[g].neighbour[t.graph[g].start[r]]]++;
            }
        for (size_t a = 0; a < p; a++) {
            for (size_t b = 0; b < p; b++) assert_int_equal(met[a][b], (a < half) != (b < half));
            assert_int_equal(idle[a], p % 2 == 1 && a < half);
        }
        assert_true(t.gap > 0);
    }
}

static void random_pairs_are_matchings_that_the_seed_draws(void **fixture) {
    for (size_t p = 102; p <= 301; p += 99) {
        dt_topology t;
        dt_config *node = dt_config_new(*fixture);
        dt_config_set_text(node, NULL, "pairs", *fixture);
        dt_config_set_text(node, "order", "random", *fixture);
        assert_ok(dt_topology_make(node, p, 1, &t, *fixture));
        assert_int_equal(t.graphs, 64);
        for (size_t g = 0; g < t.graphs; g++) assert_int_equal(t.graph[g].start[p], p / 2 * 2);
        assert_true(t.gap > 0.1 && t.gap < 0.6);        /* a random pairing halves the mean square: 1 - sqrt(1/2) = 0.29 */
        assert_memory_not_equal(t.graph[0].neighbour, t.graph[1].neighbour, p / 2 * 2 * sizeof(size_t));
    }
}

static void torus_is_as_square_as_can_be(void **fixture) {
    dt_topology t;
    assert_ok(make("torus", NULL, 0, 12, &t, *fixture));        /* 3 rows of 4 */
    assert_true(joined(&t, 0, 1) && joined(&t, 0, 3) && joined(&t, 0, 4) && joined(&t, 0, 8));
    assert_int_equal(t.start[12], 48);
    assert_ok(make("torus", "rows", 2, 12, &t, *fixture));
    assert_true(joined(&t, 0, 6) && joined(&t, 0, 5) && !joined(&t, 0, 4));
    assert_ok(make("torus", "rows", 1, 7, &t, *fixture));
    assert_int_equal(t.start[7], 14);
    assert_refused(make("torus", NULL, 0, 7, &t, *fixture), DT_EINVAL, "that is not prime, got 7: take 6 or 8");
    assert_refused(make("torus", "rows", 5, 12, &t, *fixture), DT_EINVAL, "divides 12 workers, got 5");
    assert_string_equal(dt_reason_path(), "topology.rows");
}

static void exponential_reaches_powers_of_two(void **fixture) {
    dt_topology t;
    assert_ok(make("exponential", NULL, 0, 11, &t, *fixture));
    for (size_t hop = 1; hop < 11; hop++) {
        bool wanted = hop == 1 || hop == 2 || hop == 4 || hop == 8 || hop == 10 || hop == 9 || hop == 7 || hop == 3;
        assert_int_equal(joined(&t, 5, (5 + hop) % 11), wanted);
    }
}

static void random_regular_is_regular_whatever_the_degree(void **fixture) {
    const size_t cases[][2] = { { 2, 30 }, { 3, 4 }, { 3, 100 }, { 4, 7 }, { 8, 50 }, { 9, 10 }, { 20, 25 }, { 1, 2 } };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        dt_topology t;
        assert_ok(make("random_regular", "degree", (double)cases[c][0], cases[c][1], &t, *fixture));
        for (size_t r = 0; r < t.workers; r++) assert_int_equal(t.start[r + 1] - t.start[r], cases[c][0]);
    }
}

static void random_regular_differs_by_seed(void **fixture) {
    dt_topology a, b;
    dt_config *list = dt_config_new(*fixture);
    dt_config *node = dt_config_set_text(list, NULL, "random_regular", *fixture);
    assert_ok(dt_topology_make(node, 50, 1, &a, *fixture));
    assert_ok(dt_topology_make(node, 50, 2, &b, *fixture));
    assert_memory_not_equal(a.neighbour, b.neighbour, 150 * sizeof *a.neighbour);
}

static void impossible_degrees_are_refused(void **fixture) {
    dt_topology t;
    assert_refused(make("random_regular", "degree", 4, 4, &t, *fixture), DT_EINVAL, "at least 5 workers for 4 neighbours");
    assert_string_equal(dt_reason_path(), "topology.degree");
    assert_refused(make("random_regular", "degree", 3, 7, &t, *fixture), DT_EINVAL, "expected workers x degree to be even, got 7 x 3");
    assert_refused(make("random_regular", "degree", 1, 4, &t, *fixture), DT_EINVAL, "not 4");
}

static dt_status from_file(const char *text, bool packed, size_t workers, dt_topology *t, dt_arena *run) {
    char *name = dt_arena_text(run, "/tmp/dtsim_edges_XXXXXX");
    gzFile out = gzdopen(mkstemp(name), packed ? "wb" : "wbT");
    gzwrite(out, text, (unsigned)strlen(text));
    gzclose(out);
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "file", run);
    dt_config_set_text(node, "path", name, run);
    dt_status status = dt_topology_make(node, workers, 1, t, run);
    unlink(name);
    return status;
}

static void edges_are_read_in_every_spelling(void **fixture) {
    dt_topology t;
    const char *text = "# a path\n\na,b,weight\n0,1,4\n 1 2 # here\n2\t3\t0.5\r\n3;2\n1,1\n0 , 1";
    for (int packed = 0; packed < 2; packed++) {
        assert_ok(from_file(text, packed, 4, &t, *fixture));
        assert_int_equal(t.start[4], 6);
        assert_true(joined(&t, 0, 1) && joined(&t, 1, 2) && joined(&t, 2, 3));
        assert_near(t.gap, 0.195262, 1e-5);
        const double self[] = { 2.0 / 3, 1.0 / 3, 1.0 / 3, 2.0 / 3 };
        for (int e = 0; e < 6; e++) assert_near(t.graph->weight[e], 1.0 / 3, 1e-12);
        for (int r = 0; r < 4; r++) assert_near(t.graph->self[r], self[r], 1e-12);
    }
}

/* All of one half with all of the other: eigenvalues 1, 1/(h+1) and -(h-1)/(h+1), the last the largest of the rest. */
static void a_negative_eigenvalue_counts_by_its_size(void **fixture) {
    for (size_t half = 3; half <= 150; half *= 50) {
        dt_topology t;
        char *text = dt_arena_take(*fixture, half * half, 10), *at = text;
        for (size_t a = 0; a < half; a++)
            for (size_t b = 0; b < half; b++) at += sprintf(at, "%zu %zu\n", a, half + b);
        assert_ok(from_file(text, false, 2 * half, &t, *fixture));
        assert_near(t.gap, 2 / (double)(half + 1), 1e-9);
    }
}

static dt_status from_names(const char *text, size_t workers, long first, dt_topology *t, dt_arena *run) {
    char *path = dt_arena_text(run, "/tmp/dtsim_names_XXXXXX");
    FILE *out = fdopen(mkstemp(path), "w");
    fputs(text, out);
    fclose(out);
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "file", run);
    dt_config_set_text(node, "path", path, run);
    dt_config_set_bool(node, "names", true, run);
    if (first >= 0) dt_config_set_number(node, "first", (double)first, run);
    dt_status status = dt_topology_make(node, workers, 1, t, run);
    unlink(path);
    return status;
}

/* Women and the events that they came to: the women first, in their order, then the events, in the order of the file. */
static void names_become_workers_by_column_and_order(void **fixture) {
    dt_topology t;
    const char *text = "woman,event\nMrs. Rosa Lee,E2\nAnn,E1\n\"Mrs. Rosa Lee\", E1\nAnn,E2\nBea,E2\nAnn,E1\n";
    const char *order[] = { "Mrs. Rosa Lee", "Ann", "Bea", "E2", "E1" };
    assert_ok(from_names(text, 5, -1, &t, *fixture));
    for (int r = 0; r < 5; r++) assert_string_equal(t.name[r], order[r]);
    assert_int_equal(t.start[5], 2 * 5);
    assert_true(joined(&t, 0, 3) && joined(&t, 0, 4) && joined(&t, 1, 3) && joined(&t, 1, 4) && joined(&t, 2, 3));
    /* Metropolis: Bea has one event, E2 three women. */
    assert_near(t.graph->self[2], 0.75, 1e-12);
    assert_ok(from_names("to from\nb a\nc b\n", 3, -1, &t, *fixture));       /* known names of columns say which is which */
    assert_string_equal(t.name[0], "a");
    assert_string_equal(t.name[2], "c");
    assert_ok(make("ring", NULL, 0, 5, &t, *fixture));
    assert_null(t.name);
}

static void names_that_do_not_fit_are_refused(void **fixture) {
    dt_topology t;
    assert_refused(from_names("woman,event\nAnn,E1\nBea,E1\n", 4, -1, &t, *fixture), DT_EINVAL, "expected 4 names, one for each worker, got 3: set workers = 3");
    assert_refused(from_names("Ann,E1\nBea,E1\n", 2, -1, &t, *fixture), DT_EFORMAT, "\"E1\" in it is a worker, too");
    assert_refused(from_names("woman,event\nAnn\n", 2, -1, &t, *fixture), DT_EFORMAT, "line 2: expected the names of two workers, got \"Ann\"");
    assert_refused(from_names("a,b\nAnn,E1\n", 2, 0, &t, *fixture), DT_EINVAL, "with names = true they have names");
    assert_refused(from_names("<graphml/>", 2, -1, &t, *fixture), DT_EINVAL, "is GraphML, whose nodes have names");
    assert_string_equal(dt_reason_path(), "topology.names");
}

static void bad_edge_lists_are_named_by_line(void **fixture) {
    dt_topology t;
    assert_refused(from_file("0 1\na b\n1 2\n", false, 3, &t, *fixture), DT_EFORMAT, "line of an edge list, got \"a b\"");
    assert_refused(from_file("0 1\n1 two\n", false, 3, &t, *fixture), DT_EFORMAT, "line of an edge list, got \"1 two\"");
    assert_refused(from_file("a,b\n0\n", false, 3, &t, *fixture), DT_EFORMAT, "line 2");
    assert_refused(from_file("0 -1\n", false, 3, &t, *fixture), DT_EFORMAT, "line 1");
    assert_refused(from_file("0 1.5\n", false, 3, &t, *fixture), DT_EFORMAT, "line 1");
    assert_refused(from_file("0 1\n0 3\n", false, 3, &t, *fixture), DT_EINVAL, "line 2 names worker 3");
    assert_refused(from_file("0 99999999999999999999999\n", false, 3, &t, *fixture), DT_EINVAL, "line 1 names");
    assert_refused(from_file("0 1\n", false, 3, &t, *fixture), DT_EINVAL, "worker 0 reaches only 2 of 3 workers");
    assert_refused(make("file", NULL, 0, 3, &t, *fixture), DT_EINVAL, "is missing");
    assert_string_equal(dt_reason_path(), "topology.path");
}

static void a_missing_edge_list_is_said(void **fixture) {
    dt_topology t;
    dt_config *node = dt_config_new(*fixture);
    dt_config_set_text(node, NULL, "file", *fixture);
    dt_config_set_text(node, "path", "no/such/file.csv", *fixture);
    assert_refused(dt_topology_make(node, 3, 1, &t, *fixture), DT_ENOTFOUND, "no/such/file.csv");
    dt_config_set_text(node, "path", "/tmp", *fixture);
    assert_refused(dt_topology_make(node, 3, 1, &t, *fixture), DT_EINVAL, "/tmp is not a file");
}

static void karate_club_is_a_graph(void **fixture) {
    dt_topology t;
    const char *folder = getenv("DTSIM_DATA");
    if (folder == NULL || access(dt_arena_text(*fixture, "%s/graphs/karate_club.csv", folder), R_OK) != 0) skip();
    dt_config *node = dt_config_new(*fixture);
    dt_config_set_text(node, NULL, "file", *fixture);
    dt_config_set_text(node, "path", "graphs/karate_club.csv", *fixture);
    assert_ok(dt_topology_make(node, 34, 1, &t, *fixture));
    assert_int_equal(t.start[34], 2 * 78);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ring_has_the_eigenvalues_of_a_circle),
        cmocka_unit_test(torus_has_the_eigenvalues_of_two_circles),
        cmocka_unit_test(other_gaps_are_in_closed_form),
        cmocka_unit_test(published_graphs_have_their_gaps),
        cmocka_unit_test(lazy_mixing_has_half_the_gap_of_the_largest_eigenvalue),
        cmocka_unit_test(one_message_a_round_gives_the_exact_mean),
        cmocka_unit_test(one_peer_sends_on_and_hears_from_behind),
        cmocka_unit_test(halves_shift_past_each_other),
        cmocka_unit_test(random_pairs_are_matchings_that_the_seed_draws),
        cmocka_unit_test(torus_is_as_square_as_can_be),
        cmocka_unit_test(exponential_reaches_powers_of_two),
        cmocka_unit_test(random_regular_is_regular_whatever_the_degree),
        cmocka_unit_test(random_regular_differs_by_seed),
        cmocka_unit_test(impossible_degrees_are_refused),
        cmocka_unit_test(edges_are_read_in_every_spelling),
        cmocka_unit_test(a_negative_eigenvalue_counts_by_its_size),
        cmocka_unit_test(names_become_workers_by_column_and_order),
        cmocka_unit_test(names_that_do_not_fit_are_refused),
        cmocka_unit_test(bad_edge_lists_are_named_by_line),
        cmocka_unit_test(a_missing_edge_list_is_said),
        cmocka_unit_test(karate_club_is_a_graph),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
