/* ended.h - what the driver and the server share: the end of a role. */
#ifndef DT_ROLE_ENDED_H
#define DT_ROLE_ENDED_H

#include "engine/engine.h"

/* The status of the run after the role of that port's actor has returned status.  DT_EOVER is an ordinary end.  After DT_ELATE, a
 * message that did not come in time, no function has left a reason, so this one does. */
dt_status dt_role_ended(dt_status status, const dt_port *port, dt_arena *run);

#endif
