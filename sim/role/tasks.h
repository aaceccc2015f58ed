/* tasks.h - an iteration of synchronous SGD as tasks that clients carry out: task k is the gradient of the next batch of shard k, which
 * every worker can read, as from a distributed file system.  The real arithmetic of a task is done once, whoever carries it out.
 *
 *   a task is   event                                                    then
 *   open        a worker is free: its own (of the same rank) first        running
 *   running     its worker's host fails, and that is noticed              open
 *   running     a share of all tasks is done, and a worker is free        doubled: that worker runs a copy
 *   doubled     one of the two fails likewise                             running
 *   running, doubled  the first result comes                              done: the other worker breaks off, and rests until the
 *                                                                         iteration ends
 *
 * Of the tasks that wait for a copy the one that was begun first gets the worker that was free first.
 * Invariants, asserted in tasks.c: a task has two workers at most; a worker runs one task at a time; a result counts once. */
#ifndef DT_ROLE_TASKS_H
#define DT_ROLE_TASKS_H

#include "role/server.h"

typedef struct dt_tasks dt_tasks;

extern const dt_metric dt_tasks_columns[];      /* of a strategy that uses tasks, as its own columns */

/* Make the tasks of all shards. */
dt_tasks *dt_tasks_new(dt_server *s);

/* [time] The role of a client: take the model, or what task to copy, compute and send the gradient. */
DT_CHECKED dt_status dt_tasks_run(void *state, dt_worker *w);

/* [time] Have clients run body until all tasks are done, or nobody is left who could.  Copies are begun once that share of the tasks is
 * done; 1: none are.  Errors: DT_EOVER. */
DT_CHECKED dt_status dt_tasks_gather(dt_tasks *t, double share, dt_status (*body)(void *state, dt_worker *w), void *state);

/* [time] *g [n] = the gradients of the tasks that are done, merged by the aggregation rule. */
DT_CHECKED dt_status dt_tasks_merge(dt_tasks *t, const float **g);

/* Check that the scenario's other choices work with tasks.  Errors: DT_EINVAL at "compress". */
dt_status dt_tasks_fit(const dt_config *scenario);

#endif
