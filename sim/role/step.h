/* step.h - a step of synchronous SGD, a layer at a time: the worker computes while parts of its gradient travel.
 * The arithmetic is done at once, and only its time is divided among the layers: the whole gradient is worked out while the first
 * backward lasts, and the step of the optimiser is taken when all parts have come.  So what a step makes of the model is that of
 * dt_worker_gradient, dt_worker_mean and dt_worker_apply, whatever leaves when; with a lossy compressor it depends on how the
 * gradient is cut, as each part is a packet of its own, but not on order, credit or network.
 *
 * Layers are a graph (layer/graph.h): a worker computes one at a time, forward whichever is ready first in the table's order,
 * backward in the table's order reversed, for which nothing has to come.
 *
 * Units: seconds, bytes, flops.  Layers are numbered in forward order; [time] words return DT_EDOWN and DT_EOVER as those of
 * worker.h.  In [time] words simulated time may pass.  A worker has at most one step whose means are on their way; w->flying is 1
 * then. */
#ifndef DT_ROLE_STEP_H
#define DT_ROLE_STEP_H

#include "queue/queue.h"
#include "role/replica.h"

typedef struct dt_layered dt_layered;

/* How the workers of a team exchange gradients in parts, cut by team->queue; belongs to run.
 * The audit then checks that no forward began before the parts that it needs had come.
 * Errors: DT_EINVAL, of the queue or a compressor for a part. */
dt_status dt_layered_new(dt_layered **out, const dt_learning *l, const dt_pace *pace, const dt_team *team, dt_monitor *monitor,
                         dt_arena *run);

/* The table of the parts, for the strategy's tables: it is the first of them, and written when the parts are cut. */
extern const dt_ledger dt_layered_tables[];

/* Refuse what a strategy that computes layer by layer cannot work with: hosts that fail, and aggregates that compare whole
 * vectors, unless the gradient is one part.  Errors: DT_EINVAL at the key at fault. */
dt_status dt_layered_fit(const dt_config *scenario);

size_t dt_step_layers(const dt_worker *w);

/* Does the next forward wait for all parts: because of a barrier, or as there is one part? */
bool dt_step_blocks(const dt_worker *w);

/* A step begins: its priorities and costs are drawn.  Returns the batches that it accumulates; each is a forward and a backward
 * of all layers. */
long dt_step_begin(dt_worker *w);

/* [time] The layer whose forward is next: of those whose inputs are computed and whose parts of the last step's mean have come, the
 * first of the table.  It waits until there is one; in a chain of layers that is one layer after another.  Of a batch each comes
 * once. */
DT_CHECKED dt_status dt_step_next(dt_worker *w, size_t *layer);

/* Have all parts of the last step come, and the step has not ended? */
bool dt_step_complete(const dt_worker *w);

/* [time] Wait for all parts of the last step: x is the model after it, and the round is marked.  Nothing where no step is on its
 * way. */
DT_CHECKED dt_status dt_step_end(dt_worker *w);

/* [time] Compute one layer of a batch: in all, the time that dt_worker_gradient takes.  dt_step_end comes before the first
 * backward. */
DT_CHECKED dt_status dt_step_forward(dt_worker *w, size_t layer);
DT_CHECKED dt_status dt_step_backward(dt_worker *w, size_t layer);

/* [time] Layer's gradient is complete, if its batch is the step's last: the parts that are ready now ask for their turn.  It
 * lasts as long as compressing them does. */
DT_CHECKED dt_status dt_step_bring(dt_worker *w, size_t layer);

#endif
