/* ended.h - what the driver and the server share: a role has returned. */
#ifndef DT_ROLE_ENDED_H
#define DT_ROLE_ENDED_H

#include "engine/engine.h"

/* What the role of that port's actor returned.  DT_EOVER is an ordinary end; where what it waited for did not
 * come in time (DT_ELATE) no word has left a reason, and the run fails with this one. */
dt_status dt_role_ended(dt_status status, const dt_port *port, dt_arena *run);

#endif
