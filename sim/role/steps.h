/* steps.h - what the files of a worker share: gradient.c computes, worker.c keeps models and rounds, lie.c has what liars send. */
#ifndef DT_ROLE_STEPS_H
#define DT_ROLE_STEPS_H

#include "role/gradient.h"

/* Check that a client has a model, which it has from dt_worker_fetch to dt_worker_submit.  Errors: DT_EINVAL, it has none; DT_EDOWN. */
DT_CHECKED dt_status dt_worker_has_model(const dt_worker *w);

/* Samples of the next step, and the flops of one batch of it, number batch from 0, that goes through so many: one draw. */
double dt_worker_next_samples(const dt_worker *w);
double dt_worker_batch_cost(const dt_worker *w, long batch, double samples);

/* Is that worker drawn to be late in that round (faults.stragglers)? */
bool dt_pace_is_late(const dt_pace *pace, size_t workers, long round, size_t rank);

/* [time] Call it before a step: in a round that it is drawn to be late in (faults.stragglers), the worker waits once. */
DT_CHECKED dt_status dt_worker_be_late(dt_worker *w);

/* [time] What a loop computes of its own kind, as long as that many batches of so many samples together, at the worker's own pace:
 * one draw of the jitter for all.  It counts as a step. */
DT_CHECKED dt_status dt_worker_work(dt_worker *w, double samples, double batches);

/* [time] g = the gradient of the next step's samples at x, worked out while that many flops are charged.  The step counts as
 * done. */
DT_CHECKED dt_status dt_worker_differentiate(dt_worker *w, double samples, double flops, dt_vec *g);

/* [time] Compute so many flops on the worker's host, of which others may use a share (occupancy.h), while work does the arithmetic. */
DT_CHECKED dt_status dt_worker_compute(dt_worker *w, double flops, dt_work *work, void *arg);

/* Returns what a receiver reconstructs of mine, origin + decompress(compress(mine - origin)), or, if origin is NULL,
 * decompress(compress(mine)); *bytes is what a real system would send.  The caller has one count.
 * If the worker lies in this round, that is a lie: of mine - origin, or of mine, before it is compressed.  A lie leaves the error
 * memory as it is.
 *   c  the compressor: the worker's own, or another one for vectors of the same size */
dt_vec *dt_worker_encode(const dt_worker *w, dt_compress *c, dt_vec *mine, const dt_vec *origin, double *bytes);

/* For what is sent otherwise.  dt_worker_tell returns what the worker tells others in place of mine: mine itself, or a lie, which
 * counts as told; the caller has one count.  dt_worker_encode_truth encodes mine, whether the worker lies or not. */
dt_vec *dt_worker_tell(const dt_worker *w, dt_vec *mine, const dt_vec *origin);
dt_vec *dt_worker_encode_truth(const dt_worker *w, dt_compress *c, dt_vec *mine, const dt_vec *origin, double *bytes);

/* The bytes of a packet whose size its numbers say go to the tape, or come from it.  Call it once for each packet. */
void dt_worker_tape_packet(const dt_worker *w, const dt_compress *c, double *bytes);

/* True if the worker trains on flipped labels in the round that it is in. */
bool dt_worker_flips(const dt_worker *w);

#endif
