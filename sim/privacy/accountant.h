/* accountant.h - Renyi differential privacy: what a sequence of noisy sums tells of one client at most.
 *
 * Two sets of clients are neighbours if they differ in one of them, with all its samples ("user-level" privacy).  A sum of clipped
 * updates changes by at most the clip norm if a client is added or removed; it gets Gaussian noise of z clip norms in each entry (z
 * is the noise multiplier).  A client is in a round with chance q (the sampling rate).
 * Renyi's divergence of order alpha between the two outcomes adds up over the rounds, and bounds (epsilon, delta) for each alpha.
 * Sources: Mironov 2017, "Renyi Differential Privacy", arXiv:1702.07476; Mironov, Talwar, Zhang 2019, "Renyi Differential Privacy of
 * the Sampled Gaussian Mechanism", arXiv:1908.10530; Wang, Balle, Kasiviswanathan 2019, "Subsampled Renyi Differential Privacy and
 * Analytical Moments Accountant", arXiv:1808.00087, theorem 9; Canonne, Kamath, Steinke 2020, "The Discrete Gaussian for
 * Differential Privacy", arXiv:2004.00010, proposition 12. */
#ifndef DT_PRIVACY_ACCOUNTANT_H
#define DT_PRIVACY_ACCOUNTANT_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

/* How the clients of a round are drawn: each by itself with chance q, where neighbours differ by a client that is added or removed;
 * or a share q of them, a fixed number, where neighbours differ by a client that is replaced by another. */
typedef enum dt_privacy_draw { DT_DRAW_POISSON, DT_DRAW_FIXED } dt_privacy_draw;

/* Renyi's divergence of order alpha > 1 of one round; HUGE_VAL if z is 0.  0 <= q <= 1.
 * With DT_DRAW_FIXED it is an upper bound. */
double dt_privacy_renyi(dt_privacy_draw draw, double q, double z, double alpha);

/* The epsilon that follows from a divergence of order alpha, for that delta in (0, 1); at least 0. */
double dt_privacy_convert(double renyi, double alpha, double delta);

/* What was spent so far, for each of a list of orders. */
typedef struct dt_privacy_account dt_privacy_account;

dt_privacy_account *dt_privacy_account_new(dt_privacy_draw draw, dt_arena *run);

/* One round more. */
void dt_privacy_spend(dt_privacy_account *a, double q, double z);

/* The least epsilon over the orders; NaN if a round was without noise, so that there is no bound. */
double dt_privacy_spent(const dt_privacy_account *a, double delta);

#endif
