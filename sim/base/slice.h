/* slice.h - a range of entries of a vector: those at first .. first + count - 1. */
#ifndef DT_BASE_SLICE_H
#define DT_BASE_SLICE_H

#include <stddef.h>

typedef struct dt_slice { size_t first, count; } dt_slice;

#endif
