/* profile.h - a piecewise constant value over time: the bandwidth of a link, or whether a device is available.
 * A profile is a sequence of pieces, which are asked for one after another, by numbers that grow by one. */
#ifndef DT_PROFILE_PROFILE_H
#define DT_PROFILE_PROFILE_H

#include "distribution/distribution.h"

typedef struct dt_piece { double value, seconds; } dt_piece;   /* seconds HUGE_VAL: for ever; 0 is allowed */

/* The streams of random numbers of one user of a profile (a worker or a link).  Times off have a stream of their own: another
 * distribution of the times on leaves the draws of the times off as they are. */
typedef struct dt_profile_draws { dt_rng *rng, *off; } dt_profile_draws;

typedef struct dt_profile_type {
    dt_entry is;
    /* After the parameters are filled: check them against each other, read files. */
    dt_status (*init)(void *state, const char *path, dt_arena *run);
    /* Check that there are values for so many users, workers or links.  NULL: all use the same values. */
    dt_status (*fit)(const void *state, const char *path, size_t users);
    /* The number of the piece to begin with; NULL: 0. */
    long (*first)(const void *state, const dt_profile_draws *draws);
    /* Piece turn.index of user turn.rank (the rank of the worker, or the number of the link among those of this profile).
     * Values are finite and >= 0, and not all pieces last 0 s. */
    dt_piece (*piece)(const void *state, const dt_profile_draws *draws, dt_turn turn);
} dt_profile_type;

typedef struct dt_profile { const dt_profile_type *type; void *state; double factor; } dt_profile;

DT_DECLARE_ROOM(profile)     /* preset: none; common: unit */

/* Open the profile of a scenario's node; path is where it stands ("faults.availability").
 *   unit   the base unit that values come out in: "B/s", "s", "1"
 * Errors: DT_ENOTFOUND, DT_EINVAL, DT_EIO, DT_EFORMAT. */
dt_status dt_profile_open(dt_profile *p, const dt_config *config, const char *path, const char *unit, dt_arena *run);

/* Check that users 0 to users - 1 have values; to be called before the first piece.  Errors: those of dt_distribution_fit. */
dt_status dt_profile_fit(const dt_profile *p, const char *path, size_t users);

/* The streams (seed, rank, purpose) and (seed, rank, "PURPOSE off"), each at its first number. */
dt_profile_draws dt_profile_streams(dt_arena *run, uint64_t seed, long rank, const char *purpose);

/* The number of the piece to begin with, and piece number index of the user rank, with its value in the base unit. */
long     dt_profile_first(const dt_profile *p, const dt_profile_draws *draws);
dt_piece dt_profile_piece(const dt_profile *p, const dt_profile_draws *draws, long rank, long index);

/* Size of the room's common parameters, for dt_room_resolve. */
typedef struct dt_profile_common { const char *unit; } dt_profile_common;

#endif
