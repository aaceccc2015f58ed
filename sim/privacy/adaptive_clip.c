/* adaptive_clip.c - the clip norm follows a quantile of the updates' norms, of which clients report one bit each.
 * When to use it: nobody knows the norms before the training, or they shrink as it goes on.
 * What breaks it: few clients in a round, whose noisy bits say little.
 * The share of the clients that were not clipped, b, moves the clip norm C:  C <- C exp(-rate (b - quantile)).  The noise of b takes
 * a share of what is accounted for:  z^-2 = z_sum^-2 + (2 z_b)^-2,  so that the noise of the sum is z / sqrt(1 - share) clip norms,
 * and that of the count of bits z / (2 sqrt(share)).  (The paper sets z_b to a twentieth of the clients; a share is possible
 * with any number of them.)
 * Source: Andrew, Thakkar, McMahan, Ramaswamy 2021, "Differentially Private Learning with Adaptive Clipping", arXiv:1905.03871,
 * Algorithm 1. */
#include "privacy/privacy.h"
#include <gsl/gsl_randist.h>
#include <math.h>

typedef struct adaptive_clip { double quantile, rate, share; } adaptive_clip;

static double adaptive_clip_noise(const void *state, double multiplier) {
    return multiplier / sqrt(1 - ((const adaptive_clip *)state)->share);
}

static double adaptive_clip_adapt(const void *state, const dt_privacy *p, size_t within, size_t count) {
    const adaptive_clip *a = state;
    double noise = gsl_ran_gaussian_ziggurat(p->rng, p->noise_multiplier / (2 * sqrt(a->share)));
    double share = ((double)within + noise) / (double)count;
    return p->clip * exp(-a->rate * (share - a->quantile));
}

static const dt_param adaptive_clip_params[] = {
    DT_REAL_PARAM(adaptive_clip, quantile, 0.5, 0, 1, "1", "share of the updates that are not to be clipped"),
    DT_REAL_PARAM(adaptive_clip, rate, 0.2, 0, 10, "1", "how fast the clip norm follows; the norm changes by a factor of e^rate in a round at most, but for noise"),
    DT_REAL_PARAM(adaptive_clip, share, 0.05, 1e-6, 0.5, "1", "share of the privacy that is spent on finding the norm: the sum of updates gets noise "
                  "of noise_multiplier / sqrt(1 - share) clip norms"),
    { 0 }
};

const dt_privacy_type dt_privacy_adaptive_clip = {
    .is = { "adaptive_clip", "As \"central\", with a clip norm that follows a quantile of the updates' norms.",
            "Andrew et al. 2021, Algorithm 1", adaptive_clip_params, sizeof(adaptive_clip) },
    .down = 8, .up = 1, .noise = adaptive_clip_noise, .adapt = adaptive_clip_adapt,
};
