/* gap.c - the spectral gap of a mixing matrix, or of several in turn.
 * Source: Golub, Van Loan, "Matrix Computations", 10.1 (Lanczos) and 8.4.1 (bisection by Sturm counts).
 * Power iteration would need about 1 / (|lambda_2| - |lambda_3|) steps, 10^5 on a ring of 2000; this needs
 * about the root of that. */
#include "topology/gap.h"
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <math.h>

enum { DENSE_MOST = 256 };

static dt_status gap_dense(const dt_graph *t, size_t p, double *gap, double *least, dt_arena *scratch) {
    double *w = dt_arena_take(scratch, p * p, sizeof *w), *value = dt_arena_take(scratch, p, sizeof *value);
    for (size_t r = 0; r < p; r++) {
        w[r * p + r] = t->self[r];
        for (size_t e = t->start[r]; e < t->start[r + 1]; e++) w[r * p + t->neighbour[e]] = t->weight[e];
    }
    gsl_matrix_view matrix = gsl_matrix_view_array(w, p, p);
    gsl_vector_view values = gsl_vector_view_array(value, p);
    gsl_eigen_symm_workspace *room = gsl_eigen_symm_alloc(p);
    int code = room == NULL ? GSL_ENOMEM : gsl_eigen_symm(&matrix.matrix, &values.vector, room);
    if (room != NULL) gsl_eigen_symm_free(room);
    if (code != GSL_SUCCESS)
        return dt_fail_at(DT_EINVAL, "topology", "no eigenvalues of the mixing matrix: %s", gsl_strerror(code));
    gsl_sort(value, 1, p);
    *gap = 1 - fmax(fabs(value[0]), fabs(value[p - 2]));
    *least = value[0];
    return DT_OK;
}

/* out = W x without its mean: the constant vector, whose eigenvalue is 1, stays out in spite of rounding. */
static void gap_mix(const dt_graph *t, size_t p, const double *x, double *out) {
    double mean = 0;
    for (size_t r = 0; r < p; r++) {
        double sum = t->self[r] * x[r];
        for (size_t e = t->start[r]; e < t->start[r + 1]; e++) sum += t->weight[e] * x[t->neighbour[e]];
        out[r] = sum;
        mean += sum;
    }
    mean /= (double)p;
    for (size_t r = 0; r < p; r++) out[r] -= mean;
}

/* The same with the transpose of W. */
static void gap_mix_back(const dt_graph *t, size_t p, const double *x, double *out) {
    double mean = 0;
    for (size_t r = 0; r < p; r++) {
        out[r] = t->self[r] * x[r];
        mean += x[r];
    }
    for (size_t r = 0; r < p; r++)
        for (size_t e = t->start[r]; e < t->start[r + 1]; e++) out[t->neighbour[e]] += t->weight[e] * x[r];
    mean /= (double)p;
    for (size_t r = 0; r < p; r++) out[r] -= mean;
}

/* The number of eigenvalues of the tridiagonal matrix below x (a Sturm count). */
static size_t gap_below(const double *diagonal, const double *beside, size_t m, double x) {
    size_t below = 0;
    double pivot = 1;
    for (size_t i = 0; i < m; i++) {
        double up = i == 0 ? 0 : beside[i - 1] * beside[i - 1];
        pivot = diagonal[i] - x - up / pivot;
        if (pivot == 0) pivot = 1e-300;
        below += pivot < 0;
    }
    return below;
}

/* The largest |eigenvalue|: the least x >= 0 with all m of them in [-x, x). */
static double gap_radius(const double *diagonal, const double *beside, size_t m) {
    double low = 0, high = 1;
    while (high - low > 1e-15) {
        double middle = (low + high) / 2;
        if (middle <= low || middle >= high) break;
        bool inside = gap_below(diagonal, beside, m, middle) == m && gap_below(diagonal, beside, m, -middle) == 0;
        *(inside ? &high : &low) = middle;
    }
    return high;
}

/* The least eigenvalue: the largest x in [-1, 1] that none is below. */
static double gap_least(const double *diagonal, const double *beside, size_t m) {
    double low = -1, high = 1;
    while (high - low > 1e-15) {
        double middle = (low + high) / 2;
        if (middle <= low || middle >= high) break;
        *(gap_below(diagonal, beside, m, middle) == 0 ? &low : &high) = middle;
    }
    return low;
}

