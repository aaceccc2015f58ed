/* dist_test.c - means and variances in closed form, refusals, and traces from files. */
#include "tests/test.h"
#include "distribution/distribution.h"
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum { DRAWS = 100000 };

typedef struct law { const char *name, *key[2]; double value[2], mean, variance; } law;

static const law laws[] = {
    { "constant", { "value" }, { 2.5 }, 2.5, 0 },
    { "exponential", { "mean" }, { 3 }, 3, 9 },
    { "shifted_exponential", { "shift", "mean" }, { 0.7, 0.3 }, 1, 0.09 },
    { "pareto", { "scale", "shape" }, { 2, 6 }, 2.4, 4 * 6 / (25.0 * 4) },
    { "lognormal", { "mean", "sigma" }, { 2, 0.5 }, 2, 4 * 0.2840254166877415 },
    { "normal", { "mean", "sd" }, { 5, 0.5 }, 5, 0.25 },
    { "normal", { "mean", "sd" }, { 0, 2 }, 1.5957691216057308, 4 * (1 - 2 / M_PI) },
    { "normal", { "mean", "sd" }, { 1, 1 }, 1.2875999709391783, 0.62968628427 },
    { "uniform", { "low", "high" }, { 1, 4 }, 2.5, 0.75 },
    { "bimodal", { "slow", "share" }, { 5, 0.1 }, 1.4, 16 * 0.09 },
};

static void open_law(dt_distribution *d, const law *l, dt_arena *run) {
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, l->name, run);
    for (int k = 0; k < 2 && l->key[k] != NULL; k++) dt_config_set_number(node, l->key[k], l->value[k], run);
    assert_ok(dt_distribution_open(d, node, "jitter", run));
}

static void moments_are_those_of_the_formula(void **fixture) {
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        dt_distribution d;
        double sum = 0, square = 0, fourth = 0;
        dt_rng *rng = dt_rng_stream(*fixture, 4, 0, "jitter");
        open_law(&d, &laws[i], *fixture);
        assert_near(dt_distribution_mean(&d, 0), laws[i].mean, 1e-12);
        for (long k = 0; k < DRAWS; k++) {
            double gap = dt_distribution_draw(&d, rng, 0, k) - laws[i].mean;
            sum += gap;
            square += gap * gap;
            fourth += gap * gap * gap * gap;
        }
        double variance = square / DRAWS;
        assert_true(fabs(sum / DRAWS) <= 5 * sqrt(laws[i].variance / DRAWS) + 1e-12);
        double error = sqrt(fmax(0, fourth / DRAWS - variance * variance) / DRAWS);
        if (fabs(variance - laws[i].variance) > 5 * error + 1e-12)
            fail_msg("%s: variance %g +- %g, not %g", laws[i].name, variance, error, laws[i].variance);
    }
}

static void a_bare_number_is_a_constant(void **fixture) {
    dt_arena *run = *fixture;
    dt_distribution d;
    dt_config *list = dt_config_new(run);
    assert_ok(dt_distribution_open(&d, dt_config_set_number(list, NULL, 0.25, run), "compute.seconds", run));
    assert_true(dt_distribution_draw(&d, NULL, 0, 0) == 0.25 && dt_distribution_mean(&d, 0) == 0.25);
    assert_ok(dt_distribution_open(&d, NULL, "jitter", run));
    assert_true(dt_distribution_draw(&d, NULL, 0, 5) == 1);
    assert_refused(dt_distribution_open(&d, dt_config_set_number(list, NULL, -1, run), "jitter", run), DT_EINVAL, "-1");
    assert_string_equal(dt_reason_path(), "jitter.value");
}

static void a_delay_may_carry_its_unit(void **fixture) {
    dt_arena *run = *fixture;
    dt_distribution d;
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "exponential", run);
    dt_config_set_text(node, "mean", "40ms", run);
    assert_ok(dt_distribution_open(&d, node, "compute.seconds", run));
    assert_near(dt_distribution_mean(&d, 0), 0.04, 1e-15);
}

