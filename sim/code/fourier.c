/* fourier.c - a cyclic code over the complex numbers: worker j combines parts j, j + 1, .. j + 2 s, and whoever decodes finds the
 * liars from 2 s sums over the words (syndromes), as a Reed-Solomon code does.
 * When: Byzantine workers, with any number of workers above 2 s.
 * What breaks: every worker computes 2 s + 1 times as much, and words are complex: twice the bytes.  Weights grow with the number of
 * workers and s (1.8e5 at 45 and 5), and rounding with them.  More than s liars are noticed unless they agree on words that another
 * sum would have.
 * Source: Chen, Wang, Charles, Papailiopoulos 2018, "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients",
 * section 4.2 (arXiv:1803.09877).  Two things are done in another way, with the same result: column k of W is written down as the
 * polynomial with W_jk = 0 at the workers j that do not compute part k, where the paper solves for it, and liars are looked
 * for in growing numbers until they explain the syndromes, so that fewer than s are no special case. */
#include "code/inside.h"
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

typedef struct fourier {
    long    byzantine;      /* s */
    double *cosine, *sine;  /* [P] of exp(-2 pi i j / P) */
    dt_rng *rng;            /* weights of the entries, which the liars do not know */
} fourier;

typedef struct cplx { double re, im; } cplx;

/* Unexplained syndromes may be that share of all sums: rounding leaves some 1e-15. */
static const double UNEXPLAINED = 1e-11;

/* exp(-2 pi i k / P) for any k >= 0. */
static cplx fourier_root(const dt_code *c, size_t k) {
    const fourier *f = c->state;
    return (cplx){ f->cosine[k % c->workers], f->sine[k % c->workers] };
}

/* W_j,j+d = 1/sqrt(P) prod over e = 2 s + 1 .. P - 1 of (1 - exp(2 pi i (e - d) / P)), the same for every j. */
static cplx fourier_weight(const dt_code *c, size_t d, size_t syndromes) {
    cplx product = { 1 / sqrt((double)c->workers), 0 };
    for (size_t e = syndromes + 1; e < c->workers; e++) {
        cplx root = fourier_root(c, e - d), factor = { 1 - root.re, root.im };      /* the conjugate of the root */
        product = (cplx){ product.re * factor.re - product.im * factor.im, product.re * factor.im + product.im * factor.re };
    }
    return product;
}

static dt_status fourier_init(void *state, dt_code *c, dt_rng *rng, dt_arena *run) {
    fourier *f = state;
    size_t P = c->workers, count = 2 * (size_t)f->byzantine + 1;
    if (count > P)
        return dt_fail_at(DT_EINVAL, "code.byzantine", "expected more than %zu workers for %ld Byzantine ones, got %zu", count - 1,
                          f->byzantine, P);
    f->rng = rng;
    f->cosine = dt_arena_take(run, P, sizeof *f->cosine);
    f->sine = dt_arena_take(run, P, sizeof *f->sine);
    for (size_t j = 0; j < P; j++) {
        f->cosine[j] = cos(2 * M_PI * (double)j / (double)P);
        f->sine[j] = -sin(2 * M_PI * (double)j / (double)P);
    }
    dt_code_cycle(c, count, run);
    double *re = dt_arena_take(run, P * count, sizeof *re), *im = dt_arena_take(run, P * count, sizeof *im);
    for (size_t k = 0; k < P * count; k++) {
        cplx weight = fourier_weight(c, k % count, count - 1);
        re[k] = weight.re;
        im[k] = weight.im;
    }
    c->weight = re;
    c->imaginary = im;
    return DT_OK;
}

static bool fourier_enough(const dt_code *c, const bool *come) {
    return dt_code_come(c, come) + (size_t)((const fourier *)c->state)->byzantine >= c->workers;
}

/* ---- who lies ------------------------------------------------------------------------------ */

