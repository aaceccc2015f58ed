/* gradient.h - a gradient by itself, and means of anything: for loops that do more than descend on their own model.
 * Vectors have learning->model->n entries.  Real arithmetic is done by a task of the pool while the simulated computing
 * lasts; the result does not depend on the number of threads.  Where nothing is learnt time and bytes are the same.
 *
 *   dt_worker_gradient + dt_worker_descend leave the bits of dt_worker_local(w, 1)
 *   dt_worker_mean(x, base) + dt_worker_adopt are dt_worker_average */
#ifndef DT_ROLE_GRADIENT_H
#define DT_ROLE_GRADIENT_H

#include "role/worker.h"

/* Which samples: the next batch, the batch of the last call again, or all of the worker's shard. */
typedef enum dt_which { DT_NEXT, DT_SAME, DT_WHOLE } dt_which;

/* [time] g = gradient at `at` (NULL: x) of the mean loss of a batch, charged as a step's computing (the whole shard: as the
 * steps of a pass, with one draw for all).  Sets loss and batch_samples.  DT_NEXT moves step on; it and DT_WHOLE count
 * their samples as gone through, DT_SAME does not: they are the same ones.
 * `at` and g stay as they are until it returns, and g has one owner.  Without effect where the worker is back after a
 * failure and has missed a mean, as dt_worker_local.
 * Errors: DT_EDOWN and DT_EOVER, g means nothing then. */
DT_CHECKED dt_status dt_worker_gradient(dt_worker *w, const dt_vec *at, dt_which which, dt_vec *g);

/* x = one step of the worker's optimiser from x along g, at its rate; instant.  A vector of its own takes the place of x
 * if others hold it. */
void dt_worker_descend(dt_worker *w, const dt_vec *g);

/* [time] An all-reduce: the mean, formed by the team's aggregate, of what every worker brings instead of mine, weighted by
 * size (samples).  Lossy compressors see mine - origin (NULL: mine), with error feedback.  One mean ends one round.
 *   mean     shared, one count for the caller
 *   outcome  outcome->count 0: nobody brought anything, as all are only just back, and the mean is the model of one who
 *            has done the most steps
 * Who is back after a failure brings nothing to the next mean, and takes round and step over from the others.
 * Errors: as dt_worker_average, there is no mean then. */
DT_CHECKED dt_status dt_worker_mean(dt_worker *w, dt_vec *mine, const dt_vec *origin, double size, dt_vec **mean,
                                    dt_outcome *outcome);

/* What a receiver reconstructs of mine: origin + decompress(compress(mine - origin)), or without an origin (NULL)
 * decompress(compress(mine)), and the bytes that travel; one count for the caller.
 *   c  the compressor: the worker's own, or another for vectors of the same size */
dt_vec *dt_worker_encode(const dt_worker *w, dt_compress *c, dt_vec *mine, const dt_vec *origin, double *bytes);

/* [time] Charge flops of a loop's own arithmetic, which work(arg, thread) does meanwhile (NULL: nothing real); the worker's
 * slowness counts, its jitter is that of steps alone. */
DT_CHECKED dt_status dt_worker_charge(dt_worker *w, double flops, dt_work *work, void *arg);

/* Vector number k < DT_OWN of a loop's own, such as the gradient that it works with: owned by the worker alone, zero when it
 * is first asked for and after each failure of the host. */
dt_vec *dt_worker_vector(dt_worker *w, size_t k);

#endif
