/* replica.h - workers that all have the same model and take the same steps.  The first of them that has the mean gradient forms the
 * step, and all share its result and the optimiser's memory: the numbers are the same as if each formed it, and cost less.  Where there is
 * learning->outer, that is the optimiser, at its own rate.
 *
 * Two states are kept, the newest and the one before it.  If all workers that had received a mean have failed before any other
 * received it, the others go on from the state before it, which is the one that they have. */
#ifndef DT_ROLE_REPLICA_H
#define DT_ROLE_REPLICA_H

#include "role/gradient.h"

typedef struct dt_replica dt_replica;

/* Make it for all workers of the team, which begin with x, of which it takes a count; it belongs to run. */
dt_replica *dt_replica_new(const dt_learning *l, const dt_team *team, dt_vec *x, dt_arena *run);

/* x = base = the model after one step of the optimiser along the mean of that outcome; instant.  If no worker contributed to the
 * mean, it is a model: it is taken as it is, and the memory of the optimiser is set back. */
void dt_worker_apply(dt_worker *w, const dt_vec *mean, const dt_outcome *outcome);

/* The same where means are of gradients in the first warm steps, and then of first moments, while the second moment stays as it was
 * (dt_optimiser_follow).  dt_worker_warms: its next step is one of the first.  dt_worker_moment: out = the first moment that the model
 * was reached with, one gradient further. */
void dt_worker_apply_moment(dt_worker *w, const dt_vec *mean, const dt_outcome *outcome, long warm);
bool dt_worker_warms(const dt_worker *w, long warm);
void dt_worker_moment(const dt_worker *w, const dt_vec *g, dt_vec *out);

/* Check that the optimiser of a scenario has such moments.  Errors: DT_EINVAL at "optimiser". */
dt_status dt_replica_fit_moments(const dt_config *scenario, const char *strategy);

/* [time] x = base = the model of another worker whose host is up, sent with the optimiser's memory in one message.  Steps that the
 * others take meanwhile are not sent again.  If there is no other worker, x stays. */
DT_CHECKED dt_status dt_worker_take_over(dt_worker *w);

/* For the driver: w has failed, and no worker waits for what it was sending. */
void dt_replica_leave(const dt_worker *w);

#endif
