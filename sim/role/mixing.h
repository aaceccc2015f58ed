/* mixing.h - the words of decentralised training: every worker sends vectors, such as its model, to its neighbours in the
 * team's topology and mixes theirs into its own.  With a lossy compressor neighbours see public copies that follow the
 * vectors by compressed differences; that of the first vector, the model, is the worker's base.
 *
 * An edge of the graph is linked while both its ends are there.  Copies are counted by edge, from when it was linked: the
 * next copy of one end is mixed with the next of the other, whatever rounds the two are in.
 *
 *   linked ---- one end is gone (after faults.deadline), or has ended ----> cut: nobody waits for a copy, nothing is sent
 *      ^                                                                     |
 *      '------------------- it is back: both count from 0 again <------------'
 *
 * Whoever mixes a copy of a neighbour that is rounds ahead is in that round from then on, and who ends a round after the
 * run's time is over ends the last one: parts that failures had cut off need not catch up.
 * The weight of a copy that does not come stays with the own vector. */
#ifndef DT_ROLE_MIXING_H
#define DT_ROLE_MIXING_H

#include "role/worker.h"

typedef struct dt_mixing dt_mixing;

/* For all workers of the team; belongs to run.  Every worker enters before anybody acts. */
dt_mixing *dt_mixing_new(const dt_team *team, dt_arena *run);
void       dt_mixing_enter(dt_worker *w);

/* [time] Public copies of mine [count <= DT_BUNDLE] are on their way to the neighbours, as one message of their bytes together
 * to each; the worker may compute meanwhile.  mine[0] is the model, and base becomes its copy; the copies of others begin
 * at 0.  Each vector has a compressor of its own.  What encoding takes is charged before. */
DT_CHECKED dt_status dt_worker_publish(dt_worker *w, dt_vec *const *mine, size_t count);

/* [time] Wait for what the neighbours published: mixed[k] = mine[k] + step * sum_j W_ij (copy_jk - copy_ik), of which the
 * caller has one count.  mine may have moved on since it was published.  Without a lossy compressor, and if it has not,
 * this is sum_j W_ij mine_jk for step 1.
 *   step  the consensus step size */
DT_CHECKED dt_status dt_worker_collect(dt_worker *w, double step, dt_vec *const *mine, size_t count, dt_vec **mixed);

/* [time] Both, with step 1. */
DT_CHECKED dt_status dt_worker_mix(dt_worker *w, dt_vec *const *mine, size_t count, dt_vec **mixed);

/* [time] x = base = the newest copy of the first neighbour that can send it; without one x stays. */
DT_CHECKED dt_status dt_worker_catch_up(dt_worker *w);

/* The driver's: nobody waits for w any more; it is there again, in the newest round that anybody has finished.  Where that is
 * the last, the model that it has caught up with is its model of the last round, and is marked. */
void dt_mixing_leave(dt_worker *w);
DT_CHECKED dt_status dt_mixing_join(dt_worker *w);

#endif
