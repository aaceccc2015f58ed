/* cells.h - where a count sketch adds an entry, and the median of what it reads.  Private to this room. */
#ifndef DT_COMPRESS_CELLS_H
#define DT_COMPRESS_CELLS_H

#include <stddef.h>
#include <stdint.h>

/* The cell of the row that entry i is added to, in a table of rows * columns, and the sign.
 * Source: the mixer of SplitMix64 (Steele et al. 2014). */
static inline size_t dt_cells_place(uint64_t seed, size_t rows, size_t columns, size_t row, size_t i, float *sign) {
    uint64_t z = seed + 0x9e3779b97f4a7c15u * ((uint64_t)i * (uint64_t)rows + row + 1);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    *sign = (z & 1) == 0 ? 1.0f : -1.0f;
    return row * columns + (size_t)((z >> 32) * columns >> 32);
}

/* Rows are few, so they are sorted by insertion, in place. */
static inline float dt_cells_median(float *x, size_t count) {
    for (size_t i = 1; i < count; i++) {
        float moved = x[i];
        size_t place = i;
        for (; place > 0 && x[place - 1] > moved; place--) x[place] = x[place - 1];
        x[place] = moved;
    }
    return count % 2 == 1 ? x[count / 2] : 0.5f * (x[count / 2 - 1] + x[count / 2]);
}

#endif