static void a_tail_without_mean_says_so(void **fixture) {
    dt_distribution d;
    const law heavy = { "pareto", { "shape" }, { 1 }, 0, 0 };
    open_law(&d, &heavy, *fixture);
    assert_true(isinf(dt_distribution_mean(&d, 0)));
}

static void bounds_in_wrong_order_are_refused(void **fixture) {
    dt_distribution d;
    dt_config *node = dt_config_new(*fixture);
    dt_config_set_text(node, NULL, "uniform", *fixture);
    dt_config_set_number(node, "low", 2, *fixture);
    assert_refused(dt_distribution_open(&d, node, "jitter", *fixture), DT_EINVAL, "at least low, 2");
    assert_string_equal(dt_reason_path(), "jitter.high");
}

/* A trace of text with up to two text parameters. */
static dt_status open_trace(dt_distribution *d, const char *text, bool packed, const char *const *pairs, dt_arena *run) {
    char *name = dt_arena_text(run, "/tmp/dtsim_trace_XXXXXX");
    gzFile out = gzdopen(mkstemp(name), packed ? "wb" : "wbT");
    gzwrite(out, text, (unsigned)strlen(text));
    gzclose(out);
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "trace", run);
    dt_config_set_text(node, "path", name, run);
    for (; *pairs != NULL; pairs += 2) {
        if (strcmp(pairs[1], "false") == 0) dt_config_set_bool(node, pairs[0], false, run);
        else dt_config_set_text(node, pairs[0], pairs[1], run);
    }
    dt_status status = dt_distribution_open(d, node, "jitter", run);
    unlink(name);
    return status;
}
#define PAIRS(...) (const char *const[]){ __VA_ARGS__, NULL }

static const char table[] = "worker,time,note\n0,2,a\n1,,b\n0,4,c\r\n1,3,d\n\n0,6,e\n";

static void a_trace_plays_in_order(void **fixture) {
    dt_distribution d;
    const double wanted[] = { 2, 4, 3, 6, 2, 4 };
    for (int packed = 0; packed < 2; packed++) {
        assert_ok(open_trace(&d, table, packed, PAIRS("column", "time", "order", "sequence", "normalise", "false"),
                             *fixture));
        for (long k = 0; k < 6; k++) assert_true(dt_distribution_draw(&d, NULL, 0, k) == wanted[k]);
        assert_near(dt_distribution_mean(&d, 0), 3.75, 1e-15);
    }
}

static void a_trace_has_mean_one_unless_told_otherwise(void **fixture) {
    dt_distribution d;
    assert_ok(open_trace(&d, table, false, PAIRS("column", "time", "where", "worker=0", "order", "sequence"),
                         *fixture));
    assert_near(dt_distribution_draw(&d, NULL, 0, 0), 0.5, 1e-15);
    assert_near(dt_distribution_draw(&d, NULL, 0, 2), 1.5, 1e-15);
    assert_near(dt_distribution_mean(&d, 0), 1, 1e-15);
    assert_ok(open_trace(&d, table, false, PAIRS("column", "time", "scale", "40ms"), *fixture));
    assert_near(dt_distribution_mean(&d, 0), 0.04, 1e-15);
}

static void a_random_trace_draws_every_row_alike(void **fixture) {
    dt_distribution d;
    long count[7] = { 0 };
    dt_rng *rng = dt_rng_stream(*fixture, 1, 0, "jitter");
    assert_ok(open_trace(&d, table, false, PAIRS("column", "time", "normalise", "false"), *fixture));
    for (long k = 0; k < 4000; k++) count[lround(dt_distribution_draw(&d, rng, 0, k))]++;
    for (int x = 2; x <= 6; x++)
        if (x != 5) assert_true(labs(count[x] - 1000) < 5 * 28);
}

