/* marks.h - a bit for each row or block of a vector: which of them are not all 0.  Private to this room. */
#ifndef DT_COMPRESS_MARKS_H
#define DT_COMPRESS_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t dt_marks_words(size_t count) { return (count + 63) / 64; }

static inline void dt_marks_set(uint64_t *marks, size_t i) { marks[i / 64] |= (uint64_t)1 << i % 64; }

static inline bool dt_marks_has(const uint64_t *marks, size_t i) { return (marks[i / 64] >> i % 64 & 1) != 0; }

static inline size_t dt_marks_count(const uint64_t *marks, size_t count) {
    size_t sum = 0;
    for (size_t w = 0; w < dt_marks_words(count); w++) sum += (size_t)__builtin_popcountll(marks[w]);
    return sum;
}

/* Is any of x [n] not 0?  A NaN is not. */
static inline bool dt_marks_any(const float *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0) return true;
    return false;
}

#endif
