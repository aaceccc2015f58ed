/* quantity.h - quantities as text for people, with a unit that suits their size: "12.3 ms", "4.56 GB".
 * text has room for 32 bytes and is returned. */
#ifndef DT_BASE_QUANTITY_H
#define DT_BASE_QUANTITY_H

#include "base/arena.h"
#include <stdbool.h>

const char *dt_quantity_seconds(double s, char *text);
const char *dt_quantity_bytes(double bytes, char *text);
const char *dt_quantity_joules(double joules, char *text);

/* True for the units of which multiples are shown: "s", "B", "B/s", "J". */
bool dt_quantity_unit(const char *unit);

/* The same with so many digits, 1 to 17; of any other unit the bare number. */
const char *dt_quantity_text(double value, const char *unit, int digits, char *text);

/* The least number of digits, from least to 17, that leaves no two of these numbers with one text unless they are equal.
 * A NaN is no number here. */
int dt_quantity_digits(const double *value, size_t count, const char *unit, int least, dt_arena *scratch);

#endif
