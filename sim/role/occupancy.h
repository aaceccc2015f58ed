/* occupancy.h - what others use of the workers' hosts: a share of each over time, such as that of tasks beside the training.
 * A worker gets the rest: work that takes some seconds on an idle host lasts until 1 - share, integrated over time, has come to
 * as many.  A share above DT_OCCUPANCY_MOST counts as that, so that no work lasts for ever.  Workers on one host share its load.
 * Random numbers come from the streams (seed, number of the host, "load") and "load off" (profile.h).  Units: seconds. */
#ifndef DT_ROLE_OCCUPANCY_H
#define DT_ROLE_OCCUPANCY_H

#include "role/loading.h"

#define DT_OCCUPANCY_MOST 0.99

typedef struct dt_occupancy dt_occupancy;

/* How long work lasts on the host of worker rank that begins now and takes so many seconds on an idle host.  Instant.
 * now_s never falls from call to call; the load may be NULL: there is none. */
double dt_occupancy_lasts(dt_occupancy *load, size_t rank, double now_s, double seconds);

#endif
