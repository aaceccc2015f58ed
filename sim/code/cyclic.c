/* cyclic.c - cyclic repetition: worker i combines the gradients of parts i, i + 1, .. i + s by weights, so that the words of any
 * n - s workers give the sum.
 * When: stragglers, with any number of workers.
 * What breaks: every worker computes s + 1 times as much; the weights of decoding grow with n and s, and rounding with them.
 * Source: Tandon et al. 2017, "Gradient Coding: Avoiding Stragglers in Distributed Learning", section 4 and algorithm 2.  Random
 * weights are drawn again until those of decoding stay below 1e4, which the paper does not do. */
#include "code/inside.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

typedef struct cyclic { long stragglers; } cyclic;

/* Random matrices; patterns that each is tried with, of which large codes get fewer, since each takes a decomposition. */
enum { DRAWS = 200, LOOKS = 100, MANY = 128, FEW_LOOKS = 10 };
static const double LARGEST = 1e4, RESIDUAL = 1e-6;

/* Rows 0 .. s - 1 of H are normal, the last column takes their sums away. */
static void cyclic_draw(size_t n, size_t s, dt_rng *rng, double *H) {
    for (size_t k = 0; k < s; k++) {
        double sum = 0;
        for (size_t j = 0; j + 1 < n; j++) sum += H[k * n + j] = gsl_ran_gaussian_ziggurat(rng, 1);
        H[k * n + n - 1] = -sum;
    }
}

/* The largest weight of decoding without s workers: drawn ones, or in every second look workers next to each other.  Endless if
 * these words do not give the sum. */
static double cyclic_look(const dt_code *c, size_t s, size_t look, dt_rng *rng, dt_arena *scratch) {
    dt_arena_mark mark = dt_arena_here(scratch);
    size_t n = c->workers, *all = dt_arena_take(scratch, n, sizeof *all), *missing = dt_arena_take(scratch, s + 1, sizeof *missing);
    bool *come = dt_arena_take(scratch, n, sizeof *come);
    double *a = dt_arena_take(scratch, n, sizeof *a), largest = 0;
    for (size_t w = 0; w < n; w++) all[w] = w;
    for (size_t w = 0; w < n; w++) come[w] = true;
    gsl_ran_choose(rng, missing, s, all, n, sizeof *all);
    for (size_t i = 0; i < s; i++) come[look % 2 == 0 ? missing[i] : (missing[0] + i) % n] = false;
    if (!(dt_code_cyclic_weights(c, come, a, scratch) < RESIDUAL)) largest = HUGE_VAL;
    for (size_t w = 0; w < n; w++) largest = fmax(largest, fabs(a[w]));
    dt_arena_release(scratch, mark);
    return largest;
}

static dt_status cyclic_init(void *state, dt_code *c, dt_rng *rng, dt_arena *run) {
    size_t n = c->workers, s = (size_t)((const cyclic *)state)->stragglers, looks = n > MANY ? FEW_LOOKS : LOOKS;
    if (s >= n) return dt_fail_at(DT_EINVAL, "code.stragglers", "expected fewer stragglers than the %zu workers, got %zu", n, s);
    dt_code_cycle(c, s + 1, run);
    double *weight = dt_arena_take(run, n * (s + 1), sizeof *weight), largest = HUGE_VAL;
    c->weight = weight;
    dt_arena *scratch = dt_arena_new(0);
    double *H = dt_arena_take(scratch, s * n, sizeof *H), *B = dt_arena_take(scratch, n * n, sizeof *B);
    for (int draw = 0; draw < DRAWS && !(largest < LARGEST); draw++) {
        cyclic_draw(n, s, rng, H);
        dt_code_cyclic_rows(n, s, H, B, scratch);
        for (size_t k = 0; k < n * (s + 1); k++) weight[k] = B[k / (s + 1) * n + c->part[k]];
        largest = 0;
        for (size_t look = 0; look < looks && largest < LARGEST; look++) largest = fmax(largest, cyclic_look(c, s, look, rng, scratch));
    }
    dt_arena_free(scratch);
    if (largest < LARGEST) return DT_OK;
    return dt_fail_at(DT_EINVAL, "code.stragglers", "no random weights were found in %d draws that decode with weights below %g for %zu "
                      "workers and %zu stragglers: expected fewer stragglers, or the code \"fractional\"", DRAWS, LARGEST, n, s);
}

static bool cyclic_enough(const dt_code *c, const bool *come) {
    return dt_code_come(c, come) + (size_t)((const cyclic *)c->state)->stragglers >= c->workers;
}

static dt_status cyclic_decode(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch) {
    bool *come = dt_arena_take(scratch, c->workers, sizeof *come);
    double *a = dt_arena_take(scratch, c->workers, sizeof *a);
    (void)liar;
    for (size_t w = 0; w < c->workers; w++) come[w] = word[w] != NULL;
    double largest = dt_code_cyclic_weights(c, come, a, scratch);
    if (!(largest < RESIDUAL))
        return dt_fail(DT_EDECODE, "the words that have come give the sum only to %g with the code \"cyclic\": expected %g", largest, RESIDUAL);
    memset(sum, 0, n * sizeof *sum);
    for (size_t w = 0; w < c->workers; w++)
        for (size_t e = 0; word[w] != NULL && e < n; e++) sum[e] += a[w] * word[w][e];
    return DT_OK;
}

static double cyclic_flops(const dt_code *c, size_t words, size_t n) {
    (void)c;
    return 2.0 * (double)words * (double)n;
}

static const dt_param cyclic_params[] = {
    DT_INT_PARAM(cyclic, stragglers, 1, 0, 1e6, "workers whose words may be missing, whichever they are (s); each worker computes s + 1 parts"),
    { 0 }
};

const dt_code_type dt_code_cyclic = {
    .is = { "cyclic", "Cyclic repetition: the words of any workers but s give the sum, by weights.", "Tandon et al. 2017, section 4",
            cyclic_params, sizeof(cyclic) },
    .init = cyclic_init, .enough = cyclic_enough, .decode = cyclic_decode, .flops = cyclic_flops,
};