static void bad_traces_are_named(void **fixture) {
    dt_distribution d;
    dt_arena *run = *fixture;
    assert_refused(open_trace(&d, table, false, PAIRS("column", "tmie"), run), DT_EINVAL, "did you mean \"time\"");
    assert_string_equal(dt_reason_path(), "jitter.column");
    assert_refused(open_trace(&d, table, false, PAIRS("column", "note"), run), DT_EFORMAT, "line 2: expected a number of at least 0, got \"a\"");
    assert_refused(open_trace(&d, table, false, PAIRS("where", "worker"), run), DT_EINVAL, "column=value");
    assert_refused(open_trace(&d, table, false, PAIRS("column", "time", "where", "worker=9"), run), DT_EFORMAT,
                   "no values where worker=9");
    assert_refused(open_trace(&d, "a,b\n1,2\n3\n", false, PAIRS("column", "b"), run), DT_EFORMAT,
                   "line 3: expected 2 fields");
    assert_refused(open_trace(&d, "a\n-1\n", false, PAIRS("column", "a"), run), DT_EFORMAT, "line 2: expected a number of at least 0, got \"-1\"");
    assert_refused(open_trace(&d, "a\n0\n", false, PAIRS("column", "a"), run), DT_EFORMAT, "all 0");
    assert_refused(open_trace(&d, "a\n1e308\n1e308\n", false, PAIRS("column", "a"), run), DT_EFORMAT, "is infinite");
    assert_refused(open_trace(&d, "", false, PAIRS("column", "a"), run), DT_EFORMAT, "no values");
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "trace", run);
    assert_refused(dt_distribution_open(&d, node, "jitter", run), DT_EINVAL, "is missing");
    dt_config_set_text(node, "path", "no/such.csv", run);
    assert_refused(dt_distribution_open(&d, node, "jitter", run), DT_ENOTFOUND, "no/such.csv");
    assert_string_equal(dt_reason_path(), "jitter.path");
}

static const char wide[] = "w0,w1,w2\n1,10,4\n3,20,\n2,30,8\n";

static void plays(const dt_distribution *d, long rank, const double *wanted, long count) {
    for (long k = 0; k < 2 * count; k++) assert_near(dt_distribution_draw(d, NULL, rank, k), wanted[k % count], 1e-12);
}

static void every_worker_plays_its_own_column_row_or_label(void **fixture) {
    dt_distribution d;
    assert_ok(open_trace(&d, wide, false, PAIRS("order", "own", "normalise", "false"), *fixture));
    assert_ok(dt_distribution_fit(&d, "jitter", 3));
    plays(&d, 0, (double[]){ 1, 3, 2 }, 3);
    plays(&d, 1, (double[]){ 10, 20, 30 }, 3);
    plays(&d, 2, (double[]){ 4, 8 }, 2);
    assert_ok(open_trace(&d, wide, false, PAIRS("order", "own", "own", "row", "normalise", "false"), *fixture));
    plays(&d, 0, (double[]){ 1, 10, 4 }, 3);
    plays(&d, 1, (double[]){ 3, 20 }, 2);
    assert_ok(open_trace(&d, "5\n6\n7\n", false, PAIRS("order", "own", "normalise", "false"), *fixture));
    plays(&d, 2, (double[]){ 7 }, 1);
    assert_ok(open_trace(&d, "who,s\nw10,5\nw9,7\nw10,6\nw9,8\n", false,
                         PAIRS("order", "own", "worker", "who", "normalise", "false"), *fixture));
    plays(&d, 0, (double[]){ 7, 8 }, 2);
    plays(&d, 1, (double[]){ 5, 6 }, 2);
}

