/* attack.h - Byzantine workers: which of them lie, and what a liar sends in place of the truth, entry by entry:
 *   scale * true + offset + noise * N(0, 1)
 * True is what the worker would send: a gradient, a change of the model, or the word of a code.  Labels that a liar trains on may be
 * flipped instead, so that what it computes is wrong and what it sends is not.
 * Nothing here advances the clock: a lie takes as long as the truth, and has as many bytes. */
#ifndef DT_ATTACK_ATTACK_H
#define DT_ATTACK_ATTACK_H

#include "base/rng.h"
#include "base/room.h"

typedef struct dt_forgery { double scale, offset, noise; } dt_forgery;

typedef struct dt_attack_type {
    dt_entry is;
    dt_forgery (*forge)(const void *state);     /* NULL: what is sent is the truth, or follows from labels */
    bool labels;        /* a liar trains on label classes - 1 - y in place of y */
} dt_attack_type;

typedef struct dt_attack {
    const dt_attack_type *type;
    void    *state;
    uint64_t seed;
    dt_rng  *rng;           /* of the noise */
    long    *told;          /* [workers] lies of each so far */
    /* the room's common parameters: */
    long     count, every;
    dt_list  ranks;         /* these instead of drawn ones; none: drawn ones */
} dt_attack;

DT_DECLARE_ROOM(attack)     /* preset: "none" */

/* Open the attack that config names (NULL: the preset) on so many workers; it belongs to run.
 * Errors: DT_ENOTFOUND name, DT_EINVAL key or value: more liars than workers, or ranks that no worker has. */
dt_status dt_attack_open(dt_attack *a, const dt_config *config, size_t workers, uint64_t seed, dt_arena *run);

/* True if there is anything that liars do. */
bool dt_attack_acts(const dt_attack *a);

/* True if the worker lies in that round: by seed, round and rank alone, on any thread. */
bool dt_attack_strikes(const dt_attack *a, size_t workers, long round, size_t rank);

/* A worker that lies in that round sends x [n]: the truth becomes the lie, unless labels have done it; counted in told.  Each lie of
 * a worker has noise of its own.  Call it from the simulating thread.  dt_attack_forge_words is for words of codes, in double. */
void dt_attack_forge(const dt_attack *a, long round, size_t rank, size_t n, float *x);
void dt_attack_forge_words(const dt_attack *a, long round, size_t rank, size_t n, double *x);

#endif
