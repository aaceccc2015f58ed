/* made.h - samples that are made when they are used, instead of being kept: those of an owner, such as a client, together.
 * A type of data that draws the samples of each owner from a random stream of that owner describes how (dt_data_maker), and needs no
 * other code.  Making the same owner again gives the same bits. */
#ifndef DT_DATA_MADE_H
#define DT_DATA_MADE_H

#include "base/pool.h"
#include "data/data.h"

struct dt_data_maker {
    size_t        owners;
    const size_t *train, *test;     /* [owners + 1] the first row of each owner in the training set and in the test set */
    const void   *state;
    /* What one thread needs to make rows; it belongs to the arena. */
    void       *(*tools)(const void *state, dt_arena *arena);
    /* Make the training rows of owner into x and y, and its test rows into test_x and test_y, which are NULL if only training rows are
     * wanted; so are x and y, where only test rows are. */
    void        (*make)(const void *state, void *tools, size_t owner, float *x, float *y, float *test_x, float *test_y);
};

/* Make what is not in memory: all of the test set, though the caller may have lowered test.rows; and the training set too if train is
 * true, on all threads of pool (NULL: on this one).
 * Nothing is done if there is no maker.  Errors: DT_EINVAL where it would take more than a few gigabytes. */
dt_status dt_data_make(dt_data *data, bool train, dt_pool *pool, dt_arena *run);

/* Training rows for all threads.  The newest so many bytes are kept, or more if an owner has many; DT_DATA_KEPT is enough for the
 * clients of a round. */
enum { DT_DATA_KEPT = 1 << 26 };
typedef struct dt_data_made dt_data_made;
dt_data_made *dt_data_made_new(const dt_data *data, size_t bytes, dt_arena *run);

/* dt_data_gather for the training rows of data that has a maker; several threads may call it. */
void dt_data_made_gather(dt_data_made *made, const uint32_t *row, size_t m, float *x, float *y);

/* Bytes of memory that the samples of a loaded set take in a run: those that are in memory, and those that will be made. */
double dt_data_bytes(const dt_data *data);

#endif
