/* accountant.c - divergences of one round, and their sums.
 *
 * A round that clients enter by chance q has the outcomes N(0, z^2) and (1 - q) N(0, z^2) + q N(1, z^2), in units of the clip norm.
 * With r(x) = 1 - q + q exp((2 x - 1) / (2 z^2)), the ratio of their densities, the divergence of order alpha is
 *   ln A / (alpha - 1),   A = E r(x)^alpha  for x from N(0, z^2).
 * A is 1 and a little where q is small, so that what is computed is A - 1, from terms that are not negative: for a whole alpha
 *   A - 1 = sum_{k=2}^{alpha} C(alpha, k) (1 - q)^(alpha-k) q^k (exp(k (k-1) / (2 z^2)) - 1),
 * and else the integral of r^alpha - 1 - alpha (r - 1), as E r is 1.  (The series of Mironov et al. for orders that are not whole
 * has terms of both signs.) */
#include "privacy/accountant.h"
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* ln(e^a + e^b) */
static double log_sum(double a, double b) {
    double high = fmax(a, b), low = fmin(a, b);
    return high == -HUGE_VAL ? high : high + log1p(exp(low - high));
}

/* ln(e^x - 1) for x > 0 */
static double log_expm1(double x) { return x > 40 ? x : log(expm1(x)); }

/* ln(1 + e^x) */
static double log_1p_exp(double x) { return x > 40 ? x : log1p(exp(x)); }

static double log_choose(double n, double k) { return gsl_sf_lnchoose((unsigned)n, (unsigned)k); }

/* ---- Poisson sampling ---------------------------------------------------------------------------- */

/* ln(A - 1) of a whole order. */
static double poisson_whole(double q, double z, double alpha) {
    double sum = -HUGE_VAL;
    for (double k = 2; k <= alpha; k++)
        sum = log_sum(sum, log_choose(alpha, k) + (alpha - k) * log1p(-q) + k * log(q) + log_expm1(k * (k - 1) / (2 * z * z)));
    return sum;
}

typedef struct integrand { double q, z, alpha, scale; } integrand;

/* ln of (r^alpha - 1 - alpha (r - 1)) N(x; 0, z^2); u = r - 1. */
static double integrand_log(const integrand *i, double x) {
    double lift = (2 * x - 1) / (2 * i->z * i->z), power, rest;
    double log_r = lift > 40 ? log_sum(log1p(-i->q), log(i->q) + lift) : log1p(i->q * expm1(lift)), u = expm1(log_r);
    power = i->alpha * log_r;
    if (fabs(u) < 1e-4) rest = log(i->alpha * (i->alpha - 1) / 2 * u * u * (1 + (i->alpha - 2) / 3 * u));
    else if (power < 30) rest = log(expm1(power) - i->alpha * u);
    else rest = power + log1p(-exp(log_sum(0, log(i->alpha) + log_expm1(log_r)) - power));
    return rest - x * x / (2 * i->z * i->z) - log(i->z * sqrt(2 * M_PI));
}

static double integrand_value(double x, void *arg) {
    const integrand *i = arg;
    double value = integrand_log(i, x) - i->scale;
    return value < -700 ? 0 : exp(value);       /* also where u is 0, and its logarithm -infinity */
}

/* ln(A - 1) of any order.  The integrand has its hills where the densities are that r^alpha N(0, z^2) is a mixture of, about 0 and
 * alpha and between; each piece is small beside them, so that a rule without memory does (its own estimate of its error is not
 * asked for). */
static double poisson_any(double q, double z, double alpha) {
    enum { PIECES = 48, LOOKS = 16 };
    integrand i = { q, z, alpha, -HUGE_VAL };
    double from = -12 * z, step = (alpha + 24 * z) / PIECES, sum = 0;
    for (int p = 0; p <= LOOKS * PIECES; p++) i.scale = fmax(i.scale, integrand_log(&i, from + p * step / LOOKS));
    gsl_function f = { integrand_value, &i };
    for (int p = 0; p < PIECES; p++) {
        double piece, error;
        size_t evaluations;
        gsl_integration_qng(&f, from + p * step, from + (p + 1) * step, 1e-12, 1e-10, &piece, &error, &evaluations);
        sum += piece;
    }
    return i.scale + log(sum);
}

/* (alpha - 1) times the divergence of a whole order. */
static double poisson_times(double q, double z, double alpha) { return alpha < 2 ? 0 : log_1p_exp(poisson_whole(q, z, alpha)); }

/* With so little noise that the hills are narrower than a piece, the chord between whole orders is taken: (alpha - 1) times the
 * divergence is convex in alpha, so that it is a bound. */
