/* distribution.h - distributions of random delays and factors, such as the slowness of stragglers.  Values are drawn by GSL
 * from the caller's named stream.
 * A delay is in seconds, a battery in joules, and a value that multiplies another (slowness, jitter) is a factor without unit:
 * the unit "s" of the parameters stands for the unit of what is drawn, which dt_distribution_resolve is told.
 * Presets have the mean 1 (bimodal: 1.4). */
#ifndef DT_DISTRIBUTION_DISTRIBUTION_H
#define DT_DISTRIBUTION_DISTRIBUTION_H

#include "base/rng.h"
#include "base/room.h"

/* The worker whose value it is, and the number of that value, from 0: a trace looks its value up by both. */
typedef struct dt_turn { long rank, index; } dt_turn;

typedef struct dt_distribution_type {
    dt_entry is;
    /* After the parameters are filled: check them against each other, read files.  May be NULL. */
    dt_status (*init)(void *state, const char *path, dt_arena *run);
    /* Check that there are values for so many workers.  NULL: all draw from the same. */
    dt_status (*fit)(const void *state, const char *path, size_t workers);
    /* One value, finite and >= 0.  If workers have lists of their own, the first value follows the last. */
    double (*draw)(const void *state, dt_rng *rng, dt_turn turn);
    /* The value of a worker that draws once for the whole run; NULL: value number rank. */
    double (*once)(const void *state, dt_rng *rng, long rank);
    double (*mean)(const void *state, long rank);       /* of this worker's values; HUGE_VAL if there is none */
    /* A sentence about values that are amounts (seconds, joules) and not factors, for the summary of a plan; may be NULL, and may
     * return NULL. */
    const char *(*note)(const void *state, dt_arena *run);
} dt_distribution_type;

typedef struct dt_distribution { const dt_distribution_type *type; void *state; } dt_distribution;

DT_DECLARE_ROOM(distribution)     /* preset: "constant", value 1 */

/* Open the distribution of a scenario's node; path is where it stands ("jitter", "compute.seconds").
 * A bare number is a constant, a bare list gives each worker a value.
 * Errors: DT_ENOTFOUND, DT_EINVAL, DT_EIO, DT_EFORMAT. */
dt_status dt_distribution_open(dt_distribution *d, const dt_config *config, const char *path, dt_arena *run);

/* Check a scenario's node and write it to out, as dt_room_resolve does.  A bare number, or a quantity of that unit such as
 * "40ms", stands for the constant, and a list of them for "each".  With the unit "1" the values are factors, and a quantity
 * with a unit is refused wherever it stands in the node.  The numbers that are written are in that unit. */
dt_status dt_distribution_resolve(const dt_config *node, const char *unit, const char *path, dt_config *out, const char *key,
                          dt_arena *arena);

/* The short form of a resolved node: the number of a constant, the list of "each"; any other node stands for itself. */
const dt_config *dt_distribution_short(const dt_config *node);

/* Check that ranks 0 to workers - 1 can draw; to be called before the first draw.
 * Errors: DT_EINVAL at path, with both numbers, if each worker has values of its own and some worker has none. */
dt_status dt_distribution_fit(const dt_distribution *d, const char *path, size_t workers);

/* Value number index of worker rank; the one value of a worker that draws once for the run; the mean of its values; and the
 * note of the type, or NULL.  The stream is the worker's own. */
double dt_distribution_draw(const dt_distribution *d, dt_rng *rng, long rank, long index);
double dt_distribution_once(const dt_distribution *d, dt_rng *rng, long rank);
double dt_distribution_mean(const dt_distribution *d, long rank);
const char *dt_distribution_note(const dt_distribution *d, dt_arena *run);

#endif
