/* rng.h - random streams by name.  Two streams differ as soon as seed, rank or purpose differ, and a new
 * consumer never shifts an old one: runs that differ in one choice share every other draw.
 * A stream is an ordinary gsl_rng, so every GSL distribution reads it. */
#ifndef DT_BASE_RNG_H
#define DT_BASE_RNG_H

#include "base/arena.h"
#include <gsl/gsl_rng.h>
#include <stdint.h>

typedef gsl_rng dt_rng;

/* To be called once, before anything else: GSL returns errors from now on, instead of ending the program. */
void dt_base_start(void);

/* A stream at its first number; 40 bytes of state.
 *   rank     whose stream it is; 0 where there is only one
 *   purpose  what it is for: "order", "jitter", ... */
dt_rng *dt_rng_stream(dt_arena *arena, uint64_t seed, long rank, const char *purpose);

/* Put an existing stream at the first number of another (no allocation). */
void dt_rng_restart(dt_rng *rng, uint64_t seed, long rank, const char *purpose);

/* A 64-bit hash of bytes, continued from a former one (start with 0): fingerprints and stream names. */
uint64_t dt_hash(uint64_t former, const void *bytes, size_t length);

#endif
