/* reverse.c - liars send the truth in the opposite direction, and many times as long.
 * When: the standard test of a robust rule; the mean of all follows one liar if factor is larger than the number of honest workers.
 * What breaks it: any rule that looks at lengths or distances, unless factor is near 1, where the lie is hard to tell from noise.
 * Source: Chen, Wang, Charles, Papailiopoulos 2018, "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients",
 * arXiv:1803.09877, section 5 (reversed gradient, factor 100 in the authors' code). */
#include "attack/attack.h"

typedef struct reverse { double factor; } reverse;

static dt_forgery reverse_forge(const void *state) { return (dt_forgery){ .scale = -((const reverse *)state)->factor }; }

static const dt_param reverse_params[] = {
    DT_REAL_PARAM(reverse, factor, 100, 0, 1e9, "1", "how many times as long as the truth the lie is, in the opposite direction"),
    { 0 }
};

const dt_attack_type dt_attack_reverse = {
    .is = { "reverse", "Liars send the truth in the opposite direction, many times as long.", "Chen et al. 2018 (DRACO), section 5",
            reverse_params, sizeof(reverse) },
    .forge = reverse_forge,
};
