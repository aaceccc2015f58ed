/* split.h - which worker holds which sample.  Every sample goes to exactly one worker, and every worker
 * gets at least one; those that are kept back to judge its model by are not trained on.  Nothing here advances the clock. */
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
    bool may_leave_empty;       /* a worker may be left without a sample: dt_split_make repairs it, and help says so */
    bool drawn;                 /* the seed decides who holds what: there is an rng */
    bool by_owner;              /* all samples of an owner go to one worker */
    /* Write the worker of every row, 0 .. workers - 1.  scratch is released afterwards. */
    dt_status (*assign)(const void *state, const dt_samples *samples, size_t workers, dt_rng *rng,
                        uint32_t *worker_of /* [rows] */, dt_arena *scratch);
} dt_split_type;

/* The rows of worker w are row[start[w]] .. row[start[w + 1] - 1], ascending; those by which its model is judged likewise:
 * they are kept back of its share of the training set, or they are rows of the test set. */
typedef struct dt_shards {
    size_t    workers, empty;       /* empty: those whom the split left without, and who were given one sample each */
    size_t   *start;        /* [workers + 1] */
    uint32_t *row;          /* [start[workers]] */
    size_t   *own_start;    /* [workers + 1]; NULL: no rows are any worker's own */
    uint32_t *own_row;
    bool      own_of_test, by_owner;
} dt_shards;

/* What every split can be told. */
typedef struct dt_split { double own; } dt_split;

DT_DECLARE_ROOM(split)

/* Split samples over workers >= 1; the share own of each worker's is kept back.  A worker whom the split leaves without a sample is given one of the largest shard, and
 * counted, and a warning (base/warn.h) says so.
 * Errors: DT_ENOTFOUND, DT_EINVAL (parameters; fewer samples than workers; no labels or owners to split by). */
dt_status dt_split_make(const dt_config *config, const dt_samples *samples, size_t workers, uint64_t seed,
                        dt_shards *out, dt_arena *run);

/* Where the split is by owner, and no rows are kept back: a worker is judged by the rows of the test set [rows] whose owners'
 * training samples it has.  test_owner NULL: without effect. */
void dt_split_own_test(const dt_samples *train, const int32_t *test_owner, size_t rows, dt_shards *shards, dt_arena *run);

#endif
