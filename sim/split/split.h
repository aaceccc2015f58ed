/* split.h - the data partition (IID or non-IID): which worker holds which sample.  Every sample goes to exactly one worker, or each
 * to all of them, and every worker gets at least one.  Samples that are held out to evaluate a worker's model are not trained on.  Nothing here
 * advances the clock. */
#ifndef DT_SPLIT_SPLIT_H
#define DT_SPLIT_SPLIT_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_samples {
    size_t         rows, classes;   /* classes 0: y is real */
    const float   *y;               /* [rows] */
    const int32_t *owner;           /* [rows] natural owner, or NULL */
} dt_samples;

typedef struct dt_split_type {
    dt_entry is;
    bool may_leave_empty;       /* it may leave workers without samples: dt_split_make gives them one, and help says so */
    bool drawn;                 /* the seed decides who holds what: assign gets an rng */
    bool copies;                /* every worker holds every sample: there is no assign */
    bool by_owner;              /* all samples of an owner go to one worker */
    /* Write the worker of every row, 0 .. workers - 1.  scratch is released afterwards. */
    dt_status (*assign)(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                        uint32_t *worker_of /* [rows] */, dt_arena *scratch);
} dt_split_type;

/* The rows of worker w are row[start[w]] .. row[start[w + 1] - 1], ascending.  Those on which its model is evaluated stand in
 * own_row in the same way: they are held out of its share of the training set, or are rows of the test set. */
typedef struct dt_shards {
    size_t    workers, empty;       /* empty: workers that the split left without samples, and that got one each */
    size_t    distinct;     /* samples that somebody trains on: fewer than start[workers] if every worker holds all */
    size_t   *start;        /* [workers + 1] */
    uint32_t *row;          /* [start[workers]] */
    size_t   *own_start;    /* [workers + 1]; NULL: no rows are any worker's own */
    uint32_t *own_row;
    bool      own_of_test, by_owner;
} dt_shards;

/* The parameter that all splits have: the share of each worker's samples that is held out. */
typedef struct dt_split { double own; } dt_split;

DT_DECLARE_ROOM(split)

/* Split samples over workers >= 1, and hold out the share own of each worker's.  A worker that would have no sample gets one
 * of the largest shard; such workers are counted, and a warning (base/warn.h) says so.
 * Errors: DT_ENOTFOUND, DT_EINVAL (parameters; fewer samples than workers; no labels or owners to split by). */
dt_status dt_split_make(const dt_config *config, const dt_samples *samples, size_t workers, uint64_t seed,
                        dt_shards *out, dt_arena *run);

/* If the split is by owner and holds no rows out, a worker's model is evaluated on the rows of the test set [rows] whose owners'
 * training samples it has.  test_owner NULL: nothing changes. */
void dt_split_own_test(const dt_samples *train, const int32_t *test_owner, size_t rows, dt_shards *shards, dt_arena *run);

#endif
