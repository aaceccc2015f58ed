/* tuned.c - priority whose piece and credit are looked for while it trains: each of some choices is tried for a few steps, and the
 * fastest is kept.  A Gaussian process over the logarithms of both guesses the time of a step; the next choice is where it expects the
 * largest improvement, the first ones are placed evenly over the range.
 * One would use it where neither overhead nor network is known; it pays for bad choices with the steps that it tries them for.  Between
 * two choices everything on its way arrives first, so that the next one begins with empty links: that step is not measured.  Steps that
 * vary (jitter, other load) need more of them for each choice, and what changes after the last choice is not seen.  No compressor that
 * loses anything goes with it, as error memories belong to parts.
 * Source: Peng et al. 2019, "A Generic Communication Scheduler for Distributed DNN Training Acceleration" (ByteScheduler), SOSP,
 * section 4.3 (Bayesian optimisation; here with the Matern 5/2 kernel), doi:10.1145/3341301.3359642. */
#include "queue/queue.h"
#include "queue/surrogate.h"
#include <gsl/gsl_qrng.h>
#include <math.h>

enum { EVEN = 4, LATTICE = 33 };  /* choices before the process is asked; points that it is asked at, on each side */

typedef struct tuned {
    double piece_least, piece_most, credit_least, credit_most;
    long   trials, steps;
    double next[2];                 /* the present choice, once one was measured */
    dt_surrogate known;             /* logarithms of seconds, over logarithms of piece and credit in their ranges */
} tuned;

static double tuned_scale(double least, double most, double at) { return least * pow(most / least, at); }

/* Number i of points that lie evenly in the unit square. */
static void tuned_even(size_t i, double *at) {
    gsl_qrng *points = gsl_qrng_alloc(gsl_qrng_sobol, 2);
    for (size_t k = 0; k <= i; k++) gsl_qrng_get(points, at);
    gsl_qrng_free(points);
}

static void tuned_expect(tuned *t) {
    double best = -1;
    dt_surrogate_fit(&t->known);
    for (size_t i = 0; i < LATTICE * LATTICE; i++) {
        const double at[2] = { (double)(i % LATTICE) / (LATTICE - 1), (double)(i / LATTICE) / (LATTICE - 1) };
        double gain = dt_surrogate_improvement(&t->known, at);
        if (gain <= best) continue;
        best = gain;
        t->next[0] = at[0];
        t->next[1] = at[1];
    }
}

static void tuned_keep(tuned *t) {
    size_t best = 0;
    for (size_t i = 1; i < t->known.count; i++)
        if (t->known.value[i] < t->known.value[best]) best = i;
    t->next[0] = t->known.at[best][0];
    t->next[1] = t->known.at[best][1];
}

static void tuned_now(const tuned *t, double *at) {
    if (t->known.count == 0) tuned_even(0, at);
    else at[0] = t->next[0], at[1] = t->next[1];
}

static void tuned_measured(void *state, double seconds) {
    tuned *t = state;
    size_t n = t->known.count;
    tuned_now(t, t->known.at[n]);
    t->known.value[n] = log(fmax(seconds, 1e-300));
    t->known.count = ++n;
    if (n == (size_t)t->trials) tuned_keep(t);
    else if (n < EVEN) tuned_even(n, t->next);
    else tuned_expect(t);
}

static long tuned_lasts(const void *state) {
    const tuned *t = state;
    return t->known.count < (size_t)t->trials ? t->steps : 0;
}

static dt_status tuned_cut(const void *state, const dt_queue_view *v, dt_queue_plan *plan) {
    const tuned *t = state;
    double at[2];
    if (t->piece_least > t->piece_most)
        return dt_fail_at(DT_EINVAL, "queue.piece_most", "expected at least piece_least, %g B, got %g B", t->piece_least, t->piece_most);
    if (t->credit_least > t->credit_most)
        return dt_fail_at(DT_EINVAL, "queue.credit_most", "expected at least credit_least, %g B, got %g B", t->credit_least, t->credit_most);
    tuned_now(t, at);
    plan->credit = tuned_scale(t->credit_least, t->credit_most, at[1]);
    dt_queue_pieces(v, tuned_scale(t->piece_least, t->piece_most, at[0]), true, plan);
    return DT_OK;
}

static const dt_param tuned_params[] = {
    DT_REAL_PARAM(tuned, piece_least, 500e3, 4, 1e15, "B", "the smallest size of pieces that is tried; small ones cost simulating time, too"),
    DT_REAL_PARAM(tuned, piece_most, 128e6, 4, 1e15, "B", "the largest size of pieces that is tried"),
    DT_REAL_PARAM(tuned, credit_least, 500e3, 1, 1e15, "B", "the smallest credit that is tried; queue.credit is not used"),
    DT_REAL_PARAM(tuned, credit_most, 256e6, 1, 1e15, "B", "the largest credit that is tried"),
    DT_INT_PARAM(tuned, trials, 15, 1, DT_SURROGATE_MOST, "choices that are tried before the fastest is kept, as in ByteScheduler"),
    DT_INT_PARAM(tuned, steps, 5, 3, 1000000, "steps of each choice, of which the first and the last are not measured; jitter needs many"),
    { 0 }
};

const dt_queue_type dt_queue_tuned = {
    .is = { "tuned", "Priority whose piece and credit are found while it trains, by Bayesian optimisation: ByteScheduler's tuner.",
            "Peng et al. 2019, section 4.3", tuned_params, sizeof(tuned) },
    .cut = tuned_cut, .lasts = tuned_lasts, .measured = tuned_measured,
};
