/* secure.h - secure aggregation: the server learns the sum of the clients' updates, and nothing of any one.  Each client adds masks to
 * its update that cancel in the sum; shares of what makes them let the server remove those of clients that have dropped out.
 * Source: Bonawitz, Ivanov, Kreuter, Marcedone, McMahan, Patel, Ramage, Segal, Seth 2017, "Practical Secure Aggregation for
 * Privacy-Preserving Machine Learning", doi:10.1145/3133956.3133982, figure 4 (the rounds for a server that is honest but curious:
 * no signatures, and no check that all got the same list). */
#ifndef DT_SECURE_SECURE_H
#define DT_SECURE_SECURE_H

#include "base/param.h"
#include "secure/field.h"

/* Bytes of a public key and of a share, in a ciphertext or open, on a real wire: 256 bits each. */
enum { DT_SECURE_KEY = 32, DT_SECURE_SHARE = 32, DT_SECURE_WEIGHT = 4 };

typedef struct dt_secure {
    double threshold;           /* of the clients of a round */
    long   bits;                /* of a word */
    double range;               /* entries of an update are cut at +- range */
    double patience;            /* [s] of an exchange of keys, shares or replies; 0: only the round's own limit */
    double flops;               /* of a word of a mask, or a product in the field */
    double agreement;           /* flops of a key agreement */
} dt_secure;

extern const dt_param dt_secure_params[];

/* The fewest clients of so many with whom a sum can be unmasked; at least 2, as the sum of one client is its update. */
size_t dt_secure_least(const dt_secure *s, size_t clients);

/* Can the updates of so many clients, of all, be summed?  Errors: DT_EINVAL, there are fewer than two. */
dt_status dt_secure_check(size_t clients, size_t of);

/* The whole bytes of n words. */
double dt_secure_bytes(const dt_secure *s, size_t n);

/* Levels in a unit: the most for which the sum of so many clients fits into a word. */
double dt_secure_scale(const dt_secure *s, size_t clients);

/* word [n] = the levels of weight * (x - base), 0 <= weight <= 1; returns how many entries were cut at the range. */
size_t dt_secure_quantise(const dt_secure *s, double scale, double weight, const float *x, const float *base, uint32_t *word, size_t n);

/* A sum of words, modulo 2^bits, as a number of levels. */
double dt_secure_level(const dt_secure *s, uint32_t word);

#endif
