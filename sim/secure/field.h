/* field.h - arithmetic of secure aggregation: key agreement and secret sharing over the field of p = 2^61 - 1 elements, and masks.
 * A field of 61 bits hides nothing from anybody who tries; what a real system sends (256 bits) is charged instead (secure.h).
 * Sources: Diffie, Hellman 1976; Shamir 1979, "How to Share a Secret", doi:10.1145/359168.359176. */
#ifndef DT_SECURE_FIELD_H
#define DT_SECURE_FIELD_H

#include "base/rng.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DT_SECURE_PRIME 0x1fffffffffffffffu

/* a b mod p, a^e mod p, and 1 / a mod p, of elements below p; a is not 0 for the last. */
uint64_t dt_secure_times(uint64_t a, uint64_t b);
uint64_t dt_secure_power(uint64_t a, uint64_t e);
uint64_t dt_secure_inverse(uint64_t a);

/* An element other than 0, drawn from rng. */
uint64_t dt_secure_draw(dt_rng *rng);

/* The public key g^secret of a secret key, and what two agree on: (g^other)^secret. */
uint64_t dt_secure_public(uint64_t secret);
uint64_t dt_secure_agree(uint64_t secret, uint64_t other);

/* The value at x (1 <= x < p) of a polynomial of degree threshold - 1 whose value at 0 is the secret: one share of it.  The other
 * coefficients are those of a stream that seed names: equal seeds belong to one polynomial. */
uint64_t dt_secure_share(uint64_t secret, uint64_t seed, size_t threshold, uint64_t x, dt_rng *scratch);

/* The weights [count] of Lagrange's interpolation at 0: a secret is the sum of weight[i] times the share at x[i], which all differ. */
void     dt_secure_weights(const uint64_t *x, size_t count, uint64_t *weight);
uint64_t dt_secure_combine(const uint64_t *weight, const uint64_t *share, size_t count);

/* word [n] += the words of a stream that key names in this round, or -= them; whole words modulo 2^32.  Equal keys have equal
 * streams. */
void dt_secure_mask(uint64_t key, long round, bool minus, uint32_t *word, size_t n, dt_rng *scratch);

#endif
