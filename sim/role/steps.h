/* steps.h - what the files of a worker share: gradient.c computes, worker.c keeps models and rounds. */
#ifndef DT_ROLE_STEPS_H
#define DT_ROLE_STEPS_H

#include "role/worker.h"

/* A device has a model from dt_worker_fetch to dt_worker_submit.  Errors: DT_EINVAL, it has none; DT_EDOWN. */
DT_CHECKED dt_status dt_worker_has_model(const dt_worker *w);

#endif