static void own_values_keep_their_means_and_are_scaled_alike(void **fixture) {
    dt_distribution d;
    assert_ok(open_trace(&d, wide, false, PAIRS("order", "own"), *fixture));
    const double mean = 78.0 / 8;
    const double own[] = { 2 / mean, 20 / mean, 6 / mean };
    for (long r = 0; r < 3; r++) {
        assert_near(dt_distribution_mean(&d, r), own[r], 1e-12);
        assert_near(dt_distribution_once(&d, NULL, r), own[r], 1e-12);
    }
    assert_near(dt_distribution_draw(&d, NULL, 1, 0), 10 / mean, 1e-12);
}

static void what_is_drawn_once_is_a_row_a_worker(void **fixture) {
    dt_distribution d;
    assert_ok(open_trace(&d, "5\n6\n7\n", false, PAIRS("order", "sequence", "normalise", "false"), *fixture));
    for (long r = 0; r < 3; r++) assert_true(dt_distribution_once(&d, NULL, r) == 5 + (double)r);
}

static void own_values_that_are_not_there_for_all_are_refused(void **fixture) {
    dt_distribution d;
    dt_arena *run = *fixture;
    assert_ok(open_trace(&d, wide, false, PAIRS("order", "own"), run));
    assert_refused(dt_distribution_fit(&d, "jitter", 4), DT_EINVAL, "gives 3 columns and the run has 4 workers");
    assert_string_equal(dt_reason_path(), "jitter.column");
    assert_refused(dt_distribution_fit(&d, "jitter", 2), DT_EINVAL, "has 3 columns and the run has 2 workers: name the columns");
    assert_ok(open_trace(&d, wide, false, PAIRS("order", "own", "own", "row"), run));
    assert_ok(dt_distribution_fit(&d, "jitter", 2));
    assert_refused(dt_distribution_fit(&d, "jitter", 5), DT_EINVAL, "gives 3 rows and the run has 5 workers");
    assert_refused(open_trace(&d, wide, false, PAIRS("own", "row"), run), DT_EINVAL, "order = \"own\" alone");
    assert_refused(open_trace(&d, wide, false, PAIRS("worker", "w0"), run), DT_EINVAL, "order = \"own\" alone");
    assert_refused(open_trace(&d, "a,b\n1,\n2,\n", false, PAIRS("order", "own"), run), DT_EFORMAT, "got none in column 2");
    assert_string_equal(dt_reason_path(), "jitter.path");
}

static void columns_are_named_in_the_order_of_the_workers(void **fixture) {
    dt_distribution d;
    dt_arena *run = *fixture;
    char *name = dt_arena_text(run, "/tmp/dtsim_trace_XXXXXX");
    FILE *out = fdopen(mkstemp(name), "w");
    fputs(wide, out);
    fclose(out);
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "trace", run);
    dt_config_set_text(node, "path", name, run);
    dt_config_set_bool(node, "normalise", false, run);
    dt_config *column = dt_config_set_table(node, "column", run);
    dt_config_set_text(column, NULL, "w2", run);
    dt_config_set_text(column, NULL, "w0", run);
    assert_refused(dt_distribution_open(&d, node, "jitter", run), DT_EINVAL, "several columns are for order = \"own\" alone");
    dt_config_set_text(node, "order", "own", run);
    assert_ok(dt_distribution_open(&d, node, "jitter", run));
    assert_ok(dt_distribution_fit(&d, "jitter", 1));
    assert_ok(dt_distribution_fit(&d, "jitter", 2));
    assert_refused(dt_distribution_fit(&d, "jitter", 3), DT_EINVAL, "gives 2 columns and the run has 3 workers");
    plays(&d, 0, (double[]){ 4, 8 }, 2);
    plays(&d, 1, (double[]){ 1, 3, 2 }, 3);
    unlink(name);
}

