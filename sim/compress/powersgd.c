/* powersgd.c - a layer's matrix as the product of two thin ones, by one step of the power method that begins where the last ended.
 * When: many workers take the mean of gradients of large matrices: the factors of a sum are as small as those of one (r (a + b)
 * numbers instead of a b), so that nothing grows on its way.  What breaks: a mean takes two all-reduces one after the other, and
 * encoding costs as much as three products with r columns; matrices whose spectrum is flat need a larger rank; with by = "whole"
 * there are no matrices, and nothing is compressed.
 * Source: Vogels, Karimireddy, Jaggi 2019, "PowerSGD: Practical Low-Rank Gradient Compression for Distributed Optimization",
 * Algorithm 1 (arXiv 1905.13727):  P = M Q, mean of P over workers, P orthonormal, Q = M^T P, mean of Q, out = P Q^T.
 *
 * Why the matrix itself stands in a packet, and the bytes of its factors are counted: M Q and M^T P are linear in M, so their means
 * over workers are (mean M) Q and (mean M)^T P.  Whoever has the sum of the matrices therefore has the sums of the factors, which
 * is all that would have travelled.  Algorithm 2's error memory e_i = M_i - out, of which only the mean acts on what follows, is
 * (mean M) - out where the sum is: one memory of a joint type instead of one at each worker, and the same outputs. */
#include "compress/compress.h"
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

typedef struct powersgd {
    long        rank;
    bool        warm;
    size_t      n, a, b, r;     /* a x b, in row order; r = 0: a vector, which travels as it is */
    float      *body, *sum;     /* [n]; sum: NULL until there is one */
    gsl_matrix  first, q, next;         /* [b x r] how the first decode begins, and this one; the factor that it finds */
    gsl_matrix  p, thin;                /* [a x r] P as Householder's method leaves it, and its orthonormal columns */
    gsl_vector  tau, column;            /* [r]; [a] */
    dt_arena   *run;
} powersgd;

static gsl_matrix powersgd_matrix(size_t rows, size_t columns, dt_arena *run) {
    double *at = dt_arena_take(run, rows * columns, sizeof *at);
    return gsl_matrix_view_array(at, rows, columns).matrix;
}

static dt_status powersgd_init(void *state, const dt_block *block, dt_rng *rng, dt_arena *run) {
    powersgd *s = state;
    (void)rng;
    s->n = block->n;
    s->a = block->rows;
    s->b = block->columns;
    s->run = run;
    s->body = dt_arena_take(run, s->n, sizeof *s->body);
    size_t most = s->a < s->b ? s->a : s->b;
    s->r = (size_t)s->rank < most ? (size_t)s->rank : most;
    if (most == 1 || s->r * (s->a + s->b) >= s->n) s->r = 0;        /* it would not be smaller */
    if (s->r == 0) return DT_OK;
    dt_rng *common = dt_rng_stream(run, block->common, 0, "powersgd");
    s->first = powersgd_matrix(s->b, s->r, run);
    s->q = powersgd_matrix(s->b, s->r, run);
    s->next = powersgd_matrix(s->b, s->r, run);
    s->p = powersgd_matrix(s->a, s->r, run);
    s->thin = powersgd_matrix(s->a, s->r, run);
    s->tau = gsl_vector_view_array(dt_arena_take(run, s->r, sizeof(double)), s->r).vector;
    s->column = gsl_vector_view_array(dt_arena_take(run, s->a, sizeof(double)), s->a).vector;
    for (size_t i = 0; i < s->b * s->r; i++) s->first.data[i] = gsl_ran_gaussian(common, 1);
    gsl_matrix_memcpy(&s->q, &s->first);
    return DT_OK;
}

/* Numbers that travel. */
static double powersgd_numbers(const void *state) {
    const powersgd *s = state;
    return s->r == 0 ? (double)s->n : (double)s->r * (double)(s->a + s->b);
}

/* The two factors, in halves one after the other. */
static double powersgd_wire_bytes(const void *state) { return 4 * powersgd_numbers(state); }

/* The flops of what stays in the error memory, of M Q, of M^T P and of P Q^T, and of Householder's method and what makes its
 * result a matrix. */
static double powersgd_flops(const void *state) {
    const powersgd *s = state;
    double r = (double)s->r;
    return (1 + 6 * r) * (double)s->n + 4 * r * r * (double)s->a;
}

static double powersgd_merge_flops(const void *state) { return powersgd_numbers(state); }

/* Vectors go with P of the matrices, in one all-reduce if there are vectors alone. */
static size_t powersgd_trips(const void *state) { return ((const powersgd *)state)->r == 0 ? 1 : 2; }

