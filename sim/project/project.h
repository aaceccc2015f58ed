/* project.h - what the model is brought back to after every step of the optimiser: a proximal operator, which belongs to a penalty
 * that has no gradient, or the projection onto a set of models that are allowed.
 * n = entries.  Everything here is pure arithmetic on the caller's memory: it is safe on any thread and uses neither clock nor
 * allocation. */
#ifndef DT_PROJECT_PROJECT_H
#define DT_PROJECT_PROJECT_H

#include "base/room.h"

typedef struct dt_project_type {
    dt_entry is;
    bool whole;         /* it looks at more than an entry at a time, so that ranges of a vector cannot be treated by themselves */
    /* Check the parameters against each other; key is where they stand.  NULL: there is nothing to check. */
    dt_status (*check)(const void *state, const char *key);
    /* Bring back x [n], which is what a step at that learning rate has left.  NULL: x stays.  A NaN stays a NaN. */
    void (*apply)(const void *state, double rate, size_t n, float *x);
    /* The penalty at x [n], which the loss of a model includes.  NULL: 0. */
    double (*penalty)(const void *state, size_t n, const float *x);
} dt_project_type;

typedef struct dt_project { const dt_project_type *type; void *state; } dt_project;

DT_DECLARE_ROOM(project)        /* preset: "none"; a scenario without the key has none of it */

/* Errors: DT_ENOTFOUND name, DT_EINVAL key or value. */
dt_status dt_project_open(dt_project *p, const dt_config *config, dt_arena *run);

/* p NULL: nothing is brought back, and the penalty is 0. */
void   dt_project_apply(const dt_project *p, double rate, size_t n, float *x);
double dt_project_penalty(const dt_project *p, size_t n, const float *x);

#endif
