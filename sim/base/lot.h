/* lot.h - lots: exactly count of `of` are drawn for each number, such as that of a round, and whether one of them is can be asked
 * of each by itself: the answer hangs on the arguments alone, not on who asked before.  Every set of count is equally likely, and the
 * draws of two numbers are independent. */
#ifndef DT_BASE_LOT_H
#define DT_BASE_LOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if which < of is among the count <= of that are drawn for that number.  It takes constant time, on any thread. */
bool dt_lot_falls(uint64_t seed, const char *purpose, long number, size_t of, size_t count, size_t which);

/* The same of all: fill drawn [of], exactly count of which are true. */
void dt_lot_draw(uint64_t seed, const char *purpose, long number, size_t of, size_t count, bool *drawn);

#endif