static void powersgd_encode(void *state, const float *in, const float *at, dt_packet *out) {
    powersgd *s = state;
    (void)at;
    memcpy(s->body, in, s->n * sizeof *in);
    *out = (dt_packet){ s->body, s->n, powersgd_wire_bytes(s), out->turn };
}

/* P becomes orthonormal, column by column as Gram and Schmidt would have it; a column that depends on the ones before, or is 0,
 * becomes some other that is orthogonal to them. */
static void powersgd_orthonormal(powersgd *s) {
    gsl_linalg_QR_decomp(&s->p, &s->tau);
    for (size_t k = 0; k < s->r; k++) {
        double sign = gsl_matrix_get(&s->p, k, k) < 0 ? -1 : 1;
        gsl_vector_set_basis(&s->column, k);
        gsl_linalg_QR_Qvec(&s->p, &s->tau, &s->column);
        for (size_t i = 0; i < s->a; i++) gsl_matrix_set(&s->thin, i, k, sign * gsl_vector_get(&s->column, i));
    }
}

/* P = M Q */
static void powersgd_left(powersgd *s, const float *m) {
    gsl_matrix_set_zero(&s->p);
    for (size_t i = 0; i < s->a; i++) {
        double *p = s->p.data + i * s->r;
        for (size_t j = 0; j < s->b; j++)
            for (size_t k = 0; k < s->r; k++) p[k] += (double)m[i * s->b + j] * s->q.data[j * s->r + k];
    }
}

/* Q = M^T P */
static void powersgd_right(powersgd *s, const float *m) {
    gsl_matrix_set_zero(&s->next);
    for (size_t i = 0; i < s->a; i++) {
        const double *p = s->thin.data + i * s->r;
        for (size_t j = 0; j < s->b; j++)
            for (size_t k = 0; k < s->r; k++) s->next.data[j * s->r + k] += (double)m[i * s->b + j] * p[k];
    }
}

/* The next decode begins with what this one found.  A column of 0 would stay 0 for ever: it begins as before. */
static void powersgd_warm(powersgd *s) {
    for (size_t k = 0; k < s->r; k++) {
        gsl_vector found = gsl_matrix_column(&s->next, k).vector, begins = gsl_matrix_column(&s->q, k).vector;
        double size = gsl_blas_dnrm2(&found);
        if (size > 0 && isfinite(size)) gsl_vector_memcpy(&begins, &found);
    }
}

static void powersgd_decode(void *state, const dt_packet *in, float *out) {
    powersgd *s = state;
    if (s->r == 0) {
        memmove(out, in->body, s->n * sizeof *out);
        return;
    }
    if (!s->warm) gsl_matrix_memcpy(&s->q, &s->first);
    powersgd_left(s, in->body);
    powersgd_orthonormal(s);
    powersgd_right(s, in->body);
    for (size_t i = 0; i < s->a; i++)
        for (size_t j = 0; j < s->b; j++) {
            double sum = 0;
            for (size_t k = 0; k < s->r; k++) sum += s->thin.data[i * s->r + k] * s->next.data[j * s->r + k];
            out[i * s->b + j] = (float)sum;
        }
    powersgd_warm(s);
}

static void powersgd_add(void *state, const dt_packet *in, double weight, dt_packet *sum) {
    powersgd *s = state;
    const float *m = in->body;
    if (s->sum == NULL) s->sum = dt_arena_take(s->run, s->n, sizeof *s->sum);
    if (sum->body == NULL) memset(s->sum, 0, s->n * sizeof *s->sum);
    for (size_t i = 0; i < s->n; i++) s->sum[i] = (float)(s->sum[i] + weight * m[i]);
    *sum = (dt_packet){ s->sum, s->n, powersgd_wire_bytes(s), in->turn };
}

static const dt_param powersgd_params[] = {
    DT_INT_PARAM(powersgd, rank, 2, 1, 1024, "columns of the two factors: a layer of a x b entries travels as rank (a + b) numbers, or as it is if that "
                                            "is no less"),
    DT_BOOL_PARAM(powersgd, warm, true, "the power method begins with the factor that it found last; false: always with the same random one"),
    { 0 }
};

const dt_compress_type dt_compress_powersgd = {
    .is = { "powersgd", "Send each layer's matrix as a product of two thin ones, whose sums are as small; by = \"layer\" tells them.",
            "Vogels et al. 2019, Algorithm 1", powersgd_params, sizeof(powersgd) },
    .merges = true, .lossy = true, .joint = true,
    .init = powersgd_init, .wire_bytes = powersgd_wire_bytes, .flops = powersgd_flops, .merge_flops = powersgd_merge_flops,
    .trips = powersgd_trips,
    .encode = powersgd_encode, .decode = powersgd_decode, .add = powersgd_add,
};
