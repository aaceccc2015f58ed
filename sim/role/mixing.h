/* mixing.h - the functions of decentralised training: every worker sends vectors, such as its model, to its neighbours in the
 * team's communication graph (topology) and mixes theirs into its own.  With a lossy compressor the neighbours see public copies
 * that follow the vectors by compressed differences; the copy of the first vector, the model, is the worker's base.
 *
 * If the topology has several graphs, a worker's copies go along the graph of its round; w->round does not change between publishing
 * and collecting.  Such a topology needs hosts that do not fail, and compressors that are not lossy (dt_mixing_fit).
 *
 * An edge of the graph is linked while both its ends take part.  Copies are counted for each edge, from when it was linked: the
 * next copy of one end is mixed with the next copy of the other, whatever rounds the two are in.
 *
 *   linked ---- an end has failed (after faults.deadline) or ended ----> cut: no end waits for a copy, and none is sent
 *      ^                                                                  |
 *      '---------------- it is back: both count from 0 again <------------'
 *
 * A worker that mixes in the copy of a neighbour which is rounds ahead is in that round from then on.  A worker that ends a round
 * after the time limit of the run has passed ends its last one.  So parts of the graph that failures had cut off need not
 * catch up.  The weight of a copy that does not come stays with the worker's own vector. */
#ifndef DT_ROLE_MIXING_H
#define DT_ROLE_MIXING_H

#include "role/worker.h"

typedef struct dt_mixing dt_mixing;

/* Make it for all workers of the team; it belongs to run.  Every worker enters before any actor begins. */
dt_mixing *dt_mixing_new(const dt_team *team, dt_arena *run);
void       dt_mixing_enter(dt_worker *w);

/* [time] Send public copies of mine [count <= DT_BUNDLE] to all neighbours, in one message to each, without waiting until they
 * arrive: the worker may compute meanwhile.  mine[0] is the model, and base becomes its copy; the copies of the other vectors
 * begin at 0.  Each vector has a compressor of its own.  The flops of encoding are charged first. */
DT_CHECKED dt_status dt_worker_publish(dt_worker *w, dt_vec *const *mine, size_t count);

/* [time] Wait for the copies of the neighbours: mixed[k] = mine[k] + step * sum_j W_ij (copy_jk - copy_ik), of which the caller has
 * one count.  mine may have changed since it was published; if it has not, and no compressor is lossy, this is
 * sum_j W_ij mine_jk for step 1.
 *   step  the consensus step size */
DT_CHECKED dt_status dt_worker_collect(dt_worker *w, double step, dt_vec *const *mine, size_t count, dt_vec **mixed);

/* [time] Publish and collect, with step 1. */
DT_CHECKED dt_status dt_worker_mix(dt_worker *w, dt_vec *const *mine, size_t count, dt_vec **mixed);

/* [time] x = base = the newest copy of the first neighbour that can send it; if there is none, x stays. */
DT_CHECKED dt_status dt_worker_catch_up(dt_worker *w);

/* Check in a strategy's fits that neighbours see the vectors themselves: the scenario's compressor is lossless.
 * Errors: DT_EINVAL at the key compress. */
dt_status dt_mixing_lossless(const dt_config *scenario);

/* Check that a resolved scenario whose graph changes has no faults by which workers fail or are cut off, since two workers that meet
 * in one round alone must be in the same round, and no lossy compressor, since a neighbour that is met now and then cannot follow
 * a public copy by its differences.  Errors: DT_EINVAL at the key at fault. */
dt_status dt_mixing_fit(const dt_config *scenario, dt_arena *arena);

/* For the driver.  dt_mixing_leave: no neighbour waits for w any more.  dt_mixing_join: w takes part again, in the newest round that
 * any worker has finished; if that was the last round, the model that it has fetched is its last one, and is evaluated. */
void dt_mixing_leave(dt_worker *w);
DT_CHECKED dt_status dt_mixing_join(dt_worker *w);

#endif
