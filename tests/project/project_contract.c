/* project_contract.c - what every projection and every proximal operator promises. */
#include "tests/test.h"
#include "project/project.h"
#include "tests/golden.h"
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/rng.h"

enum { N = 50 };
#define EACH_TYPE(i) (size_t i = 0; i < dt_project_room.count; i++)

static dt_project opened(size_t i, dt_arena *run) {
    dt_project p;
    assert_ok(dt_project_open(&p, golden_choice(&dt_project_room, i, run), run));
    return p;
}

static void fill(float *x, uint64_t seed, dt_arena *run) {
    dt_rng *rng = dt_rng_stream(run, seed, 0, "vector");
    for (size_t i = 0; i < N; i++) x[i] = (float)gsl_ran_gaussian(rng, 2);
}

static double distance(const float *a, const float *b) {
    double sum = 0;
    for (size_t i = 0; i < N; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    return sqrt(sum);
}

/* Proximal operators of convex functions are firmly nonexpansive (Moreau 1965). */
static void two_models_never_move_apart(void **fixture) {
    for EACH_TYPE(i) {
        dt_project p = opened(i, *fixture);
        for (uint64_t seed = 0; seed < 20; seed++) {
            float a[N], b[N];
            fill(a, 2 * seed, *fixture);
            fill(b, 2 * seed + 1, *fixture);
            double before = distance(a, b);
            dt_project_apply(&p, 0.3, N, a);
            dt_project_apply(&p, 0.3, N, b);
            assert_true(distance(a, b) <= before * (1 + 1e-6));
        }
    }
}

/* One without a penalty is a projection: it stays in its set at any rate.  One with a penalty leaves a smaller one. */
static void a_projection_stays_and_a_penalty_falls(void **fixture) {
    for EACH_TYPE(i) {
        dt_project p = opened(i, *fixture);
        float x[N], again[N];
        fill(x, 7, *fixture);
        double penalty = dt_project_penalty(&p, N, x);
        assert_true(penalty >= 0);
        dt_project_apply(&p, 0.3, N, x);
        memcpy(again, x, sizeof x);
        dt_project_apply(&p, 5, N, again);
        if (p.type->penalty == NULL) assert_true(distance(x, again) < 1e-6);
        else assert_true(dt_project_penalty(&p, N, x) < penalty && dt_project_penalty(&p, N, again) < dt_project_penalty(&p, N, x));
    }
}

/* The operator at rate r is the minimum of penalty(x) + |x - y|^2 / (2 r): no neighbour is better. */
static void a_penaltys_operator_is_its_minimum(void **fixture) {
    for EACH_TYPE(i) {
        const double rate = 0.3;
        dt_project p = opened(i, *fixture);
        float y[N], x[N], other[N];
        if (p.type->penalty == NULL) continue;
        fill(y, 9, *fixture);
        memcpy(x, y, sizeof x);
        dt_project_apply(&p, rate, N, x);
        double best = dt_project_penalty(&p, N, x) + distance(x, y) * distance(x, y) / (2 * rate);
        for (size_t e = 0; e < N; e++)
            for (int sign = -1; sign < 2; sign += 2) {
                memcpy(other, x, sizeof x);
                other[e] += (float)sign * 0.01f;
                assert_true(dt_project_penalty(&p, N, other) + distance(other, y) * distance(other, y) / (2 * rate) > best);
            }
    }
}

static void ranges_can_be_treated_by_themselves_where_it_says_so(void **fixture) {
    for EACH_TYPE(i) {
        dt_project p = opened(i, *fixture);
        float whole[N], parts[N];
        fill(whole, 11, *fixture);
        memcpy(parts, whole, sizeof whole);
        dt_project_apply(&p, 0.3, N, whole);
        dt_project_apply(&p, 0.3, N / 2, parts);
        dt_project_apply(&p, 0.3, N - N / 2, parts + N / 2);
        if (!p.type->whole) assert_memory_equal(whole, parts, sizeof whole);
        else assert_memory_not_equal(whole, parts, sizeof whole);
    }
}

static void nan_shows(void **fixture) {
    for EACH_TYPE(i) {
        dt_project p = opened(i, *fixture);
        float x[N] = { [3] = NAN };
        dt_project_apply(&p, 0.3, N, x);
        assert_true(isnan(x[3]));
    }
}

static int setup(void **fixture) { return (*fixture = dt_arena_new(1 << 16)) == NULL; }
static int teardown(void **fixture) {
    dt_arena_free(*fixture);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_models_never_move_apart),
        cmocka_unit_test(a_projection_stays_and_a_penalty_falls),
        cmocka_unit_test(a_penaltys_operator_is_its_minimum),
        cmocka_unit_test(ranges_can_be_treated_by_themselves_where_it_says_so),
        cmocka_unit_test(nan_shows),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
