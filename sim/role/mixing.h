/* mixing.h - the words of decentralised training: every worker sends its model to its neighbours in the team's topology
 * and mixes theirs into its own.  With a lossy compressor neighbours see a public copy (the worker's base) that follows
 * the model by compressed differences.
 * A neighbour that has left is not waited for; the weight of a model that does not come stays with the own one. */
#ifndef DT_ROLE_MIXING_H
#define DT_ROLE_MIXING_H

#include "role/worker.h"

typedef struct dt_mixing dt_mixing;

/* For all workers of the team; belongs to run.  Every worker enters before anybody acts. */
dt_mixing *dt_mixing_new(const dt_team *team, dt_arena *run);
void       dt_mixing_enter(dt_worker *w);

/* [time] base becomes the public copy of x and is on its way to the neighbours; the worker may compute meanwhile.  What
 * encoding the copy takes is charged before. */
DT_CHECKED dt_status dt_worker_publish(dt_worker *w);

/* [time] Wait for the copies that the neighbours published in this round: x += step * sum_j W_ij (copy_j - copy_i).
 *   step  the consensus step size, 1: plain mixing */
DT_CHECKED dt_status dt_worker_mix(dt_worker *w, double step);

/* [time] x = base = the newest copy of the first neighbour that can send it; without one x stays. */
DT_CHECKED dt_status dt_worker_catch_up(dt_worker *w);

/* The driver's: nobody waits for w any more; it is there again, from a round on in which nobody has spoken yet.  Where that
 * would be one after the last, the model that it has caught up with is its model of the last round, and is marked. */
void dt_mixing_leave(const dt_worker *w);
DT_CHECKED dt_status dt_mixing_join(dt_worker *w);

#endif
