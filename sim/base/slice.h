/* slice.h - a range of entries of a vector: those at first .. first + count - 1; and who takes a vector range by range. */
#ifndef DT_BASE_SLICE_H
#define DT_BASE_SLICE_H

#include <stddef.h>

typedef struct dt_slice { size_t first, count; } dt_slice;

/* Who takes a vector piece by piece, each while it is still in the processor's cache.  values [range.count] may be overwritten, and
 * are valid during the call alone. */
typedef struct dt_sink {
    void (*take)(void *owner, dt_slice range, float *values);
    void *owner;
} dt_sink;

#endif