/* rho [P] = every word's sum over random weights of the entries; a word that has not come counts as 0, which is false. */
static double fourier_project(const dt_code *c, const double *const *word, size_t n, cplx *rho, dt_arena *scratch) {
    const fourier *f = c->state;
    double *weight = dt_arena_take(scratch, n, sizeof *weight), size = 0;
    for (size_t e = 0; e < n; e++) weight[e] = 1 + gsl_ran_gaussian_ziggurat(f->rng, 1);
    for (size_t j = 0; j < c->workers; j++) {
        rho[j] = (cplx){ 0, 0 };
        for (size_t e = 0; word[j] != NULL && e < n; e++) {
            rho[j].re += weight[e] * word[j][e];
            rho[j].im += weight[e] * word[j][n + e];
        }
        size = hypot(size, hypot(rho[j].re, rho[j].im));
    }
    return size;
}

/* E_m = sum_j conj(C_j,P-2s+m) rho_j, which is sum over liars d_j z_j^m with z_j = exp(-2 pi i j / P). */
static void fourier_syndromes(const dt_code *c, const cplx *rho, size_t syndromes, cplx *E) {
    for (size_t m = 0; m < syndromes; m++) {
        E[m] = (cplx){ 0, 0 };
        for (size_t j = 0; j < c->workers; j++) {
            cplx root = fourier_root(c, j * (c->workers - syndromes + m));
            E[m].re += (root.re * rho[j].re - root.im * rho[j].im) / sqrt((double)c->workers);
            E[m].im += (root.re * rho[j].im + root.im * rho[j].re) / sqrt((double)c->workers);
        }
    }
}

/* The complex entry a at row i and column j of a matrix of real numbers [2 rows * 2 columns] that does the same. */
static void fourier_set(double *A, size_t columns, size_t i, size_t j, cplx a) {
    double *at = A + 2 * i * 2 * columns + 2 * j;
    at[0] = at[2 * columns + 1] = a.re;
    at[1] = -a.im;
    at[2 * columns] = a.im;
}

/* Suspect the t workers at which the polynomial of order t that predicts each syndrome from t before is smallest. */
static void fourier_suspect(const dt_code *c, const cplx *E, size_t syndromes, size_t t, size_t *suspect, dt_arena *scratch) {
    size_t rows = syndromes - t;
    double *A = dt_arena_take(scratch, 4 * rows * t, sizeof *A), *size = dt_arena_take(scratch, c->workers, sizeof *size);
    cplx *b = dt_arena_take(scratch, rows, sizeof *b), *beta = dt_arena_take(scratch, t, sizeof *beta);
    for (size_t i = 0; i < rows; i++) {
        for (size_t u = 0; u < t; u++) fourier_set(A, t, i, u, E[i + u]);
        b[i] = E[i + t];
    }
    dt_code_least(2 * rows, 2 * t, A, &b->re, &beta->re, scratch);
    for (size_t j = 0; j < c->workers; j++) {
        cplx p = fourier_root(c, j * t);
        for (size_t u = 0; u < t; u++) {
            cplx z = fourier_root(c, j * u);
            p.re -= beta[u].re * z.re - beta[u].im * z.im;
            p.im -= beta[u].re * z.im + beta[u].im * z.re;
        }
        size[j] = hypot(p.re, p.im);
    }
    gsl_sort_smallest_index(suspect, t, size, 1, c->workers);
}

/* How much of the syndromes the suspects leave unexplained. */
static double fourier_unexplained(const dt_code *c, const cplx *E, size_t syndromes, const size_t *suspect, size_t t, dt_arena *scratch) {
    double *A = dt_arena_take(scratch, 4 * syndromes * t, sizeof *A), *d = dt_arena_take(scratch, 2 * t, sizeof *d), size = 0;
    for (size_t m = 0; m < syndromes; m++)
        for (size_t i = 0; i < t; i++) fourier_set(A, t, m, i, fourier_root(c, suspect[i] * m));
    if (t > 0) dt_code_least(2 * syndromes, 2 * t, A, &E->re, d, scratch);
    for (size_t row = 0; row < 2 * syndromes; row++) {
        double rest = (&E->re)[row];
        for (size_t i = 0; i < 2 * t; i++) rest -= A[row * 2 * t + i] * d[i];
        size = hypot(size, rest);
    }
    return size;
}

