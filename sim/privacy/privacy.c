/* privacy.c - clipping, noise, and what they are accounted for.
 * Source: McMahan, Ramage, Talwar, Zhang 2018, "Learning Differentially Private Recurrent Language Models", arXiv:1710.06963,
 * Algorithm 1 (with flat clipping, and the mean of the updates that have come in place of the estimator with a fixed
 * denominator: weights and counts are taken for public). */
#include "privacy/privacy.h"
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#define ROOM privacy
#include "base/members.h"

static const dt_param privacy_common[] = {
    DT_REAL_PARAM(dt_privacy, clip_norm, 1, 1e-12, 1e12, "1", "the norm that an update of a client, its model less the server's, is clipped to: a "
                  "smaller one needs less noise and keeps less of the updates (column clipped)"),
    DT_REAL_PARAM(dt_privacy, noise_multiplier, 1, 0, 1e6, "1", "standard deviation of the noise on the sum of the updates, in clip norms: more noise, "
                  "smaller epsilon, less accuracy; many clients in a round bear more; 0: none, and no epsilon"),
    DT_REAL_PARAM(dt_privacy, delta, 1e-5, 1e-300, 0.999, "1", "chance that the bound epsilon does not hold; less than one in the number of clients"),
    DT_CHOICE_PARAM(dt_privacy, sampling, "poisson", "poisson|fixed", "how the accountant takes clients to be drawn.  poisson: each by "
                    "itself, neighbours differ by a client more or less, as Opacus and TensorFlow Privacy account; fixed: a number that is "
                    "set, as rounds here draw them, and a client is replaced by another: a bound that is larger, and true for these rounds"),
    { 0 }
};

const dt_room dt_privacy_room = {
    .name = "privacy", .brief = "differential privacy of clients: their updates are clipped and get noise, and epsilon is accounted for; without "
                                "the key there is none", .preset = "central",
    .common = privacy_common, ROOM_MEMBERS,
};

dt_status dt_privacy_open(dt_privacy *p, const dt_config *config, size_t expected, uint64_t seed, dt_arena *run) {
    const dt_entry *entry;
    *p = (dt_privacy){ 0 };
    DT_TRY(dt_room_open(&dt_privacy_room, config, NULL, p, run, &entry, &p->state));
    p->type = dt_privacy_of(entry);
    p->clip = p->clip_norm;
    p->expected = (double)expected;
    p->account = dt_privacy_account_new(strcmp(p->sampling, "fixed") == 0 ? DT_DRAW_FIXED : DT_DRAW_POISSON, run);
    p->rng = dt_rng_stream(run, seed, 0, "privacy");
    return DT_OK;
}

double dt_privacy_clip(float *x, const float *base, size_t n, double norm) {
    double square = 0;
    for (size_t e = 0; e < n; e++) {
        double d = (double)x[e] - (base == NULL ? 0 : (double)base[e]);
        square += d * d;
    }
    double had = isfinite(square) ? sqrt(square) : HUGE_VAL, factor = norm / had;
    for (size_t e = 0; had == HUGE_VAL && e < n; e++) x[e] = base == NULL ? 0 : base[e];
    if (had == HUGE_VAL) return had;
    for (size_t e = 0; had > norm && e < n; e++) {
        double from = base == NULL ? 0 : (double)base[e];
        x[e] = (float)(from + factor * ((double)x[e] - from));
    }
    return had;
}

void dt_privacy_blur(dt_rng *rng, double deviation, float *x, size_t n) {
    for (size_t e = 0; deviation > 0 && e < n; e++) x[e] = (float)((double)x[e] + gsl_ran_gaussian_ziggurat(rng, deviation));
}

static double privacy_noise(const dt_privacy *p) {
    return p->type->noise == NULL ? p->noise_multiplier : p->type->noise(p->state, p->noise_multiplier);
}

/* The parts of the expected clients make up the whole. */
double dt_privacy_of_client(const dt_privacy *p, double clip) {
    return p->type->by_clients ? privacy_noise(p) * clip / sqrt(p->expected) : 0;
}

/* One client moves the mean by its weight times the clip norm. */
double dt_privacy_of_mean(const dt_privacy *p, const dt_privacy_mean *m) {
    return p->type->by_clients ? 0 : privacy_noise(p) * p->clip * m->heaviest;
}

/* With parts of clients, the noise of the mean has the variance  sum_k (w_k z C)^2 / expected:  if fewer have come than were
 * expected, it is less than the heaviest client's  w z C. */
void dt_privacy_release(dt_privacy *p, const dt_privacy_mean *m) {
    double z = p->noise_multiplier;
    if (p->type->by_clients) z *= sqrt(m->squares / p->expected) / m->heaviest;
    dt_privacy_spend(p->account, m->q, z);
    if (p->type->adapt != NULL) p->clip = p->type->adapt(p->state, p, m->count - m->clipped, m->count);
}

double dt_privacy_epsilon(const dt_privacy *p) { return dt_privacy_spent(p->account, p->delta); }