static double poisson_renyi(double q, double z, double alpha) {
    double low = floor(alpha), part = alpha - low;
    if (part == 0) return poisson_times(q, z, alpha) / (alpha - 1);
    if (alpha < 72 * z) return log_1p_exp(poisson_any(q, z, alpha)) / (alpha - 1);
    return ((1 - part) * poisson_times(q, z, low) + part * poisson_times(q, z, low + 1)) / (alpha - 1);
}

/* ---- a fixed number of clients ------------------------------------------------------------------- */

/* (alpha - 1) times the bound of theorem 9 for a whole order.  A client that is replaced moves the sum by two clip norms at most, so
 * that without sampling the divergence is alpha 2^2 / (2 z^2). */
static double fixed_whole(double q, double z, double alpha) {
    double e2 = 2 * 2 / (z * z), all = (alpha - 1) * alpha * 2 / (z * z);
    if (alpha < 2) return 0;
    double sum = 2 * log(q) + log_choose(alpha, 2) + fmin(log(4) + log_expm1(e2), M_LN2 + e2);
    for (double j = 3; j <= alpha; j++)
        sum = log_sum(sum, j * log(q) + log_choose(alpha, j) + (j - 1) * j * 2 / (z * z) + M_LN2);
    return fmin(log_1p_exp(sum), all);
}

/* (alpha - 1) times the divergence is convex in alpha, so that between whole orders the chord is a bound (corollary 10). */
static double fixed_renyi(double q, double z, double alpha) {
    double low = floor(alpha), part = alpha - low;
    double bound = fixed_whole(q, z, low);
    if (part > 0) bound = (1 - part) * bound + part * fixed_whole(q, z, low + 1);
    return fmin(bound / (alpha - 1), alpha * 2 / (z * z));
}

double dt_privacy_renyi(dt_privacy_draw draw, double q, double z, double alpha) {
    if (q <= 0) return 0;
    if (!(z > 0)) return HUGE_VAL;
    if (draw == DT_DRAW_FIXED) return q >= 1 ? alpha * 2 / (z * z) : fixed_renyi(q, z, alpha);
    return q >= 1 ? alpha / (2 * z * z) : poisson_renyi(q, z, alpha);
}

/* ---- the account --------------------------------------------------------------------------------- */

double dt_privacy_convert(double renyi, double alpha, double delta) {
    return fmax(0, renyi + log1p(-1 / alpha) - (log(delta) + log(alpha)) / (alpha - 1));
}

enum { TENTHS = 99, WHOLE = 53, LARGE = 9, ORDERS = TENTHS + WHOLE + LARGE, KEPT = 8 };

struct dt_privacy_account {
    dt_privacy_draw draw;
    double order[ORDERS], spent[ORDERS];
    long   rounds;
    /* The divergences of the last kinds of rounds, since rounds are mostly alike. */
    struct { double q, z, renyi[ORDERS]; } kept[KEPT];
    size_t next;
};

/* 1.1, 1.2 .. 10.9, as usual; whole numbers to 63, and some large ones for much noise and few rounds. */
dt_privacy_account *dt_privacy_account_new(dt_privacy_draw draw, dt_arena *run) {
    static const double large[LARGE] = { 72, 80, 96, 128, 192, 256, 384, 512, 1024 };
    dt_privacy_account *a = dt_arena_take(run, 1, sizeof *a);
    size_t at = 0;
    a->draw = draw;
    for (int i = 1; i <= TENTHS; i++) a->order[at++] = 1 + (double)i / 10;
    for (int i = 0; i < WHOLE; i++) a->order[at++] = 11 + i;
    for (int i = 0; i < LARGE; i++) a->order[at++] = large[i];
    for (size_t i = 0; i < KEPT; i++) a->kept[i].q = -1;
    return a;
}

static const double *account_round(dt_privacy_account *a, double q, double z) {
    for (size_t i = 0; i < KEPT; i++)
        if (a->kept[i].q == q && a->kept[i].z == z) return a->kept[i].renyi;
    size_t at = a->next++ % KEPT;
    a->kept[at].q = q;
    a->kept[at].z = z;
    for (size_t i = 0; i < ORDERS; i++) a->kept[at].renyi[i] = dt_privacy_renyi(a->draw, q, z, a->order[i]);
    return a->kept[at].renyi;
}

void dt_privacy_spend(dt_privacy_account *a, double q, double z) {
    const double *renyi = account_round(a, q, z);
    for (size_t i = 0; i < ORDERS; i++) a->spent[i] += renyi[i];
    a->rounds++;
}

double dt_privacy_spent(const dt_privacy_account *a, double delta) {
    double least = HUGE_VAL;
    if (a->rounds == 0) return 0;
    for (size_t i = 0; i < ORDERS; i++) least = fmin(least, dt_privacy_convert(a->spent[i], a->order[i], delta));
    return isfinite(least) ? least : NAN;
}
