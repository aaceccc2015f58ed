/* noise.c - liars send Gaussian noise, alone or added to the truth.
 * When: to model broken hardware, or workers that want to be of no use without being far from the others (a small deviation).
 * What breaks it: in high dimension noise is farther from everything than honest vectors are from each other.
 * Source: Blanchard, El Mhamdi, Guerraoui, Stainer 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent",
 * arXiv:1703.02757, section 6 (Gaussian Byzantine workers, with a standard deviation of 200). */
#include "attack/attack.h"

typedef struct noise { double deviation; bool added; } noise;

static dt_forgery noise_forge(const void *state) {
    const noise *s = state;
    return (dt_forgery){ .scale = s->added ? 1 : 0, .noise = s->deviation };
}

static const dt_param noise_params[] = {
    DT_REAL_PARAM(noise, deviation, 200, 0, 1e30, "1", "standard deviation of every entry"),
    DT_BOOL_PARAM(noise, added, false, "the noise is added to the truth; false: it takes its place"),
    { 0 }
};

const dt_attack_type dt_attack_noise = {
    .is = { "noise", "Liars send Gaussian noise, alone or added to the truth.", "Blanchard et al. 2017, section 6", noise_params,
            sizeof(noise) },
    .forge = noise_forge,
};
