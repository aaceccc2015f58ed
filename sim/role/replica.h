/* replica.h - workers that all hold the same model and take the same steps: the step is formed once, by the first of them
 * who has the mean gradient, and shared, with the optimiser's memory; as exact as if each formed it, for less.
 *
 * Two states are kept, the newest and the one before: where all who had a mean have failed before anybody else heard of it,
 * the others go on from the state before it, which is the one that they have. */
#ifndef DT_ROLE_REPLICA_H
#define DT_ROLE_REPLICA_H

#include "role/gradient.h"

typedef struct dt_replica dt_replica;

/* For all workers of the team, which begin with x (a count is taken); belongs to run. */
dt_replica *dt_replica_new(const dt_learning *l, const dt_team *team, dt_vec *x, dt_arena *run);

/* x = base = the model after one step of the optimiser along the mean of that outcome; instant.  Where nobody brought
 * anything the mean is a model: it is taken as it is, and the optimiser begins anew. */
void dt_worker_apply(dt_worker *w, const dt_vec *mean, const dt_outcome *outcome);

/* [time] x = base = the model of another worker who is there, with the optimiser's memory on the wire: that many vectors in
 * one message.  Steps that the others take meanwhile are not sent once more.  Without another, x stays. */
DT_CHECKED dt_status dt_worker_take_over(dt_worker *w);

/* The driver's: w is gone, and nobody waits for what it was sending. */
void dt_replica_leave(const dt_worker *w);

#endif
