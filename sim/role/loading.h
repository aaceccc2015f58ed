/* loading.h - the key load: what others use of the workers' hosts, as run checks and opens it.  occupancy.h says what it does. */
#ifndef DT_ROLE_LOADING_H
#define DT_ROLE_LOADING_H

#include "role/team.h"

/* The key load of a scenario is a share, a profile of one, or a list of { "pattern", share = profile } by names of hosts. */
typedef struct dt_occupied { const dt_config *share; } dt_occupied;
extern const dt_param dt_occupancy_params[];

/* Check the key as it was given and write it to out.load as a list.  Errors: DT_EINVAL, DT_ENOTFOUND, DT_EIO, DT_EFORMAT at the
 * key. */
dt_status dt_occupancy_resolve(const dt_config *given, dt_config *out, dt_arena *arena);

/* Open a resolved key for the workers of a group.  A host follows the first pattern that fits its name; others are the workers'
 * alone.  Errors: DT_EINVAL at "load", a pattern fits no worker's host, or a value is no share; those of profiles. */
dt_status dt_occupancy_open(struct dt_occupancy **load, const dt_config *resolved, const dt_group *group, uint64_t seed,
                            dt_arena *run);

#endif
