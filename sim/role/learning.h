/* learning.h - what all workers of a run share for their arithmetic: model, samples, optimiser, and scratch of each thread.
 * Nothing here advances the simulated time. */
#ifndef DT_ROLE_LEARNING_H
#define DT_ROLE_LEARNING_H

#include "base/vec.h"
#include "compress/compress.h"
#include "data/data.h"
#include "data/made.h"
#include "model/model.h"
#include "optimiser/optimiser.h"
#include "project/project.h"
#include "role/tape.h"
#include "schedule/schedule.h"
#include "split/split.h"

/* Scratch of one thread. */
typedef struct dt_bench {
    float *model, *x, *y, *g, *part;
    double computed;        /* samples whose gradients this thread has computed; for estimates only */
    bool   flip;            /* gradients are of label classes - 1 - y in place of y, until the task that says so is over */
} dt_bench;

typedef struct dt_learning {
    bool                learn;          /* false: vectors are blank, only time and bytes are simulated */
    const dt_model     *model;
    const dt_data      *data;           /* the test set is in memory */
    dt_data_made       *made;           /* training rows that are made when they are used; NULL: they are in memory */
    const dt_shards    *shards;
    size_t              batch;          /* samples of a batch; 0: the whole shard */
    size_t              accumulate;     /* batches a step, whose gradients are averaged (gradient accumulation); 0 and 1: one */
    const dt_optimiser *optimiser;
    const dt_project   *project;        /* what each of its steps is brought back to; NULL: nothing is */
    const dt_optimiser *outer;          /* steps the common model along the mean change of the workers; NULL: their mean takes its place */
    const dt_schedule  *schedule;
    dt_pool            *threads;
    dt_vec_pool        *vectors;        /* of model->n entries */
    dt_bench           *bench;          /* [threads] */
    float              *score;          /* scratch of dt_model_evaluate */
    size_t              score_rows;     /* training samples that a loss is taken over; 0: all, which are in memory then */
    dt_dataset          trained;        /* the training samples without those that split.own keeps back; the first of them if made */
    dt_dataset          own;            /* the samples that split.own keeps back, worker after worker */
    uint64_t            seed;
    double             *evaluated;      /* rows that models were evaluated on so far, for estimates only; NULL: they are not counted */
    const dt_block     *block;          /* [blocks] the layers that have parameters, as matrices: what compressors see */
    size_t              blocks;
    dt_tape            *tape;           /* that the numbers of the training go to, or, with learn = false, come from; NULL: neither */
} dt_learning;

/* Does the run have the numbers of a training, its own or those of a tape? */
static inline bool dt_learning_knows(const dt_learning *l) { return l->learn || dt_tape_replays(l->tape); }

/* Samples whose gradients were computed so far. */
double dt_learning_computed(const dt_learning *l);

/* Fill in made, vectors, bench, score, block, trained and own; the other members are set. */
void dt_learning_prepare(dt_learning *l, dt_arena *run);

/* The order in which a worker uses its shard, shuffled again for every pass.  With batch = 0 there is one batch, in the order of
 * rows. */
typedef struct dt_order {
    uint32_t *row;          /* [rows] */
    size_t    rows, at;
    dt_rng   *rng;
} dt_order;

void dt_order_open(dt_order *o, const dt_learning *l, size_t rank, dt_arena *run);

/* Returns the count rows of the next step.  The last step of a pass may have fewer. */
const uint32_t *dt_order_next(dt_order *o, const dt_learning *l, size_t *count);

/* Steps in one pass of worker rank over its shard; the samples and the batches of its first steps steps. */
long   dt_learning_steps_per_epoch(const dt_learning *l, size_t rank);
double dt_learning_samples(const dt_learning *l, size_t rank, long steps);
long   dt_learning_batches(const dt_learning *l, size_t rank, long steps);

/* Samples of one epoch: all that are trained on, as often as workers hold them. */
static inline double dt_learning_rows(const dt_learning *l) { return (double)l->shards->start[l->shards->workers]; }

/* Scores of the models x [workers] (NULL members: none) on each worker's own rows; NaN if a worker has none.  The shards must have
 * own rows: their own_start is not NULL. */
void dt_learning_score_own(const dt_learning *l, const float *const *x, dt_score *score, dt_arena *run);

/* Loss on the training samples, and accuracy on the test samples, or on the training samples if there are no others. */
dt_score dt_learning_score(const dt_learning *l, const float *x, dt_arena *run);

/* Returns the mean loss of count rows at x [n] and writes its gradient into g [n], batch after batch, on this thread. */
double dt_learning_gradient(const dt_learning *l, int thread, const uint32_t *row, size_t count, const float *x, float *g);

/* The vectors and numbers of one step of a worker. */
typedef struct dt_descent {
    const float *from;      /* model read [n] */
    float       *to;        /* model written [n]; may be from */
    float       *memory;    /* of the optimiser */
    const float *anchor;    /* FedProx: the model that prox pulls towards [n]; NULL: none */
    double       rate, prox;
    long         step;      /* since memory was zeroed, from 1 */
} dt_descent;

/* out = x minus one step of the optimiser along g, as dt_optimiser_step, and then what the run's project brings back. */
void dt_learning_descend(const dt_learning *l, double rate, long step, dt_slice range, const float *x, const float *g, float *memory,
                         float *out);

/* One gradient step on count rows, on this thread; returns the mean loss of the batch before the step. */
double dt_learning_step(const dt_learning *l, int thread, const uint32_t *row, size_t count, const dt_descent *d);

#endif
