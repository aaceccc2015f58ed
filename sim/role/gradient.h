/* gradient.h - gradients without a step, and all-reduces of any vector: for loops that do more than local steps on a model.
 * Vectors have learning->model->n entries.  A task of the pool does the real arithmetic while the simulated computing lasts; the
 * result does not depend on the number of threads.  With learn = false, time and bytes are the same.
 *
 *   dt_worker_gradient and dt_worker_descend leave the same bits as dt_worker_local(w, 1)
 *   dt_worker_mean(x, base) and dt_worker_adopt do what dt_worker_average does */
#ifndef DT_ROLE_GRADIENT_H
#define DT_ROLE_GRADIENT_H

#include "role/worker.h"

/* Of which samples: the next batch, the batch of the last call again, or the whole shard of the worker. */
typedef enum dt_which { DT_NEXT, DT_SAME, DT_WHOLE } dt_which;

/* [time] g = the gradient, at `at` (NULL: x), of the mean loss of a batch.  It takes as long as a step; for the whole shard as
 * long as the steps of a pass, whose time is drawn once.  It sets loss and batch_samples.  DT_NEXT moves step on.  The samples
 * of DT_NEXT and DT_WHOLE count towards the epochs; those of DT_SAME do not, since they have been counted.
 * The caller must not change `at` and g until it returns; g has one owner.  It has no effect if the worker is back after a
 * failure and has missed a mean, as dt_worker_local.
 * Errors: DT_EDOWN and DT_EOVER, the content of g is then undefined. */
DT_CHECKED dt_status dt_worker_gradient(dt_worker *w, const dt_vec *at, dt_which which, dt_vec *g);

/* x = one step of the worker's optimiser from x along g, at its learning rate; instant.  If others hold x, a new vector takes its
 * place. */
void dt_worker_descend(dt_worker *w, const dt_vec *g);

/* g = the direction d of the optimiser's step x - rate d: g clipped, with weight decay; instant.  For loops that take their steps
 * themselves, with a momentum of their own, at the rate dt_worker_rate.  dt_direction_fit checks in a strategy's fits that the
 * scenario's optimiser has such a direction, and that no step is brought back (project).  Errors: DT_EINVAL at the key. */
void      dt_worker_direction(const dt_worker *w, dt_vec *g);
dt_status dt_direction_fit(const dt_config *scenario);

/* [time] All-reduce: every worker contributes a vector `mine` of weight size (samples), and each gets their mean, formed by the
 * team's aggregation rule.  A lossy compressor sees mine - origin (origin NULL: mine), with error feedback.  One mean ends
 * one round.
 *   mean     shared; the caller has one count
 *   outcome  outcome->count is 0 if no worker contributed, because all are just back from failures: the mean is then the
 *            model of a worker that has taken the most steps
 * A worker that is back after a failure contributes nothing to the next mean, and takes round and step from the others.
 * Errors: as dt_worker_average; there is no mean then. */
DT_CHECKED dt_status dt_worker_mean(dt_worker *w, dt_vec *mine, const dt_vec *origin, double size, dt_vec **mean,
                                    dt_outcome *outcome);

/* [time] Charge the flops of a loop's own arithmetic; work(arg, thread) does it meanwhile (NULL: there is nothing to do).  The
 * worker's slowness multiplies the time; its jitter does not, since that is of steps. */
DT_CHECKED dt_status dt_worker_charge(dt_worker *w, double flops, dt_work *work, void *arg);

/* Vector number k < DT_OWN of the loop's own, such as its gradient.  The worker alone owns it; it is zero at the first call and
 * after each failure of the host. */
dt_vec *dt_worker_vector(dt_worker *w, size_t k);

/* The loop needs that vector no more, for now. */
void dt_worker_drop_vector(dt_worker *w, size_t k);

#endif
