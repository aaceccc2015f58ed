/* ages.h - how old merged updates were: how many of each age, and how that changed over time.
 * The age of an update is how often the model has changed since the update started from it. */
#ifndef DT_ROLE_AGES_H
#define DT_ROLE_AGES_H

#include "base/arena.h"
#include <stdbool.h>

enum { DT_AGES_WINDOWS = 128 };         /* at most; from the 128th on, two neighbours become one */

/* Updates that were merged in one stretch of time. */
typedef struct dt_age_window { long updates, sum, least, most; } dt_age_window;

typedef struct dt_ages {
    long         *merged;               /* [count] updates of each age */
    size_t        count, room;
    long          from_future;          /* updates whose model belongs to a later round; must stay 0 (audit) */
    double        width;                /* s: window i is from i * width to (i + 1) * width, a power of two */
    dt_age_window window[DT_AGES_WINDOWS];
} dt_ages;

/* Count updates of one age, merged now; of a zeroed dt_ages the first.  run owns the counts. */
void dt_ages_add(dt_ages *a, double now, long age, long updates, dt_arena *run);

/* True if some update was not computed on the newest model. */
static inline bool dt_ages_differ(const dt_ages *a) { return a->count > 1; }

#endif
