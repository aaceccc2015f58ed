/* ended.h - what the driver and the server share: a role has returned. */
#ifndef DT_ROLE_ENDED_H
#define DT_ROLE_ENDED_H

#include "base/status.h"

/* What the role of that rank (the server's: below 0) returned.  DT_EOVER is an ordinary end; where it waited in vain
 * (DT_ELATE) no word has left a reason, and the run fails with this one. */
dt_status dt_role_ended(dt_status status, long rank);

#endif