static void gap_start(double *q, size_t p, dt_rng *rng) {
    double mean = 0;
    gsl_vector_view v = gsl_vector_view_array(q, p);
    for (size_t r = 0; r < p; r++) mean += q[r] = gsl_ran_gaussian_ziggurat(rng, 1);
    for (size_t r = 0; r < p; r++) q[r] -= mean / (double)p;
    gsl_blas_dscal(1 / gsl_blas_dnrm2(&v.vector), &v.vector);
}

/* One step of the three-term recurrence: q is v_i, before is v_{i-1} and becomes v_{i+1}; returns beta_i. */
static double gap_step(const dt_graph *t, size_t p, double beta, double *alpha, const double *q, double *before,
                       double *next) {
    double dot = 0, length = 0;
    gap_mix(t, p, q, next);
    for (size_t r = 0; r < p; r++) next[r] -= beta * before[r];
    for (size_t r = 0; r < p; r++) dot += next[r] * q[r];
    for (size_t r = 0; r < p; r++) next[r] -= dot * q[r];
    for (size_t r = 0; r < p; r++) length += next[r] * next[r];
    length = sqrt(length);
    for (size_t r = 0; r < p; r++) before[r] = length > 0 ? next[r] / length : 0;
    *alpha = dot;
    return length;
}

static void gap_lanczos(const dt_graph *t, size_t p, dt_rng *rng, double *gap, double *least, dt_arena *scratch) {
    size_t most = 4 * p, check = 32;
    double *alpha = dt_arena_take(scratch, most, sizeof *alpha), *beta = dt_arena_take(scratch, most, sizeof *beta);
    double *q = dt_arena_take(scratch, p, sizeof *q), *other = dt_arena_take(scratch, p, sizeof *other);
    double *next = dt_arena_take(scratch, p, sizeof *next), former = -1;
    gap_start(q, p, rng);
    for (size_t m = 1; m <= most; m++) {
        beta[m - 1] = gap_step(t, p, m == 1 ? 0 : beta[m - 2], &alpha[m - 1], q, other, next);
        double *swap = q;
        q = other;
        other = swap;
        bool whole = beta[m - 1] < 1e-13;       /* the vectors so far are closed under W: nothing is missing */
        if (m < check && m < most && !whole) continue;
        *gap = 1 - gap_radius(alpha, beta, m);
        *least = gap_least(alpha, beta, m);
        if (whole || fabs(former - *gap) <= 1e-8 * *gap) return;
        former = *gap;
        check += check / 4;
    }
}

/* x = M x / |M x| for M = W or its transpose; returns log |M x|, or -inf where nothing but rounding is left. */
static double gap_scaled(const dt_graph *t, size_t p, bool back, double *x, double *next) {
    (back ? gap_mix_back : gap_mix)(t, p, x, next);
    gsl_vector_view v = gsl_vector_view_array(next, p);
    double length = gsl_blas_dnrm2(&v.vector);
    for (size_t r = 0; r < p; r++) x[r] = length > 0 ? next[r] / length : 0;
    return length < 1e-13 ? -INFINITY : log(length);
}

/* The largest singular value s of the product of all W, by power iteration on the product and its transpose.  The vector has
 * length 1 after every factor, since s may be far below the precision of the product itself. */
static void gap_product(const dt_topology *t, dt_rng *rng, double *gap, dt_arena *scratch) {
    enum { MOST = 2000 };
    size_t p = t->workers;
    double *x = dt_arena_take(scratch, p, sizeof *x), *next = dt_arena_take(scratch, p, sizeof *next), s = INFINITY;
    gap_start(x, p, rng);
    for (int i = 0; i < MOST; i++) {
        double former = s;
        s = 0;
        for (size_t g = 0; g < t->graphs; g++) s += gap_scaled(&t->graph[g], p, false, x, next);
        *gap = 1 - exp(s / (double)t->graphs);
        if (isinf(s) || fabs(s - former) <= 1e-12 * (double)t->graphs) return;
        for (size_t g = t->graphs; g-- > 0;) gap_scaled(&t->graph[g], p, true, x, next);
    }
}

static bool gap_symmetric(const dt_topology *t) { return t->graphs == 1 && t->graph->start == t->graph->to_start; }

dt_status dt_topology_gap(const dt_topology *t, dt_rng *rng, double *gap, double *least, dt_arena *scratch) {
    *gap = *least = 1;
    if (t->workers == 1) return DT_OK;
    if (!gap_symmetric(t)) {
        *least = NAN;
        gap_product(t, rng, gap, scratch);
        return DT_OK;
    }
    if (t->workers <= DENSE_MOST) return gap_dense(t->graph, t->workers, gap, least, scratch);
    gap_lanczos(t->graph, t->workers, rng, gap, least, scratch);
    return DT_OK;
}
