/* largest.h - selects the k largest of n numbers by magnitude, in O(n) for all inputs, the same on every machine.
 * Private to this room. */
#ifndef DT_COMPRESS_LARGEST_H
#define DT_COMPRESS_LARGEST_H

#include "compress/compress.h"
#include <string.h>

enum { DT_LARGEST_SCRATCH = 1 << 11 };

/* The k-th largest magnitude, and how many of exactly that magnitude are selected: of equal ones the first are. */
typedef struct dt_largest { uint32_t threshold; size_t ties; } dt_largest;

/* Select among in [n], 0 < k <= n.  scratch [DT_LARGEST_SCRATCH] */
dt_largest dt_compress_largest(const float *in, size_t n, size_t k, uint32_t *scratch);

/* Magnitudes of floats are ordered as the whole numbers of their bits are; a NaN is above all, so that it is always sent. */
static inline uint32_t dt_compress_size(const float *in, size_t i) {
    uint32_t bits;
    memcpy(&bits, &in[i], sizeof bits);
    return bits & 0x7fffffff;
}

/* True if in[i] is selected; to be called for every i, in ascending order. */
static inline bool dt_largest_takes(dt_largest *l, const float *in, size_t i) {
    uint32_t size = dt_compress_size(in, i);
    if (size < l->threshold || (size == l->threshold && l->ties == 0)) return false;
    l->ties -= size == l->threshold;
    return true;
}

#endif