/* The fewest workers whose lies explain the syndromes; false: more than s would have to lie. */
static bool fourier_find(const dt_code *c, const double *const *word, size_t n, size_t *suspect, size_t *count, dt_arena *scratch) {
    size_t s = (size_t)((const fourier *)c->state)->byzantine;
    cplx *rho = dt_arena_take(scratch, c->workers, sizeof *rho), *E = dt_arena_take(scratch, 2 * s + 1, sizeof *E);
    double size = fourier_project(c, word, n, rho, scratch);
    fourier_syndromes(c, rho, 2 * s, E);
    for (*count = 0; *count <= s; ++*count) {
        if (*count > 0) fourier_suspect(c, E, 2 * s, *count, suspect, scratch);
        if (fourier_unexplained(c, E, 2 * s, suspect, *count, scratch) <= UNEXPLAINED * size) return true;
    }
    return false;
}

/* ---- the sum ------------------------------------------------------------------------------- */

/* v_j = 1/sqrt(P) (1 + sum_m b_m z_j^(P-2s+m)), whose sum of v_j word_j is that of the parts for any b: the shortest b with v = 0 at
 * the suspects. */
static void fourier_weights(const dt_code *c, const size_t *suspect, size_t count, cplx *v, dt_arena *scratch) {
    size_t syndromes = 2 * (size_t)((const fourier *)c->state)->byzantine, first = c->workers - syndromes;
    double *A = dt_arena_take(scratch, 4 * count * syndromes, sizeof *A), root = 1 / sqrt((double)c->workers);
    cplx *b = dt_arena_take(scratch, syndromes, sizeof *b), *right = dt_arena_take(scratch, count, sizeof *right);
    for (size_t i = 0; i < count; i++) {
        for (size_t m = 0; m < syndromes; m++) fourier_set(A, syndromes, i, m, fourier_root(c, suspect[i] * (first + m)));
        right[i] = (cplx){ -1, 0 };
    }
    if (count > 0) dt_code_least(2 * count, 2 * syndromes, A, &right->re, &b->re, scratch);
    for (size_t j = 0; j < c->workers; j++) {
        v[j] = (cplx){ root, 0 };
        for (size_t m = 0; m < syndromes; m++) {
            cplx z = fourier_root(c, j * (first + m));
            v[j].re += root * (b[m].re * z.re - b[m].im * z.im);
            v[j].im += root * (b[m].re * z.im + b[m].im * z.re);
        }
    }
    for (size_t i = 0; i < count; i++) v[suspect[i]] = (cplx){ 0, 0 };
}

static dt_status fourier_decode(const dt_code *c, const double *const *word, size_t n, double *sum, bool *liar, dt_arena *scratch) {
    size_t *suspect = dt_arena_take(scratch, c->workers, sizeof *suspect), count;
    cplx *v = dt_arena_take(scratch, c->workers, sizeof *v);
    if (!fourier_find(c, word, n, suspect, &count, scratch))
        return dt_fail(DT_EDECODE, "more workers lie or have sent no word than the code \"fourier\" bears, byzantine = %ld: whichever "
                       "so many words it leaves out, the others contradict each other", ((const fourier *)c->state)->byzantine);
    for (size_t i = 0; i < count; i++) liar[suspect[i]] = word[suspect[i]] != NULL;
    fourier_weights(c, suspect, count, v, scratch);
    memset(sum, 0, n * sizeof *sum);
    for (size_t j = 0; j < c->workers; j++)
        for (size_t e = 0; word[j] != NULL && e < n; e++) sum[e] += v[j].re * word[j][e] - v[j].im * word[j][n + e];
    return DT_OK;
}

/* The random sums and the sum itself take a multiplication and an addition for each real and imaginary number. */
static double fourier_flops(const dt_code *c, size_t words, size_t n) {
    (void)c;
    return 8.0 * (double)words * (double)n;
}

static const dt_param fourier_params[] = {
    DT_INT_PARAM(fourier, byzantine, 1, 0, 1e6, "Byzantine workers that it bears, whichever they are (s); each worker computes 2 s + 1 parts"),
    { 0 }
};

const dt_code_type dt_code_fourier = {
    .is = { "fourier", "A cyclic code of complex words that finds the liars, as a Reed-Solomon code does.",
            "Chen et al. 2018 (DRACO), section 4.2", fourier_params, sizeof(fourier) },
    .doubts = true, .init = fourier_init, .enough = fourier_enough, .decode = fourier_decode, .flops = fourier_flops,
};
