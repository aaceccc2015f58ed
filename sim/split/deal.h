/* deal.h - for the members of this room: orders of the rows, and cutting an order into pieces for workers.
 * order is a permutation of 0 .. rows - 1; worker_of is the array that an assign function fills. */
#ifndef DT_SPLIT_DEAL_H
#define DT_SPLIT_DEAL_H

#include "split/split.h"

/* The rows in the order of the file, and in random order. */
uint32_t *dt_split_rows(size_t rows, dt_arena *arena);
uint32_t *dt_split_shuffled(size_t rows, dt_rng *rng, dt_arena *arena);

/* The rows by ascending class, within a class as the file has them: class c is order[first[c]] .. up to
 * order[first[c + 1]].  Errors: DT_EINVAL if the target is a real number. */
dt_status dt_split_by_class(const dt_samples *samples, uint32_t **order, size_t **first /* [classes + 1] */,
                            dt_arena *arena);

/* Cut order into consecutive pieces, one for each worker, whose sizes are in proportion to share [workers] (NULL: equal ones,
 * which then differ by one row at most). */
void dt_split_cut(const uint32_t *order, size_t rows, const double *share, size_t workers, uint32_t *worker_of);

#endif
