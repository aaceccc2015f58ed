/* dist.h - what a random delay or factor looks like.  Drawn by GSL from the caller's named stream.
 * A delay is in seconds; where a value multiplies another (slowness, jitter) it is a bare factor, a battery is in joules: the
 * unit "s" of the parameters stands for that of what is drawn, which dt_distribution_resolve is told.
 * Presets have the mean 1 (bimodal: 1.4). */
#ifndef DT_DISTRIBUTION_DISTRIBUTION_H
#define DT_DISTRIBUTION_DISTRIBUTION_H

#include "base/rng.h"
#include "base/room.h"

/* Whose value it is, and which of its values, from 0: a trace plays by it. */
typedef struct dt_turn { long rank, index; } dt_turn;

typedef struct dt_distribution_type {
    dt_entry is;
    /* After the parameters are filled: check them against each other, read files.  May be NULL. */
    dt_status (*init)(void *state, const char *path, dt_arena *run);
    /* Is there what so many workers draw?  NULL: any number of them draws from the same. */
    dt_status (*fit)(const void *state, const char *path, size_t workers);
    /* One value, finite and >= 0.  Where workers have values of their own, those after the last begin anew. */
    double (*draw)(const void *state, dt_rng *rng, dt_turn turn);
    /* The value of a worker that draws once for the whole run; NULL: value number rank. */
    double (*once)(const void *state, dt_rng *rng, long rank);
    double (*mean)(const void *state, long rank);       /* of this worker's values; HUGE_VAL if there is none */
    /* What to know of values that are amounts (seconds, joules) and no factors, in a sentence; NULL, or none: nothing. */
    const char *(*note)(const void *state, dt_arena *run);
} dt_distribution_type;

typedef struct dt_distribution { const dt_distribution_type *type; void *state; } dt_distribution;

DT_DECLARE_ROOM(distribution)     /* preset: "constant", value 1 */

/* Open the distribution of a scenario's node; path is where it stands ("jitter", "compute.seconds").
 * A bare number is a constant, a bare list gives each worker a value.
 * Errors: DT_ENOTFOUND, DT_EINVAL, DT_EIO, DT_EFORMAT. */
dt_status dt_distribution_open(dt_distribution *d, const dt_config *config, const char *path, dt_arena *run);

/* Check a scenario's node and write it out below out, as dt_room_resolve does; a bare number, or a quantity of that
 * unit such as "40ms", stands for the constant, and a list of them for "each".  Of the unit "1" the values are factors: a
 * quantity is refused then, wherever it stands in the node.  The numbers written out are in that unit. */
dt_status dt_distribution_resolve(const dt_config *node, const char *unit, const char *path, dt_config *out, const char *key,
                          dt_arena *arena);

/* The number, or the list of each worker's own, that stands for a node which was written out; any other node is its own. */
const dt_config *dt_distribution_short(const dt_config *node);

/* Can ranks 0 to workers - 1 draw?  To be asked before the first draw.
 * Errors: DT_EINVAL at path, with both numbers, where values are each worker's own and are not there for all. */
dt_status dt_distribution_fit(const dt_distribution *d, const char *path, size_t workers);

/* Value number index of worker rank, and the one value of a worker that draws once.  The stream is the worker's. */
double dt_distribution_draw(const dt_distribution *d, dt_rng *rng, long rank, long index);
double dt_distribution_once(const dt_distribution *d, dt_rng *rng, long rank);
double dt_distribution_mean(const dt_distribution *d, long rank);
const char *dt_distribution_note(const dt_distribution *d, dt_arena *run);

#endif
