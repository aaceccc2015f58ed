/* profile.h - a value over time, constant in between: the bandwidth of a link, or whether a host is there.
 * A profile is a row of pieces; piece after piece is asked for, with numbers that grow by one. */
#ifndef DT_PROFILE_PROFILE_H
#define DT_PROFILE_PROFILE_H

#include "distribution/distribution.h"

typedef struct dt_piece { double value, seconds; } dt_piece;   /* seconds HUGE_VAL: for ever; 0 is allowed */

/* What one player draws from.  How long it is off has a stream of its own: another distribution of the one leaves the draws
 * of the other as they are. */
typedef struct dt_profile_draws { dt_rng *rng, *off; } dt_profile_draws;

typedef struct dt_profile_type {
    dt_entry is;
    /* After the parameters are filled: check them against each other, read files. */
    dt_status (*init)(void *state, const char *path, dt_arena *run);
    /* Is there what so many workers, or links, play?  NULL: any number of them plays the same. */
    dt_status (*fit)(const void *state, const char *path, size_t players);
    /* The piece to begin with; NULL: 0. */
    long (*first)(const void *state, const dt_profile_draws *draws);
    /* Pieces never all last 0 s, and values are finite and >= 0.  turn: the rank of the worker, or the number of the link
     * among those that play it, and the number of the piece. */
    dt_piece (*piece)(const void *state, const dt_profile_draws *draws, dt_turn turn);
} dt_profile_type;

typedef struct dt_profile { const dt_profile_type *type; void *state; double factor; } dt_profile;

DT_DECLARE_ROOM(profile)     /* preset: none; common: unit */

/* Open the profile of a scenario's node; path is where it stands ("faults.availability").
 *   unit   the base unit that values come out in: "B/s", "s", "1"
 * Errors: DT_ENOTFOUND, DT_EINVAL, DT_EIO, DT_EFORMAT. */
dt_status dt_profile_open(dt_profile *p, const dt_config *config, const char *path, const char *unit, dt_arena *run);

/* Can players 0 to players - 1 play it?  To be asked before the first piece.  Errors: those of dt_distribution_fit. */
dt_status dt_profile_fit(const dt_profile *p, const char *path, size_t players);

/* The streams (seed, rank, purpose) and (seed, rank, "PURPOSE off"), each at its first number. */
dt_profile_draws dt_profile_streams(dt_arena *run, uint64_t seed, long rank, const char *purpose);

long     dt_profile_first(const dt_profile *p, const dt_profile_draws *draws);
dt_piece dt_profile_piece(const dt_profile *p, const dt_profile_draws *draws, long rank, long index);

/* Size of the room's common parameters, for dt_room_resolve. */
typedef struct dt_profile_common { const char *unit; } dt_profile_common;

#endif
