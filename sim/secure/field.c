/* field.c - the field, shares of secrets, and masks.  Products modulo 2^61 - 1 fold the high bits onto the low ones. */
#include "secure/field.h"
#include <assert.h>

static uint64_t field_fold(uint64_t a) {
    a = (a & DT_SECURE_PRIME) + (a >> 61);
    return a >= DT_SECURE_PRIME ? a - DT_SECURE_PRIME : a;
}

__extension__ typedef unsigned __int128 wide;

uint64_t dt_secure_times(uint64_t a, uint64_t b) {
    wide product = (wide)a * b;
    return field_fold((uint64_t)(product & DT_SECURE_PRIME) + (uint64_t)(product >> 61));
}

static uint64_t field_plus(uint64_t a, uint64_t b) { return field_fold(a + b); }
static uint64_t field_minus(uint64_t a, uint64_t b) { return field_fold(a + DT_SECURE_PRIME - b); }

uint64_t dt_secure_power(uint64_t a, uint64_t e) {
    uint64_t power = 1;
    for (; e > 0; e >>= 1) {
        if (e & 1) power = dt_secure_times(power, a);
        a = dt_secure_times(a, a);
    }
    return power;
}

/* Fermat: a^(p - 1) = 1. */
uint64_t dt_secure_inverse(uint64_t a) {
    assert(a != 0);
    return dt_secure_power(a, DT_SECURE_PRIME - 2);
}

uint64_t dt_secure_draw(dt_rng *rng) {
    uint64_t a;
    do a = gsl_rng_get(rng) >> 3;
    while (a == 0 || a >= DT_SECURE_PRIME);
    return a;
}

enum { GENERATOR = 37 };        /* of the 2^61 - 2 elements other than 0 */

uint64_t dt_secure_public(uint64_t secret) { return dt_secure_power(GENERATOR, secret); }
uint64_t dt_secure_agree(uint64_t secret, uint64_t other) { return dt_secure_power(other, secret); }

/* Horner's rule, from the highest coefficient. */
uint64_t dt_secure_share(uint64_t secret, uint64_t seed, size_t threshold, uint64_t x, dt_rng *scratch) {
    uint64_t value = 0;
    dt_rng_restart(scratch, seed, 0, "shares");
    for (size_t j = 1; j < threshold; j++) value = dt_secure_times(field_plus(value, dt_secure_draw(scratch)), x);
    return field_plus(value, secret);
}

/* weight_i = prod_{j != i} x_j / (x_j - x_i) */
void dt_secure_weights(const uint64_t *x, size_t count, uint64_t *weight) {
    for (size_t i = 0; i < count; i++) {
        uint64_t above = 1, below = 1;
        for (size_t j = 0; j < count; j++) {
            if (j == i) continue;
            above = dt_secure_times(above, x[j]);
            below = dt_secure_times(below, field_minus(x[j], x[i]));
        }
        weight[i] = dt_secure_times(above, dt_secure_inverse(below));
    }
}

uint64_t dt_secure_combine(const uint64_t *weight, const uint64_t *share, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum = field_plus(sum, dt_secure_times(weight[i], share[i]));
    return sum;
}

void dt_secure_mask(uint64_t key, long round, bool minus, uint32_t *word, size_t n, dt_rng *scratch) {
    dt_rng_restart(scratch, key, round, "mask");
    for (size_t i = 0; i < n; i += 2) {
        uint64_t two = gsl_rng_get(scratch);
        uint32_t first = (uint32_t)two, second = (uint32_t)(two >> 32);
        word[i] += minus ? 0u - first : first;
        if (i + 1 < n) word[i + 1] += minus ? 0u - second : second;
    }
}
