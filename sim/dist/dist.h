/* dist.h - what a random delay or factor looks like.  Drawn by GSL from the caller's named stream.
 * A delay is in seconds; where a value multiplies another (speed, jitter) it is a bare factor, and the
 * unit "s" of the parameters is to be read over.  Presets have the mean 1 (bimodal: 1.4). */
#ifndef DT_DIST_DIST_H
#define DT_DIST_DIST_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_dist_type {
    dt_entry is;
    /* After the parameters are filled: check them against each other, read files.  May be NULL. */
    dt_status (*init)(void *state, const char *path, dt_arena *run);
    /* One value, finite and >= 0.  index is the number of the draw in its stream, from 0: a trace plays by it. */
    double (*draw)(const void *state, dt_rng *rng, long index);
    double (*mean)(const void *state);      /* HUGE_VAL if there is none */
} dt_dist_type;

typedef struct dt_dist { const dt_dist_type *type; void *state; } dt_dist;

extern const dt_room dt_dist_room;      /* preset: "constant", value 1 */

/* Open the distribution of a scenario's node; path is where it stands ("jitter", "compute.seconds").
 * A bare number is a constant.  Errors: DT_ENOTFOUND, DT_EINVAL, DT_EIO, DT_EFORMAT. */
dt_status dt_dist_open(dt_dist *d, const dt_config *config, const char *path, dt_arena *run);

/* Check a scenario's node and write it out below out, as dt_room_resolve does; a bare number, or a quantity of that
 * unit such as "40ms", stands for the constant. */
dt_status dt_dist_resolve(const dt_config *node, const char *unit, const char *path, dt_config *out, const char *key,
                          dt_arena *arena);

double dt_dist_draw(const dt_dist *d, dt_rng *rng, long index);
double dt_dist_mean(const dt_dist *d);

#endif
