/* absence.h - whether the workers of a scenario can be absent, for what cannot live with that. */
#ifndef DT_ROLE_ABSENCE_H
#define DT_ROLE_ABSENCE_H

#include "base/config.h"

/* The first key of a resolved scenario's faults by which workers fail or are cut off: "crash", "availability", "battery", or
 * "links" if some go off.  NULL: there is none. */
const char *dt_role_absence(const dt_config *scenario);

#endif
