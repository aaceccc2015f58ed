/* guard.h - what leaves a client, and what leaves the server, under differential privacy.  Without the key privacy nothing of this is
 * called.
 *
 *   worker.guard is set by the server with an invitation, since the clip norm travels with the model
 *   dt_worker_guard clips the update that is about to be sent, and may add the client's part of the noise
 *   dt_server_guard adds the server's noise to the mean, accounts for it, and reports the columns of dt_metrics_private */
#ifndef DT_ROLE_GUARD_H
#define DT_ROLE_GUARD_H

#include "role/server.h"

/* [time] *sent is the vector that the server will hold, of which the caller has the count: a model, of which what differs from origin
 * is clipped, or a change (origin NULL).  Another vector may take its place.  The client is charged for the norm and the scaling; *bytes grows by what goes along.  Errors: DT_EDOWN, DT_EOVER. */
DT_CHECKED dt_status dt_worker_guard(dt_worker *w, dt_vec **sent, const dt_vec *origin, double *bytes);

/* next is the mean of the updates in; the caller is its only owner. */
void dt_server_guard(dt_server *s, const dt_inputs *in, dt_vec *next);

#endif
