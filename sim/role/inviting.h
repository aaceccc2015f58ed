/* inviting.h - invitations and replies of one exchange between a server and its clients: what an ordinary round is, and what secure
 * aggregation has four of. */
#ifndef DT_ROLE_INVITING_H
#define DT_ROLE_INVITING_H

#include "role/server.h"

/* Begin body(state, worker) on a client's host and send it m, whose tag is the round. */
dt_status dt_server_call(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state, dt_message m);

/* The same with the model, and bytes more; secret: its worker.secret. */
dt_status dt_server_start(dt_server *s, size_t rank, dt_status (*body)(void *state, dt_worker *w), void *state, const dt_letter *more,
                          double bytes, struct dt_secret_client *secret);

/* [time] dt_server_gather without secure aggregation. */
DT_CHECKED dt_status dt_server_collect(dt_server *s, const dt_quorum *quorum);

#endif
