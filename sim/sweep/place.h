/* place.h - the files of a sweep: the one that it will leave, and beside it the folder of its parts.
 * Only one sweep at a time works at a place.  The sweep and its runs hold a lock on the folder as long as any of them lives. */
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

/* Make the folders, lock the place, and remove what an earlier sweep left unfinished.
 *   fresh   remove finished parts, too
 * Errors: DT_EINVAL, out is a folder, or a file that is no result file and is therefore never replaced, or another sweep works
 * there; DT_EIO. */
dt_status dt_place_open(dt_place *place, const char *out, bool fresh, dt_arena *arena);

/* The part of the run with that key. */
const char *dt_place_part(const dt_place *place, const char *key);

/* The finished parts beside a file, sorted by name; there may be none.  Errors: DT_EIO. */
dt_status dt_place_parts(const char *out, const char ***path, size_t *count, dt_arena *arena);

/* The tape (sweep/trainings.h) of the training with that key, by the run with that key. */
const char *dt_place_tape(const dt_place *place, const char *training, const char *run);

/* All tapes beside the parts, sorted by name; there may be none.  Errors: DT_EIO. */
dt_status dt_place_tapes(const dt_place *place, const char ***path, size_t *count, dt_arena *arena);

/* True if the tape is of the training with that key; *run is then the key of the run. */
bool dt_place_tape_is(const char *tape, const char *training, const char **run, dt_arena *arena);

/* Check that the folder is still there, and, if writable, that a file of some size can be written there.
 * Errors: DT_EIO. */
dt_status dt_place_check(const dt_place *place, bool writable);

/* Leave the place; finished parts and whole tapes stay unless the parts have been gathered. */
void dt_place_close(dt_place *place, bool gathered);

#endif
