/* data.h - labelled samples: drawn from a formula or read from a file.
 * Rows are samples, columns are features; row-major, immutable once loaded, owned by the run's arena.  They are float, or bytes that
 * become float when they are used: images of bytes take a quarter of the memory so, and of the time that memory takes.
 * Nothing here advances the clock. */
#ifndef DT_DATA_DATA_H
#define DT_DATA_DATA_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_shape {
    size_t features;                    /* columns */
    size_t classes;                     /* 0: the target is a real number */
    size_t channels, height, width;     /* of an image (features = their product); 0 where it is none */
} dt_shape;

typedef struct dt_dataset {
    size_t         rows;
    const float   *x;       /* [rows * features]; NULL, as y: the rows are only counted, or are made when they are used; NULL, with
                               pixel: see there */
    const float   *y;       /* [rows] class 0 .. classes - 1, or the real target */
    const int32_t *owner;   /* [rows] the device that produced a row, or NULL where there is no natural split;
                               those of training rows are 0, 1, 2, ... without gaps */
    const uint8_t *pixel;   /* [rows * features] in place of x, each of which is pixel / 255; or NULL */
} dt_dataset;

typedef struct dt_data_maker dt_data_maker;     /* data/made.h */

typedef struct dt_data {
    dt_shape   shape;
    dt_dataset train, test;     /* test.rows = 0 where there is no test set */
    const dt_data_maker *maker; /* how rows are made that are not in memory; NULL: there are none */
} dt_data;

/* m samples gathered for one step. */
typedef struct dt_batch {
    size_t       m;
    const float *x;         /* [m * features]; NULL: pixel has them */
    const float *y;         /* [m] */
    const uint8_t *pixel;   /* [m * features] as in a data set, or NULL */
} dt_batch;

typedef struct dt_data_type {
    dt_entry is;
    /* A cheap check before anything runs: the file exists and its header is right.  NULL: there is nothing to check.
     * Errors: DT_ENOTFOUND (says where to get the set), DT_EFORMAT, DT_EINVAL. */
    dt_status (*check)(const void *state);
    /* What its samples depend on besides its parameters: the seed, the number of workers (tests compare loads).  Runs that agree in
     * what counts share one data set. */
    bool by_seed, by_workers;
    /* True where the parameters leave nothing to the seed, although by_seed is true.  NULL: they always do. */
    bool (*settled)(const void *state);
    /* Fill out.  seed names the random streams of generated data; workers is the number of devices. */
    dt_status (*load)(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run);
    /* Instead of load, for samples that are drawn owner by owner: fill out but for the x and y of its sets, and set its maker. */
    dt_status (*draw)(const void *state, uint64_t seed, size_t workers, dt_data *out, dt_arena *run);
} dt_data_type;

DT_DECLARE_ROOM(data)

/* Check the data set that config names without loading it, for a plan.  Errors: those of check above, DT_ENOTFOUND name. */
dt_status dt_data_check(const dt_config *config);

/* What the samples of the data set that config names depend on, besides config.  Errors: DT_EINVAL, DT_ENOTFOUND name. */
typedef struct dt_data_basis { bool seed, workers; } dt_data_basis;
dt_status dt_data_depends(const dt_config *config, dt_data_basis *on);

/* Load the data set that config names.  Every label is whole and within classes, every x finite.
 * Errors: as above and DT_EIO. */
dt_status dt_data_load(const dt_config *config, uint64_t seed, size_t workers, dt_data *out, dt_arena *run);

/* The same for a run that uses the samples of an owner together, and few owners at a time: x and y are NULL where the rows can be made
 * when they are used (data/made.h). */
dt_status dt_data_load_by_owner(const dt_config *config, uint64_t seed, size_t workers, dt_data *out, dt_arena *run);

/* Are its rows in memory? */
static inline bool dt_data_there(const dt_dataset *set) { return set->x != NULL || set->pixel != NULL; }

/* Rows first .. first + rows - 1 of set as a batch, which copies nothing. */
static inline dt_batch dt_data_batch(const dt_dataset *set, size_t features, size_t first, size_t rows) {
    return (dt_batch){ rows, set->x == NULL ? NULL : set->x + first * features, set->y + first,
                       set->pixel == NULL ? NULL : set->pixel + first * features };
}

/* Samples first .. first + rows - 1 of a batch as float [rows * features]: where they lie, or written to room. */
const float *dt_data_samples(const dt_batch *batch, size_t features, size_t first, size_t rows, float *room);

/* Copy rows row[0 .. m-1] of set next to each other into x [m * features] and y [m]. */
void dt_data_gather(const dt_dataset *set, size_t features, const uint32_t *row, size_t m, float *x, float *y);

#endif