static void a_list_is_each_workers_own_value(void **fixture) {
    dt_distribution d;
    dt_arena *run = *fixture;
    dt_config *list = dt_config_new(run);
    dt_config_set_text(list, NULL, "40ms", run);
    dt_config_set_number(list, NULL, 2, run);
    assert_ok(dt_distribution_open(&d, list, "compute.seconds", run));
    assert_string_equal(d.type->is.name, "each");
    assert_ok(dt_distribution_fit(&d, "compute.seconds", 2));
    for (long r = 0; r < 2; r++) {
        const double own = r == 0 ? 0.04 : 2;
        assert_true(dt_distribution_draw(&d, NULL, r, 7) == own && dt_distribution_once(&d, NULL, r) == own && dt_distribution_mean(&d, r) == own);
    }
    assert_refused(dt_distribution_fit(&d, "compute.seconds", 3), DT_EINVAL, "expected one value for each worker, 3 in all, got 2");
    assert_string_equal(dt_reason_path(), "compute.seconds");
    assert_refused(dt_distribution_fit(&d, "compute.seconds", 1), DT_EINVAL, "expected one value for each worker, 1 in all, got 2");
    dt_config_set_text(list, NULL, "soon", run);
    assert_refused(dt_distribution_open(&d, list, "compute.seconds", run), DT_EINVAL, "expected a quantity in s, got \"soon\"");
}

static void a_cut_archive_is_refused(void **fixture) {
    dt_distribution d;
    dt_arena *run = *fixture;
    char *name = dt_arena_text(run, "/tmp/dtsim_trace_XXXXXX");
    gzFile out = gzdopen(mkstemp(name), "wb");
    gzputs(out, "a\n");
    for (int i = 0; i < 5000; i++) gzprintf(out, "%d\n", i * 7919 % 10007);
    gzclose(out);
    assert_int_equal(truncate(name, 5000), 0);
    dt_config *node = dt_config_new(run);
    dt_config_set_text(node, NULL, "trace", run);
    dt_config_set_text(node, "path", name, run);
    assert_refused(dt_distribution_open(&d, node, "jitter", run), DT_EFORMAT, "corrupt or truncated");
    unlink(name);
}

static void measured_batch_times_play(void **fixture) {
    dt_distribution d;
    const char *folder = getenv("DTSIM_DATA");
    const char *name = "compute/pai_minibatch_time.csv";
    if (folder == NULL || access(dt_arena_text(*fixture, "%s/%s", folder, name), R_OK) != 0) skip();
    dt_config *node = dt_config_new(*fixture);
    dt_config_set_text(node, NULL, "trace", *fixture);
    dt_config_set_text(node, "path", name, *fixture);
    dt_config_set_text(node, "column", "batch_time_norm", *fixture);
    dt_config_set_text(node, "where", "gpu_pct=25", *fixture);
    assert_ok(dt_distribution_open(&d, node, "jitter", *fixture));
    assert_near(dt_distribution_mean(&d, 0), 1, 1e-12);
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_those_of_the_formula),
        cmocka_unit_test(a_bare_number_is_a_constant),
        cmocka_unit_test(a_delay_may_carry_its_unit),
        cmocka_unit_test(a_tail_without_mean_says_so),
        cmocka_unit_test(bounds_in_wrong_order_are_refused),
        cmocka_unit_test(a_trace_plays_in_order),
        cmocka_unit_test(a_trace_has_mean_one_unless_told_otherwise),
        cmocka_unit_test(a_random_trace_draws_every_row_alike),
        cmocka_unit_test(bad_traces_are_named),
        cmocka_unit_test(every_worker_plays_its_own_column_row_or_label),
        cmocka_unit_test(own_values_keep_their_means_and_are_scaled_alike),
        cmocka_unit_test(what_is_drawn_once_is_a_row_a_worker),
        cmocka_unit_test(own_values_that_are_not_there_for_all_are_refused),
        cmocka_unit_test(columns_are_named_in_the_order_of_the_workers),
        cmocka_unit_test(a_list_is_each_workers_own_value),
        cmocka_unit_test(a_cut_archive_is_refused),
        cmocka_unit_test(measured_batch_times_play),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
