/* rng.c - xoshiro256** as a GSL generator, seeded with 64 bits of a stream's name.
 * Source: Blackman, Vigna 2021, "Scrambled Linear Pseudorandom Number Generators"; seeding by SplitMix64.
 * GSL's own generators take 32-bit seeds, too few for the streams of 100 000 devices to stay apart. */
#include "base/rng.h"
#include <gsl/gsl_errno.h>
#include <string.h>

void dt_base_start(void) { gsl_set_error_handler_off(); }

typedef struct xoshiro { uint64_t s[4]; } xoshiro;

static uint64_t split_mix(uint64_t *x) {
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void xoshiro_set(void *state, unsigned long seed) {
    xoshiro *x = state;
    uint64_t at = seed;
    for (int i = 0; i < 4; i++) x->s[i] = split_mix(&at);
}

static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static unsigned long xoshiro_get(void *state) {
    uint64_t *s = ((xoshiro *)state)->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static double xoshiro_get_double(void *state) {
    return (double)(xoshiro_get(state) >> 11) * 0x1p-53;
}

static const gsl_rng_type xoshiro_type = { "xoshiro256**", UINT64_MAX, 0, sizeof(xoshiro), xoshiro_set, xoshiro_get,
                                           xoshiro_get_double };

/* FNV-1a over 8-byte words with a final mix; defined by bytes, so equal on every machine of one endianness. */
uint64_t dt_hash(uint64_t former, const void *bytes, size_t length) {
    const unsigned char *b = bytes;
    uint64_t h = former ^ 0xcbf29ce484222325u ^ ((uint64_t)length * 0x9e3779b97f4a7c15u);
    for (; length >= 8; b += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, b, 8);
        h = rotate((h ^ word) * 0x100000001b3u, 29) + 0x9e3779b97f4a7c15u;
    }
    for (; length > 0; b++, length--) h = (h ^ *b) * 0x100000001b3u;
    return split_mix(&h);
}

void dt_rng_restart(dt_rng *rng, uint64_t seed, long rank, const char *purpose) {
    uint64_t name = dt_hash(dt_hash(seed, purpose, strlen(purpose)), &rank, sizeof rank);
    gsl_rng_set(rng, name == 0 ? 1 : name);
}

dt_rng *dt_rng_stream(dt_arena *arena, uint64_t seed, long rank, const char *purpose) {
    dt_rng *rng = dt_arena_take(arena, 1, sizeof *rng);
    rng->type = &xoshiro_type;
    rng->state = dt_arena_take(arena, 1, sizeof(xoshiro));
    dt_rng_restart(rng, seed, rank, purpose);
    return rng;
}
