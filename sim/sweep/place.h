/* place.h - where a sweep works: the file that it will leave, and beside it the folder of its parts.
 * One sweep at a time works at a place: it and its runs hold the folder's lock as long as any of them lives. */
#ifndef DT_SWEEP_PLACE_H
#define DT_SWEEP_PLACE_H

#include "base/arena.h"
#include "base/status.h"
#include <stdbool.h>

typedef struct dt_place {
    const char *out, *folder;
    int         lock;           /* open file, or -1 */
    dt_arena   *arena;
} dt_place;

/* Make the folders, lock the place and clear it of what an earlier sweep left half done.
 *   fresh   clear it of finished parts too
 * Errors: DT_EINVAL out cannot become the file: it is a folder, or a file that is no record, which is never written
 * over; or another sweep works there.  DT_EIO. */
dt_status dt_place_open(dt_place *place, const char *out, bool fresh, dt_arena *arena);

/* The part of the run with that key. */
const char *dt_place_part(const dt_place *place, const char *key);

/* The whole parts that stand beside a file, by name; there need not be any.  Errors: DT_EIO. */
dt_status dt_place_parts(const char *out, const char ***path, size_t *count, dt_arena *arena);

/* Is the folder still where it was, and (writable) can a file of some size be written there?
 * Errors: DT_EIO. */
dt_status dt_place_check(const dt_place *place, bool writable);

/* Leave the place; whole parts stay unless they have been gathered. */
void dt_place_close(dt_place *place, bool gathered);

#endif
