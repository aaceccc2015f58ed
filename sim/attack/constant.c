/* constant.c - liars send one number in every entry.
 * When: a crude test of a robust rule, which all liars pass on as one: their vectors are equal, so that rules which look for vectors
 * with near neighbours are tried hard.
 * What breaks it: any rule that bears so many liars.
 * Source: Chen, Wang, Charles, Papailiopoulos 2018, "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients",
 * arXiv:1803.09877, section 5 (constant attack, -100 in the authors' code). */
#include "attack/attack.h"

typedef struct constant { double value; } constant;

static dt_forgery constant_forge(const void *state) { return (dt_forgery){ .offset = ((const constant *)state)->value }; }

static const dt_param constant_params[] = {
    DT_REAL_PARAM(constant, value, -100, -1e30, 1e30, "1", "what every entry of the lie is"),
    { 0 }
};

const dt_attack_type dt_attack_constant = {
    .is = { "constant", "Liars send one number in every entry.", "Chen et al. 2018 (DRACO), section 5", constant_params, sizeof(constant) },
    .forge = constant_forge,
};
